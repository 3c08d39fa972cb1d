"""The only home of Postgres: tables, migrations, rows in, rows out. It takes rows, not events."""
