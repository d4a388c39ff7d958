"""The board: facts become status, status becomes screens. Reads every room below, writes to none."""
