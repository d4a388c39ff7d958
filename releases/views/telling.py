"""What became of what was said about a release: who was told, what did not arrive, which areas are ready."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.ledger import name_of
from continuity.core.wording import count_words
from continuity.notifications.actions import confirm, resend, resend_failed
from continuity.notifications.actions.mending import RECIPIENT
from continuity.notifications.models import Delivery
from continuity.notifications.readiness import missing_of, readiness_of
from continuity.notifications.told import told_of
from releases.models import OFF, OVER, Release
from releases.views.reading import released
from releases.views.writing import author

PUBLISH = Permission.RELEASE_PUBLISH


@access(PUBLISH)
@require_safe
def told(request: HttpRequest, ref: str) -> HttpResponse:
    """Who was told by which channel, what did not arrive and can be mended, which areas to ring."""
    release = released(request, ref)
    context = {**facts_of(release), "is_live": release.state not in OVER}
    return render(request, "releases/told.html", context)


@access(PUBLISH)
@require_safe
def told_now(request: HttpRequest, ref: str) -> HttpResponse:
    """The part of the page that an open one asks for every few seconds; nothing while it is still true."""
    facts = facts_of(released(request, ref))
    etag = f'"{hashlib.sha256(facts["version"].encode()).hexdigest()[:20]}"'
    # Asked with what the page has: most answers are empty, and nothing is rendered for them.
    response = get_conditional_response(request, etag=etag) or render(
        request, "releases/told_now.html", facts
    )
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


@access(PUBLISH)
@require_POST
def send_again(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    release = released(request, ref)
    delivery = _delivery(release, pk)
    resend(delivery=delivery, by=author(request), at=now())
    messages.success(request, f"It is being sent to {delivery.address} again.")
    return redirect("releases:told", ref=ref)


@access(PUBLISH)
@require_POST
def send_all_again(request: HttpRequest, ref: str) -> HttpResponse:
    count = resend_failed(by=author(request), at=now(), about=released(request, ref))
    messages.success(request, f"{count_words(count, 'message')} being sent again.")
    return redirect("releases:told", ref=ref)


@access(PUBLISH)
@require_POST
def arrived(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    confirm(delivery=_delivery(released(request, ref), pk), by=author(request), at=now())
    messages.success(request, "It is marked as arrived.")
    return redirect("releases:told", ref=ref)


def facts_of(release: Release) -> dict[str, Any]:
    """Everything the moving part shows, and a `version` that changes with it."""
    at = now()
    said = told_of(release)
    readiness = None if release.state in OFF else readiness_of(release, at)
    missing = missing_of(readiness) if readiness else []
    answers = [(each.area_id, each.how, each.confirmed_at) for each in readiness.asked] if readiness else []
    rings = [(each.confirmation.area_id, each.area.phone, each.told) for each in missing]
    return {
        "release": release,
        "told": said,
        "readiness": readiness,
        "missing": missing,
        "version": repr((said.version, answers, rings, readiness and readiness.is_open)),
    }


def _delivery(release: Release, pk: int) -> Delivery:
    """A delivery of something that was said about this release and nothing else."""
    name = name_of(release)
    about = Delivery.objects.about(name.kind, name.label).select_related("message", *RECIPIENT)
    return get_object_or_404(about, pk=pk)
