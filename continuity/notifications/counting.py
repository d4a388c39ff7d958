"""How many each of several saved audiences names, in one query."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from continuity.core.wording import count_words
from continuity.notifications.models import AudienceList

COUNTED = """
    WITH touched AS (
        SELECT audiencelist_id AS list, service_id FROM notifications_audiencelist_services
        UNION SELECT s.audiencelist_id, d.service_id
        FROM notifications_audiencelist_services s JOIN catalogue_dependency d ON d.on_id = s.service_id
    ), people AS (
        SELECT audiencelist_id AS list, user_id FROM notifications_audiencelist_people
        UNION SELECT l.audiencelist_id, h.user_id
        FROM notifications_audiencelist_roles l JOIN accounts_user_roles h USING (role_id)
        UNION SELECT l.audiencelist_id, m.user_id
        FROM notifications_audiencelist_teams l JOIN catalogue_team_members m USING (team_id)
    ), areas AS (
        SELECT audiencelist_id AS list, area_id FROM notifications_audiencelist_areas
        UNION SELECT l.audiencelist_id, a.id
        FROM notifications_audiencelist_sites l JOIN catalogue_area a USING (site_id)
        UNION SELECT t.list, u.area_id FROM touched t JOIN catalogue_area_services u USING (service_id)
    ), contacts AS (
        SELECT DISTINCT l.audiencelist_id AS list, g.contact_id
        FROM notifications_audiencelist_groups l JOIN notifications_contact_groups g USING (group_id)
    )
    SELECT id,
        (SELECT count(*) FROM people p JOIN accounts_user u ON u.id = p.user_id
            WHERE p.list = asked.id AND u.is_active),
        (SELECT count(*) FROM areas a WHERE a.list = asked.id),
        (SELECT count(*) FROM contacts n JOIN notifications_contact c ON c.id = n.contact_id
            WHERE n.list = asked.id AND c.agreed_at IS NOT NULL AND c.stopped_at IS NULL),
        (SELECT count(*) FROM notifications_audiencelist_services s WHERE s.audiencelist_id = asked.id)
    FROM unnest(%s::bigint[]) asked (id)
"""


@dataclass(frozen=True)
class Counts:
    """How many an audience names itself; `services` also reach whoever hears about them."""

    people: int
    areas: int
    contacts: int
    services: int

    @property
    def sentence(self) -> str:
        """12 people, 3 areas, and whoever hears about 2 services."""
        named = [(self.areas, "area"), (self.contacts, "outside contact")]
        parts = [count_words(self.people, "person", "people")] if self.people else []
        parts += [count_words(count, one) for count, one in named if count]
        if self.services:
            parts.append(
                f"{'and ' if parts else ''}whoever hears about {count_words(self.services, 'service')}"
            )
        return ", ".join(parts) or "Nobody"


def counts_of(lists: Iterable[AudienceList]) -> dict[int, Counts]:
    """The counts of each, by primary key."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [[each.pk for each in lists]])
        return {key: Counts(*numbers) for key, *numbers in cursor.fetchall()}
