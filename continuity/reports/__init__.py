"""Figures over time: availability, learning. Reads, never writes."""
