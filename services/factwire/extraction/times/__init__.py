"""Dates, clock times, durations and sets."""
