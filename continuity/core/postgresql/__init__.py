"""Django's PostgreSQL engine, which says at once that the server is gone instead of waiting for it."""
