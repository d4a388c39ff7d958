"""Registers the room with Django, and fills its slots."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "releases"
    label = "releases"

    def ready(self) -> None:
        from releases import slots  # noqa: F401
