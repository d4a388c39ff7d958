"""What is still missing from a review before it goes on: sentences, each with the page on which it is mended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from incidents.reviews.models import Action, Attendance, Factor, Meeting, Review
from incidents.reviews.pieces import Piece, part_of, required

GIVEN_UP = frozenset({Action.State.REJECTED, Action.State.CANCELLED})


@dataclass(frozen=True)
class Missing:
    """One thing to do: the sentence, and the part of the page's address below the review's own."""

    sentence: str
    page: str


def missing(
    review: Review, pieces: Mapping[str, Piece], factors: Collection[Factor], actions: Collection[Action]
) -> list[Missing]:
    """Everything between this review and its approval, in the order of the page. Pure: rows at hand."""
    return [
        *_texts(review, pieces),
        *_factors(review, factors),
        *unanswered(factors, actions),
    ]


def to_submit(review: Review, pieces: Mapping[str, Piece], factors: Collection[Factor]) -> list[Missing]:
    """What is needed before an approver reads it."""
    return [*_texts(review, pieces), *_factors(review, factors)]


def unanswered(factors: Collection[Factor], actions: Collection[Action]) -> list[Missing]:
    """Hindering factors with neither an action nor a reason why nothing is done."""
    answered = {each.factor_id for each in actions if each.state not in GIVEN_UP}
    return [
        Missing(f"Add an action, or say why nothing is done: {each.text}", f"factors/{each.pk}/")
        for each in factors
        if each.is_hindering and not each.accepted_why and each.pk not in answered
    ]


def unnoted(meeting: Meeting | None, attendances: Collection[Attendance], at: datetime) -> list[Missing]:
    """A meeting that was held, as far as anybody knows, and nobody has said who came."""
    was_held = meeting is not None and meeting.span.upper <= at
    if not was_held or any(each.state == Attendance.State.ATTENDED for each in attendances):
        return []
    return [Missing("Note who came to the review meeting.", "meeting/came/")]


def _texts(review: Review, pieces: Mapping[str, Piece]) -> list[Missing]:
    empty = [pieces[code] for code in required(review) if not pieces[code].text]
    return [
        Missing(f"Fill in: {piece.label}.", f"write/{part_of(review, piece.code).slug}/") for piece in empty
    ]


def _factors(review: Review, factors: Collection[Factor]) -> list[Missing]:
    hindering = [each for each in factors if each.is_hindering]
    if not hindering and not review.is_short:
        return [Missing("Add a factor that hindered.", "factors/add/")]
    if hindering and all(each.area == Factor.Area.PEOPLE for each in hindering):
        return [
            Missing(
                "People is the only heading that hindered. Add what in the tasks, tools, organisation or "
                "surroundings made it likely.",
                "factors/add/",
            )
        ]
    return []
