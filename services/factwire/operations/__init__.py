"""Jobs that a person starts and that end: dead letters, reprocessing, checks."""
