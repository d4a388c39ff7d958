"""Pages of one action: proposing it, and what its owner, its checker and the publisher of reviews may do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day, now
from incidents.reviews import actions
from incidents.reviews.forms import ActionForm, AssignForm, DateForm, EvidenceForm, ProofForm, ReasonForm
from incidents.reviews.models import Action, Review
from incidents.reviews.proof import proofs_of
from incidents.reviews.views.base import action_of, back_to, by_now, form_page, formed, may, review_of
from incidents.views.base import acted, number_of, posted

State = Action.State
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.REVIEW_WRITE)
@read_or_send
def propose(request: HttpRequest, ref: str) -> HttpResponse:
    """A new action; `?factor=` says which factor it answers."""
    review = review_of(request, ref)
    form = ActionForm(
        posted(request), review=review, initial={"factor": number_of(request.GET.get("factor", ""))}
    )
    return formed(
        request, review, form, heading="Add an action", said="The action is proposed to its owner.",
        action=lambda: actions.propose_action(review=review, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(LOGGED_IN)
@require_safe
def action(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """One action: what, who, by when, how far, and what may be done about it by this person."""
    found, at = action_of(request, ref, number), now()
    context = {
        "action": found,
        "proofs": list(proofs_of(found, at)),
        "review": found.review,
        "may_read_review": Review.objects.visible_to(request.user).filter(pk=found.review_id).exists(),
        "is_overdue": found.is_overdue(local_day(at)),
        "recurrences": found.recurrences.confirmed().visible_to(request.user).told(),
        "date_changes": found.date_changes.select_related("agreed_by"),
        "presses": _ways(request, found, _presses(request, found)),
        "links": _ways(request, found, _links(request, found)),
    }
    return render(request, "reviews/action.html", context)


@access(Permission.ACTION_WORK)
@require_POST
def accept(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    return _pressed(request, ref, number, actions.accept_action, said="The action is yours.")


@access(Permission.ACTION_WORK)
@require_POST
def begin(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    return _pressed(request, ref, number, actions.begin_action, said="You work on it.")


@access(Permission.ACTION_WORK)
@read_or_send
def done(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    found = action_of(request, ref, number)
    form = EvidenceForm(posted(request), action=found)
    if acted(form, lambda: actions.claim_done(action=found, **form.cleaned_data, **by_now(request))):
        return back_to(request, found, "It is done, and waits to be checked.")
    return form_page(request, found, form, heading="Say that it is done", proof_of=found)


@access(Permission.ACTION_WORK)
@require_POST
def verify(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    return _pressed(request, ref, number, actions.verify, said="It is checked and done.")


@access(Permission.ACTION_WORK)
@read_or_send
def not_done(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    found = action_of(request, ref, number)
    form = ReasonForm(posted(request), label="What is missing?", button="It is not done yet")
    return formed(
        request, found, form, heading="Say that it is not done yet", said="It is with its owner again.",
        action=lambda: actions.not_done(action=found, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_WRITE)
@read_or_send
def assign(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    found = action_of(request, ref, number)
    form = AssignForm(posted(request), action=found)
    return formed(
        request, found, form, heading="Choose the owner", said="The action has its owner.",
        action=lambda: actions.assign_action(action=found, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_WRITE)
@read_or_send
def proof(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Which procedure an action changes, and which planned work does it."""
    found = action_of(request, ref, number)
    form = ProofForm(posted(request), action=found)
    return formed(
        request, found, form, heading="Say what proves it", said="What proves it is kept.",
        action=lambda: actions.change_proof(action=found, **form.facts(), **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def move_date(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    found, form = action_of(request, ref, number), DateForm(posted(request))
    return formed(
        request, found, form, heading="Move the date", said="The date is moved.",
        action=lambda: actions.move_date(action=found, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_PUBLISH)
@read_or_send
def drop(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    found = action_of(request, ref, number)
    form = ReasonForm(posted(request), label="Reason for not doing it", button="Drop the action")
    return formed(
        request, found, form, heading="Drop the action", said="The action is dropped. The reason is kept.",
        action=lambda: actions.drop_action(action=found, **form.cleaned_data, **by_now(request)),
    )  # fmt: skip


Way = tuple[str, str]
_OWNER: dict[str, list[Way]] = {
    State.PROPOSED: [("accept-action", "Accept the action")],
    State.ACCEPTED: [("begin-action", "Begin it")],
}


def _presses(request: HttpRequest, found: Action) -> list[Way]:
    """What one press does now, for its owner and for who checks it."""
    if found.owner_id == request.user.pk:
        return _OWNER.get(found.state, [])
    return [("verify-action", "It is done: checked")] if _may_check(request, found) else []


def _links(request: HttpRequest, found: Action) -> list[Way]:
    """What leads to a form of its own now."""
    is_owner = found.owner_id == request.user.pk
    may_publish, may_write = may(request, Permission.REVIEW_PUBLISH), may(request, Permission.REVIEW_WRITE)
    may_drop = may_publish and (State.CANCELLED in found.STEPS[found.state])
    offered = [
        (is_owner and State.CLAIMED_DONE in found.STEPS[found.state], ("claim-done", "It is done")),
        (_may_check(request, found), ("not-done", "It is not done yet")),
        (may_write and found.is_open, ("assign-action", "Choose the owner")),
        (may_write and found.is_open, ("action-proof", "Say what proves it")),
        (may_publish and found.is_open and not is_owner, ("move-date", "Move the date")),
        (may_drop, ("drop-action", "Drop the action")),
    ]
    return [way for is_offered, way in offered if is_offered]


def _may_check(request: HttpRequest, found: Action) -> bool:
    may_look = found.verifier_id == request.user.pk or may(request, Permission.REVIEW_WRITE)
    return found.state == State.CLAIMED_DONE and found.owner_id != request.user.pk and may_look


def _ways(request: HttpRequest, found: Action, ways: list[Way]) -> list[Way]:
    """Addresses and words."""
    return [
        (reverse(f"reviews:{name}", args=[found.review.ref, found.number]), words) for name, words in ways
    ]


def _pressed(
    request: HttpRequest, ref: str, number: int, action: Callable[..., None], *, said: str
) -> HttpResponse:
    found = action_of(request, ref, number)
    action(action=found, **by_now(request))
    return back_to(request, found, said)
