"""What a call still says until the work begins: to areas that have not confirmed, to every area, to the owner."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from continuity.accounts.permissions import Permission
from continuity.core.wording import count_words, moment_words, span_words
from continuity.notifications.actions.telling import Words, notify
from continuity.notifications.audience import Audience, owner_or_those_who
from continuity.notifications.models import Call, Confirmation, Kind, Reminder

What = Reminder.What
# Of several to the same people that are due together the later says enough.
TO_AREAS = (What.WEEK, What.DAY, What.HOURS)
CLAIM = """
    UPDATE notifications_reminder SET done_at = %s
    WHERE call_id = %s AND done_at IS NULL AND due_at <= %s RETURNING what, due_at
"""


@transaction.atomic
def remind(*, call: Call, at: datetime) -> None:
    """Say what is due of a call, once, unless it was closed or the work has begun meanwhile.

    Two workers wait for each other at the call's row, and the second finds nothing left to do.
    """
    call = Call.objects.select_related("owner").select_for_update(of=("self",), no_key=True).get(pk=call.pk)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [at, call.pk, at])
        due = {What(what): due_at for what, due_at in sorted(cursor.fetchall(), key=lambda row: row[1])}
    if not call.is_open(at):
        return
    if to_areas := [what for what in TO_AREAS if what in due]:
        _remind_areas(call, to_areas[-1], at)
    if What.OWNER in due:
        _tell_owner(call, due[What.OWNER], at)


def _remind_areas(call: Call, what: str, at: datetime) -> None:
    asked = Confirmation.objects.filter(call=call)
    is_last = what == What.HOURS
    concerned = asked if is_last else asked.missing()
    areas = frozenset(concerned.values_list("area_id", flat=True))
    if areas:
        audience = Audience(areas=areas, subscribers=False)
        _say(call, what, last_words(call) if is_last else asking_words(call), audience, at)


def _tell_owner(call: Call, due_at: datetime, at: datetime) -> None:
    """Nothing while nobody is missing."""
    asked = Confirmation.objects.filter(call=call).select_related("area")
    missing = list(asked.missing())
    if missing:
        words = missing_words(call, missing, of=asked.count())
        audience = owner_or_those_who(Permission.RELEASE_PUBLISH, call.owner)
        _say(call, f"{What.OWNER}:{due_at:%Y%m%dT%H%M}", words, audience, at)


def _say(call: Call, what: str, words: Words, audience: Audience, at: datetime) -> None:
    notify(
        key=f"call:{call.pk}:{what}",
        kind=Kind.PLANNED_WORK,
        subject=call.subject,
        words=words,
        audience=audience,
        at=at,
        stale_at=call.starts_at,
    )


def asking_words(call: Call) -> Words:
    """To an area that has not answered."""
    planned = f"{call.title} is planned from {span_words(call.starts_at, call.ends_at)}."
    return Words(
        title=f"Please confirm: {call.title}",
        body=(
            f"{planned} Your area has not said yet that it has read the notice and is ready. Read it, make your "
            f"area ready, and confirm before {moment_words(call.starts_at)}."
        ),
        brief=f"{planned} Your area has not confirmed that it is ready.",
        url=call.url,
    )


def last_words(call: Call) -> Words:
    """To whoever is on shift now, whether or not an earlier shift has answered."""
    planned = f"{call.title} is planned to start at {moment_words(call.starts_at)}."
    return Words(
        title=f"Starting soon: {call.title}",
        body=(
            f"{planned} It is planned to end at {moment_words(call.ends_at)}. Whoever is on shift: read what to do, "
            "and confirm that your area is ready if nobody has done so."
        ),
        brief=f"{planned} Read what to do.",
        url=call.url,
    )


def missing_words(call: Call, missing: Iterable[Confirmation], *, of: int) -> Words:
    """To the owner: which areas to ring."""
    areas = [each.area for each in missing]
    have = "has" if len(areas) == 1 else "have"
    said = f"{len(areas)} of {count_words(of, 'area')} {have} not confirmed"
    lines = [f"- {area}, {area.phone or 'no phone number is kept'}" for area in areas]
    return Words(
        title=f"{said}: {call.title}",
        body="\n".join(
            [
                f"The work is planned to start at {moment_words(call.starts_at)}. These areas have not said that "
                "they are ready:",
                *lines,
            ]
        ),
        brief=f"{said} that they are ready for {call.title}.",
        url=call.url,
    )
