"""Reads raw articles, publishes them enriched: exactly once for ``read_committed`` readers."""
