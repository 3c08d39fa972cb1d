"""Enriched articles into Postgres, exactly once: rows and consumer offsets share one database transaction."""
