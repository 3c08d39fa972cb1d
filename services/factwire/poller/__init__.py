"""Fetches feeds and writes what is new in them to the raw topic: politely, safely, and nothing twice."""
