"""One search over incidents, planned work, reviews, near misses and procedures. Reads; the database keeps it true."""
