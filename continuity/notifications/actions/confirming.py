"""Saying that an area has read a notice and is ready, in one of four ways. The first counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Area
from continuity.core.ledger import SYSTEM, record
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.wording import moment_words, span_words
from continuity.notifications.models import Call, Confirmation, Delivery

How = Confirmation.How


@dataclass(frozen=True)
class Saying:
    """How an area said it: by whom, in whose name, by which link."""

    how: How
    person: User | None = None
    name: str = ""
    delivery: Delivery | None = None


def on_own_computer(role: str) -> Saying:
    """Somebody who did not log in typed their role on a computer of the trust's network."""
    return Saying(How.KIOSK, name=_needs(role, "Enter your role, for example Nurse in charge."))


def by_person(person: User) -> Saying:
    """Somebody who works there and logged in."""
    return Saying(How.WEB, person=person)


def on_behalf(person: User, *, told_by: str) -> Saying:
    """Whoever may publish planned work heard it from the area, by phone say. Raises Forbidden for others."""
    if not person.may(Permission.RELEASE_PUBLISH):
        raise Forbidden("Only people who publish planned work may confirm on behalf of an area.")
    return Saying(How.DELEGATE, person=person, name=_needs(told_by, "Enter the role of who told you."))


def by_link(delivery: Delivery) -> Saying:
    """Whoever got the letter with the signed link pressed its button."""
    return Saying(How.LINK, delivery=delivery)


@transaction.atomic
def confirm_ready(*, call: Call, area: Area, saying: Saying, at: datetime) -> Confirmation:
    """The area has read the notice of this call and is ready for the work.

    Raises Conflict when it was confirmed already (it says by whom and when) or when the call is no longer the
    one to answer, Refused when the area was not asked.
    """
    # Held so that new times, which close the call, do not come in between.
    call = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    refuse_closed(call, at)
    asked = Confirmation.objects.filter(call=call, area=area)
    said: dict[str, Any] = {
        "confirmed_at": at,
        "how": saying.how,
        "person": saying.person,
        "name": saying.name,
        "delivery": saying.delivery,
    }
    is_first = bool(asked.missing().update(**said))
    confirmation = asked.told().select_related("call").first()
    if confirmation is None:
        raise Refused(f"{area} is not asked about {call.subject_ref}, so there is nothing to confirm.")
    if not is_first:
        raise Conflict(already_words(confirmation))
    record(
        "area.confirmed", confirmation, by=saying.person or SYSTEM, at=at, words=saying.name, to=saying.how
    )
    return confirmation


def refuse_closed(call: Call, at: datetime) -> None:
    """Raise Conflict when a call can no longer be answered, with what to read instead."""
    if call.is_open(at):
        return
    if call.closed_at is None:
        raise Conflict(f"{call.title} began at {moment_words(call.starts_at)}. It is too late to confirm.")
    newer = Call.objects.about(call.subject_kind, call.subject_ref).open(at).first()
    if newer:
        raise Conflict(
            f"{call.title} has changed since this notice. It is now planned from "
            f"{span_words(newer.starts_at, newer.ends_at)}. Read the new notice and confirm that one."
        )
    raise Conflict(
        f"{call.title} is no longer planned as this notice said. Read {call.subject_ref} to see what is planned now."
    )


def already_words(confirmation: Confirmation) -> str:
    """Ward 3 confirmed already: Nurse in charge, on the area's own computer, at 4pm on Friday 1 November 2024."""
    when = moment_words(confirmation.confirmed_at) if confirmation.confirmed_at else ""
    return f"{confirmation.area} is confirmed already: {confirmation.by_words}, at {when}."


def _needs(words: str, sentence: str) -> str:
    words = " ".join(words.split())
    if not words:
        raise Refused(sentence)
    return words
