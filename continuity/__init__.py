"""The continuity portal: its rooms, and the order in which they stand on one another.

A room may call any room below it and none above; one notification goes up, the ledger's line::

    roof      continuity/urls.py  settings.py  celery.py  asgi.py
    outside   continuity/api     continuity/reports     continuity/intake     continuity/library
    show      continuity/board
    watch     continuity/monitors
    look back incidents/reviews  incidents/exercises
    unplanned incidents
    planned   releases
    act       continuity/plans
    tell      continuity/notifications
    who leads continuity/command
    what      continuity/catalogue
    who       continuity/accounts
    ground    continuity/core

The floors are held by the import contracts in ``pyproject.toml`` and by ``tests/test_architecture.py``.
"""

from continuity.celery import app as celery_app

__all__ = ["celery_app"]
