"""Who is told: everybody who wants to hear of what a message touches, the areas it hits, and those named."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.db import connection

from continuity.accounts.models import Role, User
from continuity.core.wording import count_words
from continuity.notifications.models import AudienceList, Channel

Keys = frozenset[int]
NOBODY: Keys = frozenset()
# What a list of people and places names, and an audience with it.
NAMES = ("services", "sites", "areas", "roles", "teams", "people", "groups")
BY = {Channel.PORTAL: "message in the portal", Channel.EMAIL: "email", Channel.SMS: "text message"}
# Of those who cannot be reached the author sees so many by name.
NAMED = 20

# Areas named, at a named site, or using what is touched.
HIT_AREAS = """
        SELECT id FROM catalogue_area
        WHERE id = ANY(%(areas)s) OR site_id = ANY(%(sites)s)
        OR (%(tells_areas)s AND id IN (
            SELECT area_id FROM catalogue_area_services WHERE service_id = ANY(%(services)s)))
"""
# Everybody concerned, one row a recipient and channel (UNION). A person who has not chosen hears what their roles
# hear. `told` are those reached by the last message that went to everybody told before.
RECIPIENTS = f"""
    WITH hit_areas AS ({HIT_AREAS}), near_areas AS (
        SELECT id FROM hit_areas
        UNION SELECT area_id FROM catalogue_area_services WHERE service_id = ANY(%(services)s)
    ), named AS (
        SELECT id FROM accounts_user WHERE id = ANY(%(people)s)
        UNION SELECT user_id FROM accounts_user_roles WHERE role_id = ANY(%(roles)s)
        UNION SELECT user_id FROM catalogue_team_members WHERE team_id = ANY(%(teams)s)
    ), told AS (
        SELECT max(id) AS id FROM notifications_message
        WHERE %(told_about)s <> '' AND subject_kind || ' ' || subject_ref = %(told_about)s AND is_to_all
        AND key <> %(key)s
    )
    SELECT s.person_id, NULL::bigint AS area_id, NULL::bigint AS contact_id, s.endpoint_id, s.channel
    FROM notifications_subscription s
    WHERE %(subscribers)s AND s.kind = %(kind)s AND s.severity >= %(severity)s AND (
        (s.service_id IS NULL AND s.area_id IS NULL)
        OR s.service_id = ANY(%(services)s) OR s.area_id IN (SELECT id FROM near_areas))
    UNION
    SELECT held.user_id, NULL, NULL, NULL, d.channel
    FROM notifications_roledefault d JOIN accounts_user_roles held ON held.role_id = d.role_id
    WHERE %(subscribers)s AND d.kind = %(kind)s AND d.severity >= %(severity)s AND NOT EXISTS (
        SELECT 1 FROM notifications_preference p WHERE p.person_id = held.user_id AND p.chosen_at IS NOT NULL)
    UNION
    SELECT d.person_id, d.area_id, d.contact_id, d.endpoint_id, d.channel
    FROM notifications_delivery d JOIN told ON d.message_id = told.id WHERE d.state <> 'withdrawn'
    UNION
    SELECT named.id, NULL, NULL, NULL, by.channel FROM named, unnest(%(named_by)s::text[]) by (channel)
    UNION
    SELECT NULL, hit_areas.id, NULL, NULL, 'email' FROM hit_areas
    UNION
    SELECT NULL, NULL, g.contact_id, NULL, by.channel
    FROM notifications_contact_groups g JOIN notifications_contact c ON c.id = g.contact_id,
        unnest(ARRAY['email', 'sms']) by (channel)
    WHERE g.group_id = ANY(%(groups)s) AND (by.channel = 'email' OR c.mobile <> '')
"""  # noqa: S608
# Where each is reached; an empty address means that there is no working contact.
ADDRESSED = f"""
    SELECT r.*, u.is_active, p.rhythm, p.digest_at, p.quiet_from, p.quiet_until,
        coalesce(u.username, a.name, c.name, e.name) AS called,
        CASE
            WHEN r.channel = 'portal' THEN 'portal'
            WHEN r.person_id IS NOT NULL AND r.channel = 'email' THEN u.email
            WHEN r.person_id IS NOT NULL THEN coalesce(p.mobile, '')
            WHEN r.area_id IS NOT NULL THEN a.email
            WHEN r.contact_id IS NOT NULL AND (c.agreed_at IS NULL OR c.stopped_at IS NOT NULL) THEN ''
            WHEN r.contact_id IS NOT NULL AND r.channel = 'email' THEN c.email
            WHEN r.contact_id IS NOT NULL THEN c.mobile
            WHEN e.is_on THEN e.address
            ELSE ''
        END AS address
    FROM ({RECIPIENTS}) r
    LEFT JOIN accounts_user u ON u.id = r.person_id
    LEFT JOIN notifications_preference p ON p.person_id = r.person_id
    LEFT JOIN catalogue_area a ON a.id = r.area_id
    LEFT JOIN notifications_contact c ON c.id = r.contact_id
    LEFT JOIN notifications_endpoint e ON e.id = r.endpoint_id
    WHERE (r.person_id IS NULL OR u.is_active) AND NOT (r.contact_id IS NOT NULL AND c.stopped_at IS NOT NULL)
