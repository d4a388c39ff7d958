"""The fictional trust: files as they would come from outside, its users, and a night in progress."""
