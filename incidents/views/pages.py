"""Pages that people read: the list, one incident."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from continuity.accounts.access import TRUSTED, access, may_open
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day, now
from incidents.alarms import unanswered
from incidents.forms import FixForm, IncidentFilter, UpdateForm
from incidents.known import whom_to_ring
from incidents.models import (
    ACTIVE,
    BACK,
    ENDED,
    OPEN,
    AreaStandDown,
    Impact,
    Incident,
    Report,
    RoleAssignment,
    SeverityRule,
    State,
)
from incidents.outstanding import outstanding
from incidents.severity import FULL_PATH
from incidents.story import IN_THE_ROOM, page_of
from incidents.unkept import unkept
from incidents.views.base import who
from incidents.waiting import waiting_for

A_PAGE = 25
# Past incidents that are listed. To count a hundred thousand takes as long as the rest of the page.
LISTED = 1_000


class Latest(Paginator[Incident]):
    """Pages of the latest that are over; what is older is searched for."""

    @cached_property
    def count(self) -> int:
        return min(self._found, LISTED)

    @property
    def is_cut(self) -> bool:
        return self._found > LISTED

    @cached_property
    def _found(self) -> int:
        listed: Any = self.object_list
        return len(listed.values_list("pk")[: LISTED + 1])


@access(TRUSTED)
@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """Open ones, the worst first, and past ones, the latest first; restricted ones only for who runs incidents."""
    asked, at = IncidentFilter(request.GET), now()
    seen = asked.narrow(Incident.objects.live().visible_to(request.user)).with_impacts()
    past = Latest(seen.exclude(state__in=OPEN).order_by("-declared_at"), A_PAGE)
    return render(
        request,
        "incidents/list.html",
        {
            "filter": asked,
            "open": seen.open().order_by("severity", "-declared_at"),
            "past": past.get_page(request.GET.get("page")),
            "waiting": Report.objects.waiting().count() if _may(request, Permission.INCIDENT_RUN) else 0,
            "unanswered": unanswered(request.user),
            "asked": waiting_for(who(request), at) if request.user.is_authenticated else None,
            "at": at,
        },
    )


@access(TRUSTED)
@require_safe
def incident(request: HttpRequest, ref: str) -> HttpResponse:
    """What staff read; the record for who may read records; the buttons for who runs incidents."""
    found, at = get_object_or_404(_whole(request), ref=ref), now()
    context = _for_staff(found, at) | _joined(request, found)
    if _may(request, Permission.INCIDENT_READ):
        context |= _for_readers(found, at)
    if _may(request, Permission.INCIDENT_RUN) and found.state not in ENDED:
        context |= _for_runners(found, at)
    return render(request, "incidents/detail.html", context)


def _whole(request: HttpRequest) -> QuerySet[Incident]:
    """Incidents this person may know of, with what their page names at hand."""
    seen = Incident.objects.visible_to(request.user).with_impacts()
    return seen.select_related("declared_by", "release", "duplicate_of", "parent")


def _for_staff(found: Incident, at: datetime) -> dict[str, Any]:
    updates = list(found.updates.select_related("procedure__procedure", "corrects").order_by("-number"))
    news = next((update for update in updates if not update.is_routine), None)
    impacts = list(found.impacts.all())
    rules = SeverityRule.objects.in_bulk()
    return {
        "incident": found,
        "at": at,
        "updates": updates,
        "news": news,
        "news_is_past_review": bool(news and news.procedure and news.procedure.is_past_review(local_day(at))),
        "earlier": [update for update in updates if update is not news],
        "impacts": sorted(impacts, key=lambda each: (each.until is not None, each.since)),
        "is_active": found.state in ACTIVE,
        "is_ended": found.state in ENDED,
        "is_overdue": found.is_overdue(at),
        "rule": rules[found.severity],
        "silences": unkept(found, updates, rules, at),
        "areas": _areas(found),
        "ring": [found.contact] if found.contact else _ring(impacts),
    }


def _areas(found: Incident) -> list[AreaStandDown]:
    """What each area does now that the service is back, those on paper first."""
    if found.state in ACTIVE:
        return []
    return list(
        found.areas.select_related("area").order_by(F("stood_down_at").asc(nulls_first=True), "area__name")
    )


def _ring(impacts: list[Impact]) -> list[str]:
    """Whom to ring about the services that are hit, each once, in order; whoever is on duty where nobody is named."""
    return list(dict.fromkeys(line for each in impacts for line in each.service.ring)) or whom_to_ring(None)


def _joined(request: HttpRequest, found: Incident) -> dict[str, Any]:
    """Incidents that are the same problem, the larger one and its parts, where this person may know of them."""
    near = Incident.objects.visible_to(request.user).filter(Q(duplicate_of=found) | Q(parent=found))
    others = list(near.order_by("-declared_at"))
    return {
        "same_as": _known(request, found.duplicate_of),
        "whole": _known(request, found.parent),
        "duplicates": [each for each in others if each.duplicate_of_id == found.pk],
        "parts": [each for each in others if each.parent_id == found.pk],
        "follows": _follows(request, found),
    }


def _known(request: HttpRequest, other: Incident | None) -> Incident | None:
    """Another incident that this one names, where the person may know of it."""
    may_know = other and (_may(request, Permission.INCIDENT_RUN) or not other.is_restricted)
    return other if may_know else None


def _follows(request: HttpRequest, found: Incident) -> bool | None:
    """Whether this person follows it; None for who has no account."""
    if not request.user.is_authenticated:
        return None
    return found.followers.filter(person=request.user).exists()


def _for_readers(found: Incident, at: datetime) -> dict[str, Any]:
    people = RoleAssignment.objects.select_related("role", "person", "site", "allowed_by")
    prefetch_related_objects([found], Prefetch("assignments", people))
    assignments = found.assignments.all()
    page = page_of(found, limit=IN_THE_ROOM)
    return {
        "is_record": True,
        "timeline": page.items,
        "has_more": page.before is not None,
        "outstanding": outstanding(found, at),
        "assignments": [each for each in assignments if each.was_held],
        "has_leader": any(
            each.state == RoleAssignment.State.ACTIVE and each.role.code == "it_lead" for each in assignments
        ),
        "reports": found.reports.select_related("area"),
    }


def _for_runners(found: Incident, at: datetime) -> dict[str, Any]:
    """Which buttons and forms make sense now."""
    is_active, state = found.state in ACTIVE, found.state
    is_light = found.severity not in FULL_PATH
    may_cancel = (
        state in {State.DECLARED, State.RESPONDING} and not found.updates.filter(number__gt=1).exists()
    )
    return {
        "unanswered": found.escalations.exhausted().select_related("incident"),
        "may_tell": found.state in OPEN,
        "restore_address": reverse("incidents:restore", args=[found.ref]),
        "stand_down_address": reverse("incidents:stand-down", args=[found.ref]),
        "reopen_address": reverse("incidents:reopen", args=[found.ref]),
        "update_form": UpdateForm(incident=found, at=at) if found.state in OPEN else None,
        "fix_form": FixForm(incident=found) if is_active and is_light else None,
        "may_restore": is_active and not is_light,
        "may_mitigate": state in {State.DECLARED, State.RESPONDING},
        "may_stand_down": state in BACK,
        "may_reopen": state in BACK | {State.STOOD_DOWN},
        "may_close": state == State.STOOD_DOWN,
        "may_cancel": may_cancel,
    }


def _may(request: HttpRequest, permission: Permission) -> bool:
    return may_open(permission, user=request.user, trusted=False)
