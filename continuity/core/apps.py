"""Registers the room with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "continuity.core"
    label = "core"
