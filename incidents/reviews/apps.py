"""Registers the room with Django, what it shows on other rooms' pages, and what it takes back with them."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "incidents.reviews"
    label = "reviews"

    def ready(self) -> None:
        from incidents.reviews import slots  # noqa: F401 - fills them
        from incidents.reviews.actions import withholding  # noqa: F401 - takes back what was said
