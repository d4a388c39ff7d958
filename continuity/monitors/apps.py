"""Registers the room with Django."""

from django.apps import AppConfig


class MonitorsConfig(AppConfig):
    name = "continuity.monitors"
    label = "monitors"
