"""Numbers and their units: what is written, before anybody says what it means."""
