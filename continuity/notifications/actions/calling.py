"""Asking areas whether they are ready for planned work: opening, widening and closing a call, and its reminders."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from continuity.accounts.models import User
from continuity.core.clock import days_before
from continuity.core.ledger import name_of, record
from continuity.notifications.audience import HIT_AREAS, Audience
from continuity.notifications.models import Call, Kind, Reminder

WEEK, DAY = 7, 1
# Between the last look at the notice and the work itself the shift may have changed.
LAST_WORD = timedelta(hours=2)
What = Reminder.What

# The audience's areas as they are at this instant: frozen, whoever comes to use the service later. Those that are
# asked already stay as they are.
ASK_AREAS = f"""
    INSERT INTO notifications_confirmation (call_id, area_id, asked_at, how, name)
    SELECT %(call)s, hit.id, %(asked_at)s, '', '' FROM ({HIT_AREAS}) hit
    ON CONFLICT (call_id, area_id) DO NOTHING
"""  # noqa: S608


@transaction.atomic
def open_call(
    *,
    subject: Any,
    title: str,
    notice: str,
    url: str,
    starts_at: datetime,
    ends_at: datetime,
    owner: User | None,
    audience: Audience,
    by: Any,
    at: datetime,
) -> Call | None:
    """Every area that the audience names or hits now is asked to read the notice and say that it is ready.

    `notice` is what they read, as text. The call before about the same subject is closed: whoever confirmed that
    one is asked again. None when the work has begun, so that nobody can get ready for it any more. The caller
    holds the subject's row.
    """
    close_call(subject=subject, by=by, at=at)
    if starts_at <= at:
        return None
    about = name_of(subject)
    earlier = Call.objects.about(about.kind, about.label).aggregate(last=Max("number"))
    call = Call.objects.create(
        subject_kind=about.kind,
        subject_ref=about.label,
        title=title[:200],
        notice=notice,
        url=url,
        number=(earlier["last"] or 0) + 1,
        owner=owner,
        starts_at=starts_at,
        ends_at=ends_at,
        opened_at=at,
    )
    _ask(call, audience, at)
    record("call.opened", call, by=by, at=at)
    return call


@transaction.atomic
def widen_call(*, subject: Any, audience: Audience, by: Any, at: datetime) -> None:
    """Areas that the audience newly names or hits are asked too; those asked before, and their answers, stay.

    Nothing where no call is open any more.
    """
    about = name_of(subject)
    call = Call.objects.about(about.kind, about.label).open(at).select_for_update().first()
    if call and _ask(call, audience, at):
        record("call.widened", call, by=by, at=at)


@transaction.atomic
def close_call(*, subject: Any, by: Any, at: datetime) -> None:
    """Nobody is asked any more: the work is off, has other times, or has begun. Nothing where no call is open."""
    about = name_of(subject)
    call = Call.objects.about(about.kind, about.label).filter(closed_at=None).select_for_update().first()
    if call is None:
        return
    Call.objects.filter(pk=call.pk).update(closed_at=at)
    Reminder.objects.filter(call=call, done_at=None).delete()
    record("call.closed", call, by=by, at=at)


def reword_call(*, subject: Any, title: str, notice: str) -> None:
    """The open call, if there is one, goes on in other words: when and how has not changed."""
    about = name_of(subject)
    Call.objects.about(about.kind, about.label).filter(closed_at=None).update(
        title=title[:200], notice=notice
    )


def _ask(call: Call, audience: Audience, at: datetime) -> bool:
    """Ask the areas that are not asked yet, and remind them of what is still ahead. Whether there were any."""
    asking = {"call": call.pk, "asked_at": at if at > call.opened_at else None}
    with connection.cursor() as cursor:
        cursor.execute(ASK_AREAS, {**audience.parameters(Kind.PLANNED_WORK), **asking})
        has_new: bool = cursor.rowcount > 0
    if has_new:
        ahead = [(what, due_at) for what, due_at in reminders_of(call.starts_at) if due_at > at]
        reminders = (Reminder(call=call, what=what, due_at=due_at) for what, due_at in ahead)
        Reminder.objects.bulk_create(reminders, ignore_conflicts=True)
    return has_new


def reminders_of(starts_at: datetime) -> Iterator[tuple[str, datetime]]:
    """What is said when before work that starts at an instant: days as clocks show them, hours as they pass."""
    yield What.WEEK, days_before(starts_at, WEEK)
    yield What.DAY, days_before(starts_at, DAY)
    yield What.HOURS, starts_at - LAST_WORD
    yield What.OWNER, days_before(starts_at, DAY)
    yield What.OWNER, starts_at - LAST_WORD
