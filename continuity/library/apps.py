"""Registers the room with Django."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "continuity.library"
    label = "library"
