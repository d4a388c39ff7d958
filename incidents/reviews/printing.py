"""A review to take away, as a tagged PDF that says how far it was when it was made."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from continuity.core.clock import local_day
from continuity.core.wording import date_words
from incidents.export import moment, printed
from incidents.reviews.meetings import roles_who_came
from incidents.reviews.models import FINAL, Action, Factor, Review
from incidents.reviews.pieces import pieces_of
from incidents.reviews.subjects import is_restricted, records_of

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "reviews" / "review.typ"


def review_pdf(review: Review, at: datetime) -> bytes:
    """What its page says, as a PDF by PDF/UA-1. Five queries beside those for the review's own people and subject."""
    pieces = pieces_of(review, review.sections.all())
    actions = review.actions.select_related("owner")
    data = {
        "ref": review.ref,
        "title": review.title,
        "mark": ", ".join(marks_of(review)),
        "as_at": moment(at),
        "facts": facts_of(review),
        "texts": [[piece.label, piece.text] for piece in pieces.values() if piece.text],
        "factors": [_factor(each) for each in review.factors.select_related("local")],
        "actions": [_action(each) for each in actions],
        "amendments": [
            [date_words(local_day(each.at)), each.text, each.reason] for each in review.amendments.all()
        ],
        "digest": review.content_hash,
    }
    return printed(TEMPLATE, data)


def marks_of(review: Review) -> list[str]:
    """What nobody may overlook on paper."""
    marks = [] if review.state in FINAL else ["Not approved"]
    return [*marks, *(["Restricted"] if is_restricted(review) else [])]


def facts_of(review: Review) -> list[str]:
    """What it looks back at, who took part, as roles, and how far it is."""
    said = [f"{review.ref}, {review.get_kind_display().lower()}. {review.get_state_display()}."]
    if review.subject:
        said.append(f"Looks back at {review.subject}: {review.subject.title}.")
    else:
        said += [f"Looks back at {record}: {record.title}." for record in records_of(review)]
    for label, person in (("Facilitated by", review.facilitator), ("Approved by", review.approver)):
        if person:
            said.append(f"{label} {person}.")
    if came := roles_who_came(review.attendances.came().select_related("person")):
        said.append(f"Who came to its meeting: {', '.join(came)}.")
    if review.published_at:
        said.append(f"Published {date_words(local_day(review.published_at))}.")
    return said


def _factor(factor: Factor) -> list[str]:
    does = "" if factor.is_hindering else ", helped"
    accepted = f"\nNothing is done about it: {factor.accepted_why}" if factor.accepted_why else ""
    local = f" ({factor.called})" if factor.called else ""
    return [f"{factor.get_area_display()}{does}:", f"{factor.text}{local}{accepted}"]


def _action(action: Action) -> list[Any]:
    return [action.title, action.whose, date_words(action.due_on), action.get_state_display()]
