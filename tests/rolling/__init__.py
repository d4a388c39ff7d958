"""A new version comes in: every process is started again, one after another, while people work."""
