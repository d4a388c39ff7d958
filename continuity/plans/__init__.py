"""What to do when a service is gone: procedures in approved versions. Knows services, not incidents."""
