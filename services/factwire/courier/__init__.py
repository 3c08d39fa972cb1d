"""Calls webhooks about articles that have changed: signed, in order of each article, until they are taken."""
