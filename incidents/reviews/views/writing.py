"""Pages of who holds a review: beginning it, its text, its factors."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.refusals import Refused
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.actions.beginning import TO_BEGIN, due_on, is_over
from incidents.reviews.copying import moments
from incidents.reviews.forms import FactorForm, ReasonForm, WritingForm
from incidents.reviews.meetings import standing
from incidents.reviews.models import Review, Section, State
from incidents.reviews.owed import why_owed
from incidents.reviews.pieces import ROOM, Stale, parts_of, pieces_of
from incidents.reviews.subjects import Subject, named, subject_of
from incidents.reviews.views.base import back_to, by_now, factor_of, form_page, formed, may, review_of
from incidents.views.base import UNPROCESSABLE, acted, posted

# Beside the text about how plans, command and updates held up.
SHOWS_FIGURES = Section.Code.PLANS
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.REVIEW_WRITE)
@read_or_send
def start(request: HttpRequest) -> HttpResponse:
    """Begin the review of what the address names, once confirmed."""
    subject = _subject(request)
    if request.method == "POST":
        review = actions.start(**named(subject), **by_now(request))
        return back_to(request, review, "The review is yours to write. Its timeline is filled in.")
    return _start_page(request, subject, _waive_form(request))


@access(Permission.REVIEW_PUBLISH)
@require_POST
def do_without(request: HttpRequest) -> HttpResponse:
    """Say that nobody needs to look back at what the address names."""
    subject, form, made = _subject(request), _waive_form(request), []
    if acted(
        form,
        lambda: made.append(actions.do_without(**named(subject), **by_now(request), **form.cleaned_data)),
    ):
        return back_to(request, made[0], "No review is held. The reason is kept.")
    return _start_page(request, subject, form)


@access(Permission.REVIEW_WRITE)
@read_or_send
def write(request: HttpRequest, ref: str, part: str) -> HttpResponse:
    """One page of the text. A save that comes too late keeps what was typed and shows what others wrote."""
    review = review_of(request, ref)
    page = next((each for each in parts_of(review) if each.slug == part), None)
    if page is None:
        raise Http404
    form = WritingForm(posted(request), part=page, pieces=_pieces(review))
    if form.is_valid() and _saved(request, review, form):
        return back_to(request, review, "It is saved.")
    return form_page(
        request, review, form, heading=page.heading,
        timeline=moments(review.timeline, review.key_moments),
        figures=review.figures if SHOWS_FIGURES in page.codes else [],
    )  # fmt: skip


@access(Permission.REVIEW_READ, write=Permission.REVIEW_WRITE)
@read_or_send
def room(request: HttpRequest, ref: str) -> HttpResponse:
    """One page for the screen in the room: how people talk, what is asked, and what was noted so far by whom."""
    review = review_of(request, ref)
    if review.state != State.DRAFTING:
        return redirect(review)
    pieces = _pieces(review)
    form = WritingForm(posted(request), part=ROOM, pieces=pieces, button="Save, and show what others wrote")
    if form.is_valid() and _saved(request, review, form):
        messages.success(request, "It is saved. What others wrote stands here too.")
        return redirect("reviews:room", review.ref)
    told = moments(review.timeline, review.key_moments)
    context = {
        "review": review, "form": form, "pieces": [pieces[code] for code in ROOM.codes], "heading": ROOM.heading,
        "timeline": told, "key_moments": [each for each in told if each.is_key], "meeting": standing(review),
    }  # fmt: skip
    return render(request, "reviews/room.html", context, status=UNPROCESSABLE if form.is_bound else None)


@access(Permission.REVIEW_WRITE)
@read_or_send
def add_factor(request: HttpRequest, ref: str) -> HttpResponse:
    review, form = review_of(request, ref), FactorForm(posted(request))
    return formed(
        request, review, form, heading="Add a factor", said="The factor is added.",
        action=lambda: actions.add_factor(review=review, **form.facts(), **by_now(request)),
    )  # fmt: skip


@access(Permission.REVIEW_WRITE)
@read_or_send
def change_factor(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    factor = factor_of(request, ref, pk)
    form = FactorForm(posted(request), factor=factor)
    return formed(
        request, factor.review, form, heading="Change the factor", said="The factor is changed.",
        action=lambda: actions.change_factor(
            factor=factor, seen=form.cleaned_data["seen"], **form.facts(), **by_now(request)
        ),
    )  # fmt: skip


@access(Permission.REVIEW_WRITE)
@require_POST
def remove_factor(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    factor = factor_of(request, ref, pk)
    actions.remove_factor(factor=factor, **by_now(request))
    return back_to(request, factor.review, "The factor is taken out.")


@access(Permission.REVIEW_WRITE)
@require_POST
def mark(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Pick a moment of the timeline as one that matters, or let it go; back to where it stands."""
    review = review_of(request, ref)
    actions.mark_moment(
        review=review, number=number, is_key=request.POST.get("key") == "yes", **by_now(request)
    )
    return redirect(f"{review.get_absolute_url()}#moment-{number}")


def _subject(request: HttpRequest) -> Subject:
    subject = subject_of(request.GET, request.user)
    if subject is None:
        raise Http404
    return subject


def _start_page(request: HttpRequest, subject: Subject, form: ReasonForm) -> HttpResponse:
    """What is looked back at, by when, and the two ways on; to the review itself where there is one."""
    begun = Review.objects.visible_to(request.user).filter(**named(subject)).first()
    if begun and begun.state not in TO_BEGIN:
        return redirect(begun)
    context = {
        "subject": subject,
        "is_over": is_over(subject),
        "due_on": due_on(subject),
        "why": why_owed(subject if isinstance(subject, Incident) else None),
        "form": form,
        "may_waive": may(request, Permission.REVIEW_PUBLISH) and Review(**named(subject)).may_be_waived,
    }
    return render(request, "reviews/start.html", context, status=UNPROCESSABLE if form.is_bound else None)


def _waive_form(request: HttpRequest) -> ReasonForm:
    return ReasonForm(
        posted(request), label="Reason for holding no review", button="Hold no review",
        action=f"/reviews/waive/?{request.GET.urlencode()}",
    )  # fmt: skip


def _saved(request: HttpRequest, review: Review, form: WritingForm) -> bool:
    """Save, or keep what was typed beside what somebody else saved first; other refusals stand on the form."""
    try:
        with transaction.atomic():
            actions.save_section(review=review, texts=form.texts(), seen=form.seen(), **by_now(request))
    except Stale:
        form.came_too_late(_pieces(Review.objects.get(pk=review.pk)))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def _pieces(review: Review) -> dict[str, Any]:
    return pieces_of(review, review.sections.select_related("saved_by"))
