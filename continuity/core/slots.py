"""Places on a lower room's page that an upper room fills: one registry, a fixed list of names."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

SLOTS = frozenset(
    {
        "page.banner",  # on every page, under the header: (request)
        "service.state",  # on a service page: the state now, since when, who says so (request, service)
        "service.work",  # planned work that touches a service (request, service)
        "service.procedures",  # what to do when it is gone (request, service)
        "service.history",  # releases, incidents, lessons, when it could not be used (request, service)
        "plan.review",  # beside a version for who writes and approves procedures (request, procedure)
        "plan.actions",  # what follows from reviews and changes a procedure (request, procedure)
        "release.form",  # beside the form while it is written, and on the draft (request, services)
        "release.clashes",  # what is wrong now with the services that work would hit (request, services)
        "release.evidence",  # what the watched jobs did (request, release)
        "release.incidents",  # incidents that came out of it (request, release)
        "release.reviews",  # looking back (request, release)
        "rota.contacts",  # who on a rota may not be reached (request, primary keys of people)
        "incident.reviews",  # looking back (request, incident)
        "channels.trouble",  # by which channels people may not be reached now (request, perhaps whom a message reaches)
        "action.proof",  # what shows that an action of a review works, as list items (request, action)
        "exercise.reviews",  # looking back, and what closes it (request, exercise)
    }
)

Filler = Callable[..., str]
_fillers: dict[str, list[Filler]] = {}


def fills(name: str) -> Callable[[Filler], Filler]:
    """Put what the function answers (safe HTML, or nothing) into the slot of that name.

    Called at start-up, in the room's `apps.py`; fillers stand in the order of INSTALLED_APPS.
    """
    if name not in SLOTS:
        raise LookupError(f"There is no slot named {name}.")

    def keep(filler: Filler) -> Filler:
        if filler not in _fillers.setdefault(name, []):
            _fillers[name].append(filler)
        return filler

    return keep


def filled(name: str, request: HttpRequest, *things: Any) -> SafeString:
    """Everything the upper rooms put into a slot, as one piece of HTML."""
    if name not in SLOTS:
        raise LookupError(f"There is no slot named {name}.")
    # Fillers answer rendered templates, which are escaped already.
    return mark_safe("".join(filler(request, *things) for filler in _fillers.get(name, ())))  # noqa: S308
