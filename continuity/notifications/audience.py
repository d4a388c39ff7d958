"""Who is told: everybody subscribed to what a message touches, and those named."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

# Everybody who wants this kind of news about everything, about one of the services, or about an area that uses
# one; and those named, in the portal. UNION makes each person and channel one row.
SUBSCRIBED = """
    SELECT s.person_id, s.channel FROM notifications_subscription s
    WHERE s.kind = %(kind)s AND (
        (s.service_id IS NULL AND s.area_id IS NULL)
        OR s.service_id = ANY(%(services)s)
        OR s.area_id IN (SELECT area_id FROM catalogue_area_services WHERE service_id = ANY(%(services)s))
    )
    UNION
    SELECT d.person_id, d.channel FROM notifications_delivery d JOIN notifications_message m ON m.id = d.message_id
    WHERE %(told_about)s <> '' AND m.subject_kind || ' ' || m.subject_ref = %(told_about)s
    UNION
    SELECT named.id, 'portal' FROM accounts_user named WHERE named.id = ANY(%(people)s)
"""
# Trouble travels to what needs a service: one hop, as the board shows it.
WITH_DEPENDANTS = """
    SELECT DISTINCT service_id FROM catalogue_dependency WHERE on_id = ANY(%s)
"""


@dataclass(frozen=True)
class Audience:
    """Primary keys of services and people; `told_about` also reaches whoever heard of that subject before."""

    services: frozenset[int] = field(default_factory=frozenset)
    people: frozenset[int] = field(default_factory=frozenset)
    told_about: str = ""

    def parameters(self, kind: str) -> dict[str, Any]:
        """What SUBSCRIBED needs, with the services that depend on those touched."""
        return {
            "kind": kind,
            "services": sorted(self.services | _dependants(self.services)),
            "people": sorted(self.people),
            "told_about": self.told_about,
        }


def reach(audience: Audience, kind: str) -> dict[str, int]:
    """How many active people a message of this kind would reach, by channel."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.channel, count(*) FROM ({SUBSCRIBED}) r JOIN accounts_user u ON u.id = r.person_id"  # noqa: S608
            " WHERE u.is_active GROUP BY r.channel",
            audience.parameters(kind),
        )
        return {str(channel): int(count) for channel, count in cursor.fetchall()}


def _dependants(services: frozenset[int]) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(WITH_DEPENDANTS, [sorted(services)])
        return frozenset(int(row[0]) for row in cursor.fetchall())
