"""Every version of a notice: who wrote it and when, and what changed from one to another."""

from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.wording import moment_words
from releases.approvers import is_asked
from releases.content import differences
from releases.forms.agreeing import CompareForm
from releases.models import Release, Version
from releases.views.reading import released
from releases.views.writing import author

Names = dict[str, str]


@access(LOGGED_IN)
@require_safe
def versions(request: HttpRequest, ref: str) -> HttpResponse:
    """All versions, the latest first, each with what it changed; `?from=&to=` compares any two."""
    release = readable(request, ref)
    kept = list(release.versions.select_related("by"))
    names = dict(Service.objects.values_list("key", "name"))
    form = CompareForm(
        request.GET, numbers=[(each.number, _label(place, each)) for place, each in enumerate(kept, 1)]
    )
    context = {
        "release": release,
        "rows": list(reversed(list(_rows(kept, names)))),
        "filter": form,
        **_compared(kept, form.asked(), names),
    }
    return render(request, "releases/versions.html", context)


def readable(request: HttpRequest, ref: str) -> Release:
    """A release whose making this person may see: who writes notices or is asked to approve it; 404 for others."""
    release = released(request, ref)
    person = author(request)
    if not (person.may(Permission.RELEASE_WRITE) or is_asked(person, release)):
        raise Http404
    return release


def _label(place: int, version: Version) -> str:
    return f"Version {place}, {moment_words(version.at)}"


def _rows(kept: list[Version], names: Names) -> Any:
    """Each version with its place, and what it says otherwise than the one before."""
    for place, version in enumerate(kept[:1], start=1):
        yield place, version, []
    for place, (before, after) in enumerate(pairwise(kept), start=2):
        yield place, after, differences(before.content, after.content, names)


def _compared(kept: list[Version], asked: tuple[int | None, int | None], names: Names) -> dict[str, Any]:
    by_number = {each.number: (place, each) for place, each in enumerate(kept, start=1)}
    if not all(number in by_number for number in asked):
        return {}
    (one, before), (other, after) = (by_number[number] for number in asked if number is not None)
    return {
        "compared": differences(before.content, after.content, names),
        "compared_words": f"From version {one} to version {other}",
    }
