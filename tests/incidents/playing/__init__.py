"""Anybody doing anything to incidents in any order: the stage, what may be done on it, and what must stay true."""
