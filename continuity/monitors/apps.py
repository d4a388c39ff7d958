"""Registers the room with Django and fills its slots."""

from django.apps import AppConfig


class MonitorsConfig(AppConfig):
    name = "continuity.monitors"
    label = "monitors"

    def ready(self) -> None:
        from continuity.monitors import slots  # noqa: F401
