"""Quotations and speakers: who is said to say what."""
