"""Parquet archives of any size, enriched by the same core through Spark or Ray Data: for ten years of news at once."""
