"""Weighing planned work while it is written: what it clashes with, what it costs, and which windows hurt less.

Pure: facts in, sentences and windows out; no Django, no database. `releases/ground.py` reads the facts.
"""
