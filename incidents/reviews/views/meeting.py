"""Pages of a review's meeting: when and where it is, setting and changing it, and who came."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day, now
from incidents.reviews import actions
from incidents.reviews.asked import meeting_of
from incidents.reviews.forms import AttendanceForm, MeetingForm
from incidents.reviews.meetings import standing, suggested
from incidents.reviews.models import FINAL, OVER, TO_PREPARE, Meeting, Review
from incidents.reviews.views.base import by_now, form_page, may, review_of
from incidents.views.base import acted, number_of, posted

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(LOGGED_IN)
@require_safe
def meeting(request: HttpRequest, ref: str) -> HttpResponse:
    """When and where, for who is invited; for who holds reviews also who is, and what came of it. 404 for others."""
    review = get_object_or_404(
        meeting_of(request.user).select_related("facilitator", "incident", "release", "exercise"), ref=ref
    )
    found, at = standing(review), now()
    holds = may(request, Permission.REVIEW_WRITE)
    rows = list(review.attendances.named())
    mine = next((each for each in rows if each.person_id == request.user.pk), None)
    shown = [each for each in rows if each.is_invited or each.state == each.State.ATTENDED]
    context = {
        "review": review,
        "meeting": found,
        "has_begun": bool(found and found.span.lower <= at),
        "is_late": bool(found and review.due_on and local_day(found.span.lower) > review.due_on),
        "is_invited": bool(mine and mine.is_invited),
        "is_asked": bool(mine and mine.is_asked) and review.state in TO_PREPARE,
        "rows": shown if holds else [],
        "was_held": any(each.state == each.State.ATTENDED for each in rows),
        "may_change": holds and review.state not in FINAL | OVER,
    }
    return render(request, "reviews/meeting.html", context)


@access(Permission.REVIEW_WRITE)
@read_or_send
def set_meeting(request: HttpRequest, ref: str) -> HttpResponse:
    """Say when and where the review is held, and who is invited; the people who are likely are ticked."""
    review = review_of(request, ref)
    found = standing(review)
    form = MeetingForm(posted(request), meeting=found, people=_ticked(review, found))
    if acted(form, lambda: actions.set_meeting(review=review, **form.facts(), **by_now(request))):
        is_over = form.facts()["span"].upper <= now()
        told = "It is over, so nobody is sent anything." if is_over else "Whoever that concerns is sent it."
        return _back(request, review, f"The meeting is set. {told}")
    heading = "Change the review meeting" if found else "Set the review meeting"
    return form_page(request, review, form, heading=heading)


@access(Permission.REVIEW_WRITE)
@require_POST
def call_off(request: HttpRequest, ref: str) -> HttpResponse:
    """Call the meeting off that the page showed."""
    review = review_of(request, ref)
    seen = number_of(request.POST.get("seen", ""))
    actions.call_off_meeting(review=review, seen=seen, **by_now(request))
    return _back(
        request, review, "The meeting is called off. If it is still to come, whoever was invited is told."
    )


@access(Permission.REVIEW_WRITE)
@read_or_send
def who_came(request: HttpRequest, ref: str) -> HttpResponse:
    """Tick who came, also somebody who was not invited."""
    review = review_of(request, ref)
    found = standing(review)
    if found is None:
        return redirect("reviews:meeting", review.ref)
    form = AttendanceForm(posted(request), meeting=found, attendances=review.attendances.named())
    if acted(form, lambda: actions.note_attendance(review=review, **form.facts(), **by_now(request))):
        return _back(request, review, "It is noted who came.")
    return form_page(
        request, review, form, heading="Who came to the review meeting", template="reviews/who_came.html",
        meeting=found, has_begun=found.span.lower <= now(),
    )  # fmt: skip


def _ticked(review: Review, found: Meeting | None) -> list[int]:
    if found:
        return list(review.attendances.invited().values_list("person_id", flat=True))
    return [person.pk for person in suggested(review)]


def _back(request: HttpRequest, review: Review, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("reviews:meeting", review.ref)
