"""Reading about one piece of planned work."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from continuity.accounts.access import TRUSTED, access
from continuity.accounts.permissions import Permission
from continuity.catalogue.device import area_of
from continuity.core.clock import now
from continuity.notifications.models import Kind
from continuity.notifications.reach import reach
from continuity.notifications.readiness import readiness_of
from continuity.notifications.told import recipients_of, told_words
from releases.actions.publishing import missing
from releases.actions.telling import audience_of
from releases.actions.writing import is_editable
from releases.approvers import is_asked, lacking, nobody_words, open_for, why_not
from releases.forms.agreeing import CommentForm
from releases.instructions import procedures_of, what_staff_do
from releases.marks import marked, marks_of
from releases.measuring import Rules, measure, rules_by_tier, still_wanted
from releases.models import DRAFTS, OFF, Release, Rule, State
from releases.notices import stage_words
from releases.picture import Picture
from releases.views.weighing import weighing_of


@access(TRUSTED)
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One release: what staff read, and for those who run it, the buttons of its state.

    A draft is a preview for those who write notices or are asked to approve it; for everybody else it does not
    exist, nor once cancelled.
    """
    release = released(request, ref)
    prefetch_related_objects([release], "approvals__person", "approvals__team")
    at = now()
    rules = rules_by_tier()
    procedures = procedures_of(release)
    context = {
        "release": release,
        "picture": Picture(release, at, marks_of(release, rules, at)),
        "steps": what_staff_do(release, procedures),
        "procedures": procedures,
        "at": at,
    }
    is_draft = release.state in DRAFTS
    if (is_draft or release.state == State.POSTPONED) and may(request, Permission.RELEASE_WRITE):
        context |= before_publishing(release, at) | judged(release, rules, at)
    if release.state in OFF:
        context["replaced_by"] = list(release.replaced_by.told())
    if release.was_told:
        context |= told_about(release) | answers_about(release, request, at)
    if may(request, Permission.RELEASE_WRITE):
        context["also_told"] = list(release.audiences.all())
    if release.was_told and may(request, Permission.RELEASE_PUBLISH):
        context["told_words"] = told_words(recipients_of(release))
    context |= agreement_on(release, request)
    context |= {"is_draft": is_draft, "links": links_of(release, at)}
    return render(request, "releases/detail.html", context)


def released(request: HttpRequest, ref: str) -> Release:
    """The release of that reference, if this person may know of it; 404 otherwise."""
    release = get_object_or_404(
        whole(Release.objects.all()).select_related("owner", "replaces", "series"), ref=ref
    )
    may_read = release.was_told or may(request, Permission.RELEASE_WRITE) or is_asked(request.user, release)
    if not may_read:
        raise Http404
    return release


def told_about(release: Release) -> dict[str, Any]:
    """What staff were told after the notice, the latest first; how its end moved; who agreed to it."""
    updates = release.updates.order_by("-at", "-pk")
    return {
        "updates": [(stage_words(update.stage), update) for update in updates],
        "extensions": list(release.extensions.all()),
        "approvals": [each for each in release.approvals.all() if each.at or not each.kind],
    }


def agreement_on(release: Release, request: HttpRequest) -> dict[str, Any]:
    """Who approves it, what was said, and what waits for this person: for who writes notices or is asked."""
    if not (may(request, Permission.RELEASE_WRITE) or is_asked(request.user, release)):
        return {}
    waiting = open_for(request.user, release)
    return {
        "asked": [each for each in release.approvals.all() if each.kind],
        "opinions": list(release.opinions.select_related("by")),
        "comment_form": CommentForm(button="Add comment"),
        "is_waiting": bool(waiting) and not why_not(request.user, release),
        "shows_agreement": True,
    }


def answers_about(release: Release, request: HttpRequest, at: datetime) -> dict[str, Any]:
    """Which areas are ready for it and the form to say so; nothing of work that does not take place."""
    readiness = None if release.state in OFF else readiness_of(release, at)
    if readiness is None or not readiness.asked:
        return {}
    return {"readiness": readiness, "ready_form": readiness.form(request.user, area_of(request))}


def links_of(release: Release, at: datetime) -> dict[str, str]:
    """Where the forms of the release's steps are; the notice's own form only until the work begins."""
    names = (
        "extend", "complete", "resume", "roll_back", "update", "postpone", "cancel", "approve", "run", "ready",
    )  # fmt: skip
    links = {name: reverse(f"releases:{name}", args=[release.ref]) for name in names}
    if is_editable(release, at):
        links["edit"] = reverse("releases:edit", args=[release.ref])
    return links | series_links(release, at)


def series_links(release: Release, at: datetime) -> dict[str, str]:
    """Where a draft becomes a series, and where an occurrence that is ahead is left out or moved with all after it."""
    if release.series_id is None:
        names = ["repeat"] if release.state in DRAFTS else []
    else:
        names = ["leave_out", "move_following"] if is_editable(release, at) else []
    return {name: reverse(f"releases:{name}", args=[release.ref]) for name in names}


def before_publishing(release: Release, at: datetime) -> dict[str, Any]:
    """What the author should know first: what is missing, how many people it reaches, and what it costs."""
    return {
        "missing": missing(release),
        "reach": reach(audience_of(release), Kind.PLANNED_WORK),
        **weighing_of(release, at=at),
    }


def judged(release: Release, rules: Rules, at: datetime) -> dict[str, Any]:
    """What the trust's rules say against it, and which approvals they want that nobody can give."""
    found = measure(release, rules, at)
    lacks_approval = any(each.rule == Rule.APPROVAL for each in found)
    return {
        "findings": found,
        "nobody": [nobody_words(each) for each in lacking(still_wanted(release, rules))],
        "asks_anew": bool(release.delay) and lacks_approval,
    }


def whole(releases: QuerySet[Release]) -> QuerySet[Release]:
    """With all that a Picture reads, in four queries however many they are."""
    return marked(releases).prefetch_related("disruptions__service", "services", "instructions")


def may(request: HttpRequest, permission: str) -> bool:
    """Whether whoever looks at the page is logged in and holds the permission."""
    return bool(request.user.is_authenticated and request.user.may(permission))
