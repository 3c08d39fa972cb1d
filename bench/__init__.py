"""How fast and how right: the harness behind ``make bench`` and ``make quality``."""
