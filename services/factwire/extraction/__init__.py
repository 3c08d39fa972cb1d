"""The core: a text and a date in, facts out. Pure: no I/O, no clock, no globals, no event format."""