"""  # noqa: S608
REACHED = f"""
    SELECT CASE WHEN person_id IS NOT NULL THEN 'person' WHEN area_id IS NOT NULL THEN 'area'
            WHEN contact_id IS NOT NULL THEN 'contact' ELSE 'endpoint' END AS sort,
        channel, address <> '' AS reached, count(*),
        (array_agg(called ORDER BY called) FILTER (WHERE address = ''))[1:{NAMED}]
    FROM ({ADDRESSED}) r GROUP BY 1, 2, 3
"""  # noqa: S608
# Trouble travels to what needs a service: one hop, as the board shows it.
WITH_DEPENDANTS = "SELECT DISTINCT service_id FROM catalogue_dependency WHERE on_id = ANY(%s)"


@dataclass(frozen=True)
class Audience:
    """Primary keys of whom and what a message concerns.

    `services` also reach whoever hears of what depends on them. `people`, `roles` and `teams` are told by message
    and email whether or not they asked, `groups` of outside contacts by email and text, `areas`, and those at
    `sites`, at their shared mailbox; with `tells_areas` so are all that use a service. `told_about`
    ("<kind> <label>" of a ledger name) also reaches whoever heard of that subject before. Without `subscribers`
    only those named are told.
    """

    services: Keys = NOBODY
    sites: Keys = NOBODY
    areas: Keys = NOBODY
    roles: Keys = NOBODY
    teams: Keys = NOBODY
    people: Keys = NOBODY
    groups: Keys = NOBODY
    told_about: str = ""
    tells_areas: bool = False
    subscribers: bool = True
    named_by: tuple[str, ...] = ("portal", "email")

    def and_those_on(self, lists: Iterable[AudienceList]) -> Self:
        """This audience and everybody on the lists."""
        wider = self
        for one in lists:
            named = {name: frozenset(getattr(one, name).values_list("pk", flat=True)) for name in NAMES}
            wider = replace(wider, **{name: getattr(wider, name) | keys for name, keys in named.items()})
        return wider

    def parameters(self, kind: str, *, severity: int | None = None, key: str = "") -> dict[str, Any]:
        """What RECIPIENTS needs, with the services that depend on those touched."""
        return {
            **{name: sorted(getattr(self, name)) for name in NAMES},
            "services": sorted(with_dependants(self.services)),
            "kind": kind,
            # Of what has no severity everybody hears who wants the kind at all.
            "severity": severity or 0,
            "told_about": self.told_about,
            "tells_areas": self.tells_areas,
            "subscribers": self.subscribers,
            "named_by": list(self.named_by),
            "key": key,
        }


@dataclass(frozen=True)
class Reach:
    """Whom a message would reach: people by channel, and how many areas, outside contacts and programs.

    `missed` are those concerned without a working contact, by name, in order; at most NAMED of `missed_count`.
    """

    people: Counter[str] = field(default_factory=Counter)
    areas: int = 0
    contacts: int = 0
    endpoints: int = 0
    missed: tuple[str, ...] = ()
    missed_count: int = 0

    def __bool__(self) -> bool:
        return bool(self.people or self.areas or self.contacts or self.endpoints)

    @property
    def more_missed(self) -> int:
        return self.missed_count - len(self.missed)

    @property
    def sentence(self) -> str:
        """120 people by message in the portal, 80 people by email, 12 areas and 1 outside contact."""
        parts = [
            f"{count_words(self.people[channel], 'person', 'people')} by {BY[channel]}"
            for channel in Channel
            if self.people[channel]
        ]
        others = [(self.areas, "area"), (self.contacts, "outside contact"), (self.endpoints, "other program")]
        parts += [count_words(count, one) for count, one in others if count]
        return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def reach(audience: Audience, kind: str, *, severity: int | None = None) -> Reach:
    """Whom a message of this kind to this audience would reach now, and whom it would miss."""
    with connection.cursor() as cursor:
        cursor.execute(REACHED, audience.parameters(kind, severity=severity))
        rows = cursor.fetchall()
    people: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    missed, missed_count = [], 0
    for sort, channel, reached, count, names in rows:
        if not reached:
            missed_count += count
            missed += names
        elif sort == "person":
            people[channel] += count
        elif (sort, channel) != ("contact", "sms"):  # whoever gets a text gets an email too
            counts[sort] += count
    return Reach(
        people=people,
        areas=counts["area"],
        contacts=counts["contact"],
        endpoints=counts["endpoint"],
        missed=tuple(sorted(missed)[:NAMED]),
        missed_count=missed_count,
    )


def owner_or_those_who(permission: str, owner: User | None) -> Audience:
    """The owner alone; without one who still works here, everybody who may do what the owner would."""
    if owner and owner.is_active:
        return Audience(people=frozenset({owner.pk}), subscribers=False)
    able = Role.objects.filter(permissions__contains=[permission])
    return Audience(roles=frozenset(able.values_list("pk", flat=True)), subscribers=False)


def with_dependants(services: Keys) -> Keys:
    """The services and what needs one of them directly."""
    if not services:
        return services
    with connection.cursor() as cursor:
        cursor.execute(WITH_DEPENDANTS, [sorted(services)])
        return services | frozenset(int(row[0]) for row in cursor.fetchall())
