"""Published procedures as they stand, for when the database cannot be asked any more."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.urls import reverse

from continuity.core.clock import local_day, now
from continuity.plans.models import Version


@dataclass(frozen=True)
class Copy:
    """What staff follow: `steps` as HTML, under its title, as of an instant. `addresses` are those of its pages."""

    read_at: datetime
    title: str
    addresses: tuple[str, ...]
    steps: str


def copies() -> tuple[Copy, ...]:
    """One of each published procedure, by title. Three queries."""
    found = (
        Version.objects.published()
        .select_related("procedure__owner", "author", "approver")
        .prefetch_related("procedure__services", "steps")
        .order_by("procedure__title")
    )
    at = now()
    return tuple(_copy_of(version, at) for version in found)


def _copy_of(version: Version, at: datetime) -> Copy:
    procedure = version.procedure
    context = {
        "procedure": procedure,
        "services": procedure.services.all(),
        "version": version,
        "steps": version.steps.all(),
        "is_past_review": version.is_past_review(local_day(at)),
    }
    addresses = (procedure.get_absolute_url(), reverse("plans:print", args=[procedure.key]))
    return Copy(at, procedure.title, addresses, render_to_string("plans/copy.html", context))
