"""Sections, sentences and layout: offsets always into the original."""
