"""The one door for records from outside: imported files, the sample trust, pasted notices."""
