"""Learning: reviews of incidents and releases, factors and actions. Nothing waits for a review."""
