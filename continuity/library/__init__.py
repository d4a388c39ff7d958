"""One search over incidents, planned work, reviews, lessons and procedures. Reads; the database keeps it true."""
