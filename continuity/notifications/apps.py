"""Registers the room with Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "continuity.notifications"
    label = "notifications"

    def ready(self) -> None:
        import continuity.notifications.slots  # noqa: F401 - fills its slots
