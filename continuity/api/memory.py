"""Which addresses of `/api/v2/` are answered from memory, in front of Django: all of them; and which from the disk."""

from collections.abc import Iterator

from django.urls import reverse

from continuity.api.urls import app_name, urlpatterns
from continuity.board.known import Facts


def addresses(facts: Facts) -> Iterator[str]:
    """Those of the status documents, whatever the facts are."""
    return (reverse(f"{app_name}:{pattern.name}") for pattern in urlpatterns)


def kept() -> Iterator[str]:
    """Those that programs ask for how things are: they outlive the database."""
    return (reverse(f"{app_name}:{name}") for name in ("summary", "status"))
