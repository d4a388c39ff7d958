"""Planned work: releases, their windows and disruptions. Knows services and people, not incidents."""
