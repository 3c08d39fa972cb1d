"""Producers push articles here over HTTP; each becomes one record in the raw topic, acknowledged before we answer."""
