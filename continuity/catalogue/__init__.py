"""What: sites, areas, teams, services and what they depend on. Knows nothing of what happens to them."""
