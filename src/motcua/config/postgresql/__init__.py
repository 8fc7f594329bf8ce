"""Django's PostgreSQL engine with a cheaper question whether the server is still there."""
