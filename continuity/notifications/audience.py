"""Who is told: everybody who wants to hear of what a message touches, the areas it hits, and those named."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db import connection
from django.db.models import Value

from continuity.accounts.models import Role, User
from continuity.notifications.models import AudienceList

Keys = frozenset[int]
NOBODY: Keys = frozenset()
# What a list of people and places names, and an audience with it.
NAMES = ("services", "sites", "areas", "roles", "teams", "people", "groups")

# Areas named, at a named site, or using what is touched.
HIT_AREAS = """
        SELECT id FROM catalogue_area
        WHERE id = ANY(%(areas)s) OR site_id = ANY(%(sites)s)
        OR (%(tells_areas)s AND id IN (
            SELECT area_id FROM catalogue_area_services WHERE service_id = ANY(%(services)s)))
"""
# Everybody concerned, one row a recipient and channel (UNION). A person who has not chosen hears what their roles
# hear. `told` are those reached by the last message that went to everybody told before, and by what went since
# to those not told before. With `only_untold` all others are left out, which keeps `told` whole.
RECIPIENTS = f"""
    WITH hit_areas AS ({HIT_AREAS}), near_areas AS (
        SELECT id FROM hit_areas
        UNION SELECT area_id FROM catalogue_area_services WHERE service_id = ANY(%(services)s)
    ), named AS (
        SELECT id FROM accounts_user WHERE id = ANY(%(people)s)
        UNION SELECT user_id FROM accounts_user_roles WHERE role_id = ANY(%(roles)s)
        UNION SELECT user_id FROM catalogue_team_members WHERE team_id = ANY(%(teams)s)
    ), told AS (
        SELECT id FROM (
            SELECT id, max(id) FILTER (WHERE is_to_all) OVER () AS last FROM notifications_message
            WHERE %(told_about)s <> '' AND subject_kind || ' ' || subject_ref = %(told_about)s
            AND (is_to_all OR is_to_untold) AND NOT is_muted AND key <> %(key)s
        ) said WHERE id >= last
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
    FROM notifications_delivery d JOIN told ON d.message_id = told.id
    WHERE NOT %(only_untold)s AND d.state <> 'withdrawn'
    UNION
    SELECT named.id, NULL, NULL, NULL, by.channel FROM named, unnest(%(named_by)s::text[]) by (channel)
    UNION
    SELECT NULL, hit_areas.id, NULL, NULL, 'email' FROM hit_areas
    UNION
    SELECT NULL, NULL, g.contact_id, NULL, by.channel
    FROM notifications_contact_groups g JOIN notifications_contact c ON c.id = g.contact_id,
        unnest(ARRAY['email', 'sms']) by (channel)
    WHERE g.group_id = ANY(%(groups)s) AND (by.channel = 'email' OR c.mobile <> '')
    UNION
    SELECT NULL, NULL, NULL, id, channel FROM notifications_endpoint WHERE id = ANY(%(endpoints)s)
    EXCEPT
    SELECT d.person_id, d.area_id, d.contact_id, d.endpoint_id, d.channel
    FROM notifications_delivery d JOIN told ON d.message_id = told.id
    WHERE %(only_untold)s AND d.state <> 'withdrawn'
"""  # noqa: S608
# Where each is reached; an empty address means that there is no working contact.
ADDRESSED = f"""
    SELECT r.*, u.is_active, p.rhythm, p.digest_at, p.quiet_from, p.quiet_until,
        r.contact_id IS NOT NULL AND c.agreed_at IS NULL AS is_asked,
        coalesce(nullif(u.job_title, ''), u.username, a.name, c.name, e.name) AS called,
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
# Trouble travels to what needs a service: one hop, as the board shows it.
WITH_DEPENDANTS = "SELECT DISTINCT service_id FROM catalogue_dependency WHERE on_id = ANY(%s)"


@dataclass(frozen=True)
class Audience:
    """Primary keys of whom and what a message concerns.

    `services` also reach whoever hears of what depends on them. `people`, `roles` and `teams` are told by message
    and email whether or not they asked, `groups` of outside contacts by email and text, `endpoints` by their own
    channel, `areas`, and those at `sites`, at their shared mailbox; with `tells_areas` so are all that use a service.
    `told_about` ("<kind> <label>" of a ledger name) also reaches whoever heard of that subject before; with
    `only_untold` nobody but those who did not. Without `subscribers` only those named are told.
    """

    services: Keys = NOBODY
    sites: Keys = NOBODY
    areas: Keys = NOBODY
    roles: Keys = NOBODY
    teams: Keys = NOBODY
    people: Keys = NOBODY
    groups: Keys = NOBODY
    endpoints: Keys = NOBODY
    told_about: str = ""
    only_untold: bool = False
    tells_areas: bool = False
    subscribers: bool = True
    named_by: tuple[str, ...] = ("portal", "email")

    def and_those_on(self, lists: Iterable[AudienceList]) -> Self:
        """This audience and everybody on the lists."""
        on_lists = [one.pk for one in lists]
        if not on_lists:
            return self
        first, *others = (_named_on(on_lists, name) for name in NAMES)
        wider: dict[str, Any] = {name: getattr(self, name) for name in NAMES}
        for name, key in first.union(*others, all=True):
            wider[name] |= {key}
        return replace(self, **wider)

    def parameters(self, kind: str, *, severity: int | None = None, key: str = "") -> dict[str, Any]:
        """What RECIPIENTS needs, with the services that depend on those touched."""
        return {
            **{name: sorted(getattr(self, name)) for name in NAMES},
            "services": sorted(with_dependants(self.services)),
            "kind": kind,
            "endpoints": sorted(self.endpoints),
            # Of what has no severity everybody hears who wants the kind at all.
            "severity": severity or 0,
            "told_about": self.told_about,
            "only_untold": self.only_untold,
            "tells_areas": self.tells_areas,
            "subscribers": self.subscribers,
            "named_by": list(self.named_by),
            "key": key,
        }


def _named_on(lists: list[int], name: str) -> Any:
    """Pairs of the name and a primary key: everything of one sort that any of the lists names."""
    joined: Any = AudienceList._meta.get_field(name)
    rows = joined.remote_field.through.objects.filter(audiencelist__in=lists)
    return rows.values_list(Value(name), f"{joined.m2m_reverse_field_name()}_id")


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
