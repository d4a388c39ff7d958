"""The ground: ledger, states, clock, slots, and the servers the portal can bring along. Knows no room above it."""
