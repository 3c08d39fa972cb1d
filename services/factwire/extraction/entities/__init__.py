"""Mentions, linking and coreference: every mention to one id."""
