"""Watching: heartbeats that jobs send and what their silence means. Knows releases, not the board."""
