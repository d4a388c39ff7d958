"""Registers the room with Django."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    label = "incidents"

    def ready(self) -> None:
        import incidents.slots  # noqa: F401 - fills its slots
