"""People and programs read here: pages that show each fact in its words, and the read API under them."""
