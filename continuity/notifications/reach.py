"""Whom a message would reach, by channel, and who has no working contact, before it is said."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection

from continuity.core.wording import count_words
from continuity.notifications.audience import ADDRESSED, Audience
from continuity.notifications.models import Channel

BY = {Channel.PORTAL: "message in the portal", Channel.EMAIL: "email", Channel.SMS: "text message"}
# Of those who cannot be reached the author sees so many by role.
NAMED = 20
# The rows of the table, in order: a sort of recipient and a channel.
SHOWN = {
    ("person", "portal"): "People, message in the portal",
    ("person", "email"): "People, email",
    ("person", "sms"): "People, text message",
    ("area", "email"): "Areas, shared mailbox",
    ("contact", "email"): "Outside contacts, email",
    ("contact", "sms"): "Outside contacts, text message",
    ("endpoint", "teams"): "Microsoft Teams",
    ("endpoint", "webhook"): "Other programs",
}
WHY = {
    ("person", "email", "none"): "no email address",
    ("person", "sms", "none"): "no mobile number",
    ("area", "email", "none"): "no shared mailbox",
    ("contact", "sms", "none"): "no mobile number",
    ("endpoint", "teams", "none"): "switched off",
    ("endpoint", "webhook", "none"): "switched off",
}
NOT_AGREED = "has not agreed yet"
FAILED = {"email": "the last email was not delivered", "sms": "the last text was not delivered"}
FAILED_ELSE = "the last message was not delivered"

# An address is broken when a message to it failed for good and no later one arrived. Failed rows are few and have an
# index of their own; of each recipient's the last looks through the messages after it.
JUDGED = f"""
    failed AS (
        SELECT DISTINCT ON (whom, channel) whom, channel, address, message_id
        FROM notifications_delivery WHERE state = 'failed' ORDER BY whom, channel, message_id DESC
    ), broken AS (
        SELECT f.whom, f.channel, f.address FROM failed f WHERE NOT EXISTS (
            SELECT 1 FROM notifications_message m
            JOIN notifications_delivery s ON s.message_id = m.id AND s.whom = f.whom AND s.channel = f.channel
            WHERE m.id > f.message_id AND s.state = 'sent' AND s.address = f.address)
    ), r AS MATERIALIZED (
        SELECT CASE WHEN a.person_id IS NOT NULL THEN 'person' WHEN a.area_id IS NOT NULL THEN 'area'
                WHEN a.contact_id IS NOT NULL THEN 'contact' ELSE 'endpoint' END AS sort,
            a.channel, a.person_id, a.called,
            CASE WHEN a.is_asked THEN 'asked' WHEN a.address = '' THEN 'none'
                WHEN b.channel IS NOT NULL THEN 'failed' ELSE '' END AS why
        FROM ({ADDRESSED}) a LEFT JOIN broken b ON b.channel = a.channel AND b.address = a.address
            AND b.whom = coalesce('p' || a.person_id, 'a' || a.area_id, 'c' || a.contact_id, 'e' || a.endpoint_id)
    )
"""  # noqa: S608
REACHED = f"""
    WITH {JUDGED}, missed AS (
        SELECT sort, channel, why, called, count(*) AS count FROM r WHERE why <> ''
        GROUP BY 1, 2, 3, 4 ORDER BY called, channel LIMIT {NAMED}
    )
    SELECT sort, channel, '' AS why, '' AS called, count(*) FILTER (WHERE why = '') AS reached,
        count(*) FILTER (WHERE why <> '') AS missed
    FROM r GROUP BY 1, 2
    UNION ALL SELECT 'everybody', '', '', '', count(DISTINCT person_id), 0 FROM r WHERE why = ''
    UNION ALL SELECT sort, channel, why, called, 0, count FROM missed
"""  # noqa: S608


@dataclass(frozen=True)
class Row:
    """One line of the table: how many of a sort are reached by a channel, and how many are not."""

    label: str
    reached: int
    missed: int


@dataclass(frozen=True)
class Missed:
    """So many recipients that are called alike, by role, and why they are not reached."""

    called: str
    why: str
    count: int

    def __str__(self) -> str:
        many = f" ({count_words(self.count, 'person', 'people')})" if self.count > 1 else ""
        return f"{self.called}{many}: {self.why}"


@dataclass(frozen=True)
class Reach:
    """Whom a message would reach: people, areas, outside contacts and programs, each counted once, and by channel.

    `missed` are those concerned without a working contact, by role, in order; `more_missed` are not among them.
    """

    rows: list[Row] = field(default_factory=list)
    everybody: int = 0
    people: Counter[str] = field(default_factory=Counter)
    areas: int = 0
    contacts: int = 0
    endpoints: int = 0
    missed: tuple[Missed, ...] = ()
    missed_count: int = 0

    def __bool__(self) -> bool:
        return bool(self.everybody or self.areas or self.contacts or self.endpoints)

    @property
    def more_missed(self) -> int:
        return self.missed_count - sum(each.count for each in self.missed)

    @property
    def sentence(self) -> str:
        """120 people, 12 areas and 1 outside contact."""
        counts = [count_words(self.everybody, "person", "people")] if self.everybody else []
        others = [(self.areas, "area"), (self.contacts, "outside contact"), (self.endpoints, "other program")]
        counts += [count_words(count, one) for count, one in others if count]
        return f"{', '.join(counts[:-1])} and {counts[-1]}" if len(counts) > 1 else "".join(counts)


def reach(audience: Audience, kind: str, *, severity: int | None = None) -> Reach:
    """Whom a message of this kind to this audience would reach now, and whom it would miss."""
    with connection.cursor() as cursor:
        cursor.execute(REACHED, audience.parameters(kind, severity=severity))
        found = cursor.fetchall()
    counted = {
        (sort, channel): (reached, missed) for sort, channel, why, _, reached, missed in found if not why
    }
    names = [
        Missed(called, _why(sort, channel, why), count)
        for sort, channel, why, called, _, count in found
        if why
    ]
    return Reach(
        rows=[Row(label, *counted[key]) for key, label in SHOWN.items() if key in counted],
        everybody=counted["everybody", ""][0],
        people=Counter({channel: n for (sort, channel), (n, _) in counted.items() if sort == "person"}),
        areas=counted.get(("area", "email"), (0, 0))[0],
        # Whoever gets a text gets an email too.
        contacts=counted.get(("contact", "email"), (0, 0))[0],
        endpoints=sum(n for (sort, _), (n, _) in counted.items() if sort == "endpoint"),
        missed=tuple(sorted(names, key=lambda each: (each.called, each.why))),
        missed_count=sum(missed for _, missed in counted.values()),
    )


def _why(sort: str, channel: str, why: str) -> str:
    if why == "failed":
        return FAILED.get(channel, FAILED_ELSE)
    return NOT_AGREED if why == "asked" else WHY[sort, channel, why]
