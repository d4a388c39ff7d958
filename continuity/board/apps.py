"""Registers the room with Django, and what it shows on other rooms' pages."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "continuity.board"
    label = "board"

    def ready(self) -> None:
        from continuity.board import slots  # noqa: F401 - fills them
