"""Registers the room with Django, and fills its slots."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "continuity.reports"
    label = "reports"

    def ready(self) -> None:
        from continuity.reports import slots  # noqa: F401
