"""Pages that people read: the list, one review, the board of actions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day, now
from incidents.reviews.actions.beginning import TO_BEGIN
from incidents.reviews.asked import waiting_for
from incidents.reviews.copying import digest_of, moments
from incidents.reviews.debriefs import offered
from incidents.reviews.forms import ActionFilter, ReviewFilter
from incidents.reviews.grouping import grouped
from incidents.reviews.meetings import roles_who_came, standing
from incidents.reviews.missing import Missing, missing, unanswered, unnoted
from incidents.reviews.models import (
    FINAL,
    OVER,
    Action,
    Factor,
    Observation,
    Reading,
    Recurrence,
    Review,
    Section,
    State,
)
from incidents.reviews.owed import owed, why_owed
from incidents.reviews.pieces import FOUR_QUESTIONS, Piece, parts_of, pieces_of, required, status_of
from incidents.reviews.printing import review_pdf
from incidents.reviews.subjects import start_address
from incidents.reviews.together import common_factors, rows_of
from incidents.reviews.told import names_in, texts_of
from incidents.reviews.views.base import may, review_of
from incidents.reviews.views.recurring import with_forms

A_PAGE = 25
# Names at a glance; the number beside them says how many there are.
LATEST_READERS = 50
# Near misses and what went well that wait; their own page has them all.
OBSERVED_AT_A_GLANCE = 10
# Handed on: no longer a form to fill but a text to read.
READABLE = frozenset({State.IN_REVIEW, State.APPROVED, *OVER})
COLOURS = {"Done": "", "Optional": "", "Begun": "blue", "Not started": "blue"}
# Lists of findings on the page that staff read, and what is written as prose.
FINDINGS = (Section.Code.WENT_WELL, Section.Code.LUCKY, Section.Code.TO_IMPROVE)
PROSE = (
    Section.Code.EFFECT, *FOUR_QUESTIONS, Section.Code.PLANS, Section.Code.QUESTIONS, Section.Code.WELFARE,
)  # fmt: skip


@access(LOGGED_IN)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Published ones for everybody; those being written and those that are owed for who reads and holds them."""
    asked, at = ReviewFilter(request.GET), now()
    today = local_day(at)
    seen = asked.narrow(Review.objects.visible_to(request.user).with_subject())
    published = Paginator(seen.published().order_by("-published_at"), A_PAGE)
    reads = may(request, Permission.REVIEW_READ)
    going_on = seen.open().select_related("author").order_by("due_on", "pk") if reads else ()
    context = {
        "filter": asked,
        "reads": reads,
        "open": [(each, bool(each.due_on and each.due_on < today)) for each in going_on],
        "waived": seen.filter(state=State.WAIVED) if reads else (),
        "owed": [(each, each.is_overdue(today)) for each in owed(request.user, at)] if reads else [],
        "observed": _observed(request) if reads else (),
        "asked": waiting_for(request.user),
        "debriefs": offered(request.user, at) if may(request, Permission.INCIDENT_RUN) else (),
        "published": published.get_page(request.GET.get("page")),
    }
    return render(request, "reviews/list.html", context)


@access(LOGGED_IN)
@require_safe
def review(request: HttpRequest, ref: str) -> HttpResponse:
    """What staff read once it is published or ended; before that the writer's page, with what is left to do."""
    found, at = review_of(request, ref), now()
    today = local_day(at)
    sections = list(found.sections.select_related("saved_by"))
    actions = list(found.actions.select_related("owner", "factor"))
    factors = list(found.factors.select_related("local"))
    amendments = found.amendments.select_related("author")
    recurrences = with_forms(request, found)
    came_back = any(each.state == Recurrence.State.CONFIRMED for each, _ in recurrences)
    context: dict[str, Any] = {
        "review": found,
        "at": at,
        "factors": _with_answers(factors, actions),
        "actions": [(each, each.is_overdue(today)) for each in actions],
        "recurrences": recurrences,
        "amendments": amendments,
        "reads": may(request, Permission.REVIEW_READ),
        "is_over": found.state in OVER,
        "timeline": moments(found.timeline, found.key_moments),
        "is_copy_whole": not found.timeline_hash or digest_of(found.timeline) == found.timeline_hash,
    }
    if found.theme:
        context |= _together(request, found)
    if found.state in READABLE:
        context |= _to_read(sections) | _to_agree(request, found, sections, factors, actions)
        context |= _readers(request, found, len(amendments))
        context["came"] = roles_who_came(found.attendances.came().select_related("person"))
        return render(request, "reviews/detail.html", context)
    pieces, meeting, rows = pieces_of(found, sections), standing(found), list(found.attendances.named())
    needed = required(found)
    statuses = [(part, status_of(part, pieces, needed)) for part in parts_of(found)]
    context |= {
        "parts": [(part, status, COLOURS[status]) for part, status in statuses],
        "missing": [
            *missing(found, pieces, factors, actions),
            *unnoted(meeting, rows, at),
            *_names(found, pieces, factors, actions),
        ],
        "is_overdue": bool(found.due_on and found.due_on < today),
        "why": why_owed(found.incident, came_back=came_back),
        "may_waive": found.may_be_waived and not came_back,
        "is_draft": found.state == State.DRAFTING,
        "may_mark": found.state == State.DRAFTING and may(request, Permission.REVIEW_WRITE),
        "start_address": start_address(found.subject) if found.subject else "",
    }
    if may(request, Permission.REVIEW_WRITE):
        context |= {
            "asked": [each for each in rows if each.is_asked],
            "meeting": meeting,
            "invited": [each.person for each in rows if each.is_invited],
            "came": roles_who_came(rows),
            "contributions": found.contributions.select_related("author"),
        }
    return render(request, "reviews/writing.html", context)


