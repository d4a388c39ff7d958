"""Registers the room with Django, and what it shows on other rooms' pages."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "incidents.reviews"
    label = "reviews"

    def ready(self) -> None:
        from incidents.reviews import slots  # noqa: F401 - fills them
