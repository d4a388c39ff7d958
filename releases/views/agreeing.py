"""Agreeing on a notice: sending it for review, approving it, sending it back, saying what one thinks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Forbidden, Refused
from releases import actions
from releases.actions.consent import last_approved
from releases.actions.versions import changed_since
from releases.approvers import may_give, open_for, who_can, why_not
from releases.forms.agreeing import ApproveForm, CommentForm, SendBackForm
from releases.instructions import procedures_of, what_staff_do
from releases.models import Approval, Release, State
from releases.picture import Picture
from releases.views.reading import released
from releases.views.versions import readable
from releases.views.writing import author, version_in

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.RELEASE_WRITE)
@require_POST
def send_for_review(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask for the approvals of the version that the page showed."""
    release = released(request, ref)
    actions.send_for_review(release=release, by=author(request), at=now(), version=version_in(request))
    messages.success(request, f"{release} is sent for review. Those who can approve it are being told.")
    return redirect(release)


@access(LOGGED_IN)
@read_or_send
def approve(request: HttpRequest, ref: str) -> HttpResponse:
    """The notice and what changed since it was approved last, with the form to agree; why not, for others.

    Of words that changed meanwhile the page shows what did, and keeps the comment.
    """
    release = readable(request, ref)
    waiting = open_for(author(request), release)
    form = ApproveForm(_sent(request), waiting=waiting, version=release.version)
    read = version_in(request)
    if request.method == "POST":
        _refuse_others(request, release, waiting)
        if form.is_valid() and _is_approved(request, form, release):
            return redirect(release)
    return _approve_page(request, release, form, read)


@access(LOGGED_IN)
@read_or_send
def send_back(request: HttpRequest, ref: str) -> HttpResponse:
    """What must change before it can be approved."""
    release = readable(request, ref)
    form = SendBackForm(_sent(request), button="Send back")
    if request.method == "POST" and not open_for(author(request), release):
        raise Forbidden(f"You cannot send {release} back: you are not asked to approve it.")
    if form.is_valid() and _is_done(form, actions.send_back, release, request):
        messages.success(request, f"{release} is sent back. Whoever wrote it is being told.")
        return redirect(release)
    return _step_page(request, release, form, "Send back")


@access(LOGGED_IN)
@read_or_send
def comment(request: HttpRequest, ref: str) -> HttpResponse:
    """What somebody who writes notices, or is asked to approve this one, thinks of it."""
    release = readable(request, ref)
    form = CommentForm(_sent(request), button="Add comment")
    if form.is_valid() and _is_done(form, actions.comment, release, request):
        messages.success(request, "Your comment is kept.")
        return redirect(f"{release.get_absolute_url()}#agreement")
    return _step_page(request, release, form, "Comment")


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _refuse_others(request: HttpRequest, release: Release, waiting: list[Approval]) -> None:
    """Raise for somebody who has nothing to approve here: by role, or since it is theirs or done."""
    if waiting:
        return
    if refusal := why_not(author(request), release):
        raise Refused(refusal)
    if given := next((each for each in release.approvals.all() if may_give(author(request), each)), None):
        raise Conflict(f"Somebody else was first: {given.person} approved {release} as {given.role} already.")
    left = [each for each in release.approvals.all() if each.kind and not each.at]
    who = " ".join(f"{each.role}: {who_can(each)}" for each in left)
    raise Forbidden(f"You cannot approve {release}. {who or 'Nobody is asked to.'}")


def _is_approved(request: HttpRequest, form: ApproveForm, release: Release) -> bool:
    """Whether the approval is kept; if not, the form says why."""
    try:
        actions.approve(release=release, by=author(request), at=now(), **form.facts())
    except Conflict as conflict:
        form.read_again(readable(request, release.ref).version)
        form.add_error(None, str(conflict))
        return False
    messages.success(request, f"You approved {release}.")
    return True


def _is_done(form: Any, act: Any, release: Release, request: HttpRequest) -> bool:
    try:
        act(release=release, by=author(request), at=now(), **form.facts())
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _approve_page(
    request: HttpRequest, release: Release, form: ApproveForm, read: int | None
) -> HttpResponse:
    """With what changed since the version that was read, or else since the role approved it last."""
    before = last_approved(release, [each.role for each in form.waiting.values()]).values()
    since = read if form.is_bound and read else min(before, default=None)
    procedures = procedures_of(release)
    context = {
        "release": release,
        "form": form,
        "picture": Picture(release, now()),
        "steps": what_staff_do(release, procedures),
        "procedures": procedures,
        "changes": changed_since(release, since) if since else [],
        "why_not": why_not(author(request), release)
        or ("" if form.waiting else "You are not asked to approve it."),
        "is_in_review": release.state == State.IN_REVIEW,
    }
    return render(request, "releases/approve.html", context, status=422 if form.errors else 200)


def _step_page(request: HttpRequest, release: Release, form: Any, title: str) -> HttpResponse:
    context = {"release": release, "form": form, "title": title}
    return render(request, "releases/step.html", context, status=422 if form.errors else 200)
