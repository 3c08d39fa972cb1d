"""Comparators, change, concept, whole, period, speaker: what a number says, of whom, when."""
