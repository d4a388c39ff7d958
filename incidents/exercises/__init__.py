"""Exercises: incidents that are practised, run in the incident's own rooms. They know nothing of reviews."""