@access(LOGGED_IN)
@require_safe
def as_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """The review as a tagged PDF, for who may read its page; no cache keeps it."""
    found = review_of(request, ref)
    answer = HttpResponse(review_pdf(found, now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.ref}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@access(LOGGED_IN)
@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """Every action this person may know of: their own first, then what is overdue, or by owner, service or age."""
    asked, today = ActionFilter(request.GET), local_day(now())
    seen = asked.narrow(Action.objects.visible_to(request.user))
    found = list(seen.with_moves().select_related("owner", "review").order_by("due_on", "pk"))
    groups = grouped(found, request.user.pk, asked.cleaned_data.get("by") or "", today)
    context = {
        "filter": asked,
        "groups": [(heading, _dated(group, today)) for heading, group in groups],
        "count": len(found),
        "overdue": sum(each.is_overdue(today) for each in found),
    }
    return render(request, "reviews/actions.html", context)


def _observed(request: HttpRequest) -> list[Observation]:
    """Near misses and what went well of which nobody has said yet what becomes of them, the latest first."""
    found = Observation.objects.visible_to(request.user).waiting().select_related("service", "by")
    return list(found[:OBSERVED_AT_A_GLANCE])


def _to_read(sections: list[Section]) -> dict[str, Any]:
    """The written sections as a page shows them: prose first, then lists of findings."""
    written = {each.code: each for each in sections if each.text}
    return {
        "prose": [written[code] for code in PROSE if code in written],
        "findings": [written[code] for code in FINDINGS if code in written],
    }


def _together(request: HttpRequest, found: Review) -> dict[str, Any]:
    """The records of a theme, and how often their factors come back in them."""
    rows = rows_of(found, request.user)
    may_choose = found.state in TO_BEGIN and may(request, Permission.REVIEW_WRITE)
    return {"sources": rows, "common": common_factors(rows), "may_choose": may_choose}


def _names(
    found: Review, pieces: Mapping[str, Piece], factors: list[Factor], actions: list[Action]
) -> list[Missing]:
    """Where a draft names people, whose roles belong there before anybody else reads it."""
    if found.state != State.DRAFTING:
        return []
    texts = texts_of(found, pieces, factors, actions)
    return [Missing(sentence, where.page) for where, sentence in names_in(texts)]


def _readers(request: HttpRequest, found: Review, amendments: int) -> dict[str, Any]:
    """How many have read what is published; who, for those who hold reviews and who facilitates this one."""
    if found.state != State.PUBLISHED:
        return {}
    counted = Reading.objects.counted(found, amendments=amendments, person=request.user)
    sees_names = may(request, Permission.REVIEW_WRITE) or found.facilitator_id == request.user.pk
    latest = Reading.objects.of(found, amendments=amendments).select_related("person")[:LATEST_READERS]
    return {"readers": counted, "names": latest if sees_names else ()}


def _to_agree(
    request: HttpRequest, found: Review, sections: list[Section], factors: list[Factor], actions: list[Action]
) -> dict[str, Any]:
    """What stands between a review and its approval, and whether this person may give it."""
    is_waiting, person = found.state == State.IN_REVIEW, request.user.pk
    wrote = person == found.author_id or any(each.saved_by_id == person for each in sections)
    facilitates = person == found.facilitator_id
    return {
        "missing": unanswered(factors, actions) if is_waiting else [],
        "may_approve": is_waiting and not (wrote or facilitates),
        "wrote": wrote,
        "may_amend": found.state in FINAL and may(request, Permission.REVIEW_PUBLISH),
        "may_propose": is_waiting and may(request, Permission.REVIEW_WRITE),
    }


def _with_answers(factors: list[Factor], actions: list[Action]) -> list[tuple[Factor, list[Action]]]:
    """Each factor with the actions that answer it."""
    return [(factor, [each for each in actions if each.factor_id == factor.pk]) for factor in factors]


def _dated(actions: list[Action], today: date) -> list[tuple[Action, bool]]:
    return [(each, each.is_overdue(today)) for each in actions]
