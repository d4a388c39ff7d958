"""What reviews put on the pages of lower rooms: how it went the last times, and the way to look back."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from continuity.accounts.access import LOGGED_IN, may_open
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.clock import local_day, now
from continuity.core.slots import fills
from continuity.plans.models import Procedure
from incidents.exercises.actions import PLANNING
from incidents.exercises.models import Exercise
from incidents.models import OPEN, Incident
from incidents.reviews.actions.beginning import is_over
from incidents.reviews.debriefs import is_offered, offered_until
from incidents.reviews.gathering import is_past
from incidents.reviews.lessons import beside, last_times, unfinished
from incidents.reviews.models import Action, HotDebrief, Recurrence, Review
from incidents.reviews.models.action import ActionQuerySet
from incidents.reviews.proposing import incidents_of, proposal
from incidents.reviews.subjects import RELEASE_IS_OVER, Subject, start_address
from releases.models import Release

# Lessons on a service's page; the list of reviews has them all.
AT_A_GLANCE = 5


@fills("release.form")
def last_times_of_services(request: HttpRequest, services: Iterable[Service]) -> str:
    """The last times on the chosen services, beside the notice that is being written."""
    chosen = {service.pk for service in services}
    return _last_times(request, chosen, level=2)


@fills("plan.review")
def last_times_of_procedure(request: HttpRequest, procedure: Procedure) -> str:
    """What its services taught, beside the next version of a procedure, for who is logged in."""
    if not _may(request, LOGGED_IN):
        return ""
    return _last_times(request, set(procedure.services.values_list("pk", flat=True)), level=2)


@fills("plan.actions")
def actions_of_procedure(request: HttpRequest, procedure: Procedure) -> str:
    """What follows from reviews and changes the procedure, for who is logged in."""
    return _proved(request, Action.objects.filter(plan_version__procedure=procedure))


@fills("service.history")
def lessons_of_service(request: HttpRequest, service: Service) -> str:
    """What was learned about a service, for who is logged in."""
    if not _may(request, LOGGED_IN):
        return ""
    found = Review.objects.published().visible_to(request.user).about(service)
    latest = list(found.order_by("-published_at")[: AT_A_GLANCE + 1])
    context = {
        "reviews": latest[:AT_A_GLANCE],
        "is_more": len(latest) > AT_A_GLANCE,
        "actions": _dated(unfinished([service.pk], person=request.user)),
        "service": service,
    }
    return render_to_string("reviews/service.html", context, request=request)


@fills("release.reviews")
def reviews_of_release(request: HttpRequest, release: Release) -> str:
    """The look back at a release, or the way to begin it, and why one is proposed."""
    is_asked = release.state in RELEASE_IS_OVER and _may(request, LOGGED_IN)
    why = proposal(release, incidents_of(release), now()) if is_asked else ""
    return _reviews(request, release, level=2, proposal=why) + _proved(
        request, Action.objects.filter(release=release)
    )


@fills("incident.reviews")
def reviews_of_incident(request: HttpRequest, incident: Incident) -> str:
    """The review of an incident; while it goes on, what earlier times taught about its services."""
    if incident.state in OPEN and _may(request, LOGGED_IN):
        return _last_times(request, {impact.service_id for impact in incident.impacts.all()}, level=3)
    return _debrief(request, incident) + _reviews(request, incident, level=3)


@fills("exercise.reviews")
def reviews_of_exercise(request: HttpRequest, exercise: Exercise) -> str:
    """What its procedures' services taught while it is planned; then its review, and what closes it."""
    taught = ""
    if exercise.state in PLANNING:
        practised = exercise.procedures.exclude(services=None).values_list("services", flat=True)
        taught = _last_times(request, set(practised), level=2)
    return taught + _reviews(
        request, exercise, level=2,
        may_close=exercise.state == Exercise.State.REPORTED and _may(request, Permission.REVIEW_PUBLISH),
    )  # fmt: skip


def _reviews(request: HttpRequest, subject: Subject, **more: Any) -> str:
    if not _may(request, LOGGED_IN):
        return ""
    kind = str(subject._meta.model_name)
    found = list(Review.objects.visible_to(request.user).looking_at(kind, subject))
    reviews, themes = ([each for each in found if bool(each.theme) is is_theme] for is_theme in (False, True))
    may_start = not reviews and is_over(subject) and _may(request, Permission.REVIEW_WRITE)
    if reviews:
        more["proposal"] = ""
    came_back = Recurrence.objects.confirmed().filter(factor__review__in=reviews)
    context = {
        "reviews": reviews,
        "themes": themes,
        "may_gather": (is_over(subject) or is_past(subject)) and _may(request, Permission.REVIEW_WRITE),
        "recurrences": came_back.visible_to(request.user).told() if reviews else (),
        "start": start_address(subject) if may_start else "",
        "subject": subject,
        **more,
    }
    if not (found or may_start or more.get("may_close") or more.get("proposal")):
        return ""
    return render_to_string("reviews/of_subject.html", context, request=request)


def _proved(request: HttpRequest, actions: ActionQuerySet) -> str:
    """The actions that this page proves, open and over, of those that this person may know of."""
    if not _may(request, LOGGED_IN):
        return ""
    found = list(actions.visible_to(request.user).select_related("owner", "review"))
    context = {"actions": _dated(found), "level": 2}
    return render_to_string("reviews/proved.html", context, request=request) if found else ""


def _debrief(request: HttpRequest, incident: Incident) -> str:
    """What was said right after it, for who reads records, or until when that is offered."""
    at = now()
    found = HotDebrief.objects.filter(incident=incident).first()
    is_offered_now = found is None and is_offered(incident, at)
    if not _may(request, Permission.INCIDENT_READ) or (found.is_skipped if found else not is_offered_now):
        return ""
    context = {
        "debrief": found,
        "until": offered_until(incident),
        "may_hold": _may(request, Permission.INCIDENT_RUN),
        "address": reverse("reviews:debrief", args=[incident.ref]),
    }
    return render_to_string("reviews/debrief_offer.html", context, request=request)


def _last_times(request: HttpRequest, services: set[int], *, level: int) -> str:
    """`level` is that of its heading on the page it stands on."""
    if not services:
        return ""
    near = beside(services)
    planned, unplanned = last_times(services, person=request.user, near=near)
    actions = unfinished([*services, *near], person=request.user)
    if not (planned or unplanned or actions):
        return ""
    context = {"planned": planned, "unplanned": unplanned, "actions": _dated(actions), "level": level}
    return render_to_string("reviews/last_times.html", context, request=request)


def _dated(actions: list[Action]) -> list[tuple[Action, bool]]:
    """Each with whether it is overdue."""
    today = local_day(now())
    return [(each, each.is_overdue(today)) for each in actions]


def _may(request: HttpRequest, rule: Any) -> bool:
    return may_open(rule, user=request.user, trusted=False)
