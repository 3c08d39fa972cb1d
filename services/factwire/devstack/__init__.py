"""What `factwire up` needs on one machine without Docker: a development broker, a real PostgreSQL, child processes.

For development and tests only. Nothing but the command line imports this package, and it imports nothing of factwire
but the errors, so that it can be lifted out whole.
"""
