"""Registers the room with Django."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "continuity.board"
    label = "board"
