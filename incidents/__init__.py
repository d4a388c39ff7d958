"""Unplanned failures: reports, incidents, updates and their timeline. Knows releases, not reviews."""
