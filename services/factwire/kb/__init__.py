"""Who and what exists: immutable, looked up, never fetched."""
