"""Rows that the ledger holds: whoever changes one behind the portal's back is found out, by name."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from continuity.accounts.models import User
from continuity.core.held import digest_of_row
from continuity.core.ledger import lines_about, record, verify, verify_about
from continuity.core.models import Words
from incidents import actions
from incidents.models import Entry, Incident, Update

pytestmark = pytest.mark.django_db


def as_superuser(sql: str, *values: Any) -> None:
    """Past every trigger, as only somebody with the keys of the server can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def faults(incident: Incident) -> list[str]:
    return [fault.sentence for fault in verify_about(incident)]


@pytest.fixture
def entry(light: Incident, manager: User, at: datetime) -> Entry:
    return actions.add_entry(
        incident=light, kind="action", text="Rang the supplier.", occurred_at=at, by=manager, at=at
    )


def test_a_record_that_nobody_touched_holds(light: Incident, entry: Entry) -> None:
    found = faults(light), [fault.sentence for fault in verify()]

    assert found == ([], [])


def test_a_changed_entry_is_named(light: Incident, entry: Entry) -> None:
    as_superuser("UPDATE incidents_entry SET text = 'Rang nobody.' WHERE id = %s", entry.pk)

    found = faults(light)

    assert found == [f"Action entry {entry.pk} of {light} was changed."]
    assert [fault.sentence for fault in verify()] == found


def test_a_changed_update_is_named(light: Incident) -> None:
    as_superuser("UPDATE incidents_update SET published_at = published_at - interval '1 hour'")

    assert faults(light) == [f"Update 1 of {light} was changed."]


def test_an_entry_that_was_slipped_in_or_removed_is_named(
    light: Incident, entry: Entry, at: datetime
) -> None:
    strange = Entry.objects.create(incident=light, text="All was well.", occurred_at=at, recorded_at=at)
    as_superuser("DELETE FROM incidents_entry WHERE id = %s", entry.pk)

    found = faults(light)

    assert found == [
        f"Action entry {strange.pk} of {light} was slipped in: no line of the ledger holds it.",
        f"Entry {entry.pk} was removed.",
    ]


def test_a_changed_second_look_and_a_changed_rest_are_named(
    light: Incident, manager: User, lead: User, at: datetime
) -> None:
    late = at + timedelta(hours=5)
    actions.doubt(update=light.updates.get(), words="It is two wards.", by=lead, at=at)
    rest = actions.snooze(
        incident=light, until=late + timedelta(hours=1), reason="Busy.", by=manager, at=late
    )
    as_superuser("UPDATE incidents_secondlook SET words = 'All is well.'")
    as_superuser("UPDATE incidents_snooze SET reason = 'None.'")

    found = faults(light)

    assert found == [
        f"Second look at update 1 of {light} was changed.",
        f"Snooze {rest.pk} of {light} was changed.",
    ]


def test_nobody_holds_a_changed_row_by_what_they_write(
    light: Incident, entry: Entry, manager: User, at: datetime
) -> None:
    as_superuser("UPDATE incidents_entry SET text = 'Rang nobody.' WHERE id = %s", entry.pk)
    entry.refresh_from_db()
    words = f"\x1eincidents.entry {entry.pk} {digest_of_row(entry)}"
    record("incident.severity_set", light, by=manager, at=at, words=words)

    found = faults(light)

    assert found == [f"Action entry {entry.pk} of {light} was changed."]


def test_a_mark_written_into_the_words_later_does_not_count(light: Incident, entry: Entry) -> None:
    as_superuser("UPDATE incidents_entry SET text = 'Rang nobody.' WHERE id = %s", entry.pk)
    entry.refresh_from_db()
    line = lines_about(light).get(verb="incident.noted")
    mark = f"\x1eincidents.entry {entry.pk} {digest_of_row(entry)}"
    as_superuser("UPDATE core_words SET text = %s WHERE id = %s", mark, line.words_id)

    found = faults(light)

    assert f"The words of line {line.pk} (incident.noted) were changed." in found


def test_what_people_wrote_is_shown_without_the_marks(light: Incident, manager: User, at: datetime) -> None:
    line = record(
        "incident.severity_set", light, by=manager, at=at, words="One ward.", holds=[light.updates.get()]
    )

    assert Words.objects.get(pk=line.words_id or 0).said == "One ward."


def test_a_row_says_the_same_before_and_after_it_is_stored(light: Incident, entry: Entry) -> None:
    stored = [
        digest_of_row(Entry.objects.get(pk=entry.pk)),
        digest_of_row(Update.objects.get(incident=light)),
    ]

    assert stored[0] == digest_of_row(entry)
    assert len(set(stored)) == 2
