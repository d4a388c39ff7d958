"""Registers the room with Django."""

from django.apps import AppConfig


class CommandConfig(AppConfig):
    name = "continuity.command"
    label = "command"
