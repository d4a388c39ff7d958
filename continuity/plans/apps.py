"""Registers the room with Django, and fills its slots."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "continuity.plans"
    label = "plans"

    def ready(self) -> None:
        from continuity.plans import slots  # noqa: F401 - filling is its import
