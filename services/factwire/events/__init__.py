"""What travels: pydantic models of the events, their CloudEvents envelope, and the topic table."""
