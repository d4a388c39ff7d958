"""What of this room is answered from memory, in front of Django: when each service could not be used."""

from collections.abc import Iterator

from django.urls import reverse

from continuity.board.known import Facts


def addresses(facts: Facts) -> Iterator[str]:
    """One for each of the services that the board knows."""
    return (reverse("reports:availability", args=[service.key]) for service in facts.services)
