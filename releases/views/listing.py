"""The list of planned work, searched and narrowed down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from continuity.accounts.access import TRUSTED, access
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.clock import now
from releases.approvers import waiting_for
from releases.forms.listing import FilterForm
from releases.marks import marks_of
from releases.measuring import Rules, rules_by_tier
from releases.models import LOOKED_THROUGH, Freeze, Release, ReleaseQuerySet
from releases.picture import Picture
from releases.views.reading import may, whole

A_PAGE = 20


@dataclass(frozen=True)
class Past:
    """A page of past work, the latest first."""

    found: list[Release]
    older: str = ""  # the reference after which the next page begins; nothing where there is none
    looked_back_to: datetime | None = None  # where a search stopped before it had seen everything


@access(TRUSTED)
def listing(request: HttpRequest) -> HttpResponse:
    """Planned work: under way, ahead and past; `?q=`, `?service=KEY` and `?kind=` narrow it down.

    Past work comes a page at a time, the latest first, `?before=REF` what is older. It is not counted, and a search
    looks through so much at a time: reading a page costs the same whatever the history.
    """
    at = now()
    filters = FilterForm(request.GET)
    asked = filters.asked()
    may_write = may(request, Permission.RELEASE_WRITE)
    seen = Release.objects.all() if may_write else Release.objects.told()
    known = _narrowed(seen, asked)
    past = past_of(seen, asked, before=request.GET.get("before", ""))
    rules = rules_by_tier()
    drafts = _pictures(whole(known.drafts()).order_by("work"), rules, at) if may_write else []
    context = {
        "filter": filters,
        "waiting": _waiting(request, rules, at),
        "under_way": _pictures(whole(known.running(at)).order_by("work"), rules, at),
        "upcoming": _pictures(whole(known.ahead(at)).order_by("work"), rules, at),
        "past": _pictures(past.found, rules, at),
        "older": _older(request, past.older),
        "looked_back_to": past.looked_back_to,
        "is_older": "before" in request.GET,
        "drafts": _without_later_ones(drafts),
        "draft_count": len(drafts),
        "freezes": Freeze.objects.not_over(at).order_by("span"),
    }
    return render(request, "releases/list.html", context)


def past_of(seen: ReleaseQuerySet, asked: dict[str, str], *, before: str) -> Past:
    """Past work as it was asked for, older than the release of the reference `before`, if there is one.

    What is narrowed down is looked for among the latest `LOOKED_THROUGH` of those; the next page goes on there.
    """
    over, last = seen.over().older_than(before), None
    if any(asked.values()):
        over, last = over.latest_of(LOOKED_THROUGH)
    found = list(whole(_narrowed(over, asked))[: A_PAGE + 1])
    if len(found) > A_PAGE:
        return Past(found[:A_PAGE], found[A_PAGE - 1].ref)
    return Past(found, last.ref, last.starts_at) if last else Past(found)


def _older(request: HttpRequest, last: str) -> str:
    """The query of the page with what is older than the release of that reference; nothing without one."""
    query = request.GET.copy()
    query["before"] = last
    return query.urlencode() if last else ""


def _pictures(releases: Any, rules: Rules, at: datetime) -> list[Picture]:
    return [Picture(release, at, marks_of(release, rules, at)) for release in releases]


def _without_later_ones(drafts: list[Picture]) -> list[Picture]:
    """Of each series only its next draft: the page of the series has the other dozens."""
    found, series = list[Picture](), set[int]()
    for picture in drafts:
        of = picture.release.series_id
        if of not in series:
            found.append(picture)
        series |= {of} if of else set()
    return found


def _waiting(request: HttpRequest, rules: Rules, at: datetime) -> list[Picture]:
    """What this person is asked to approve, the earliest work first."""
    if not request.user.is_authenticated:
        return []
    return _pictures(whole(waiting_for(request.user, at)).order_by("work"), rules, at)


def _narrowed(releases: ReleaseQuerySet, asked: dict[str, str]) -> ReleaseQuerySet:
    if asked["q"]:
        releases = releases.matching(asked["q"])
    if asked["service"]:
        releases = releases.touching_any(Service.objects.filter(key=asked["service"]))
    if asked["kind"]:
        releases = releases.filter(kind=asked["kind"])
    return releases
