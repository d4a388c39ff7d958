"""What an import stores: the trust's own files with every fact, once, telling nobody."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Dependency, Service, Site, Team
from continuity.command.models import Rota
from continuity.core.ledger import verify
from continuity.core.models import Line
from continuity.core.references import next_reference
from continuity.core.wording import length_words, window_length_words, window_words
from continuity.intake.sample.loading import FILES, FOLDER
from continuity.notifications.models import Delivery, Message
from continuity.plans.models import Procedure, Version
from incidents.models import Entry, Impact, Incident, RoleAssignment
from incidents.models import Update as IncidentUpdate
from incidents.reviews.models import Action, Review, Section
from releases.actions import publish
from releases.models import Disruption, Freeze, Release
from tests.intake.conftest import CATALOGUE, INCIDENT, NOTICE, Said, changed, lines_written

pytestmark = pytest.mark.django_db
Import = Callable[..., Said]


IMPACTS: dict[str, tuple[str, dict[str, int]]] = {
    "MNT-2024-052": ("completed", {"down": 1, "at_risk": 4}),
    "PAT-2024-10": ("completed", {"degraded": 1, "at_risk": 3}),
    "MNT-2024-063": ("completed", {"down": 1, "at_risk": 2}),
    "REL-2024-069": ("cancelled", {"down": 1}),
    "MNT-2024-066": ("completed", {"at_risk": 3}),
    "NAT-2024-022": ("completed", {"degraded": 1, "at_risk": 8}),
    "REL-2025-011": ("completed", {"down": 1, "at_risk": 4}),
    "MNT-2025-016": ("completed", {"at_risk": 2}),
    "MNT-2025-018": ("completed", {}),
}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


class TestTheTrustsOwnFiles(TestCase):
    """Imported once for all tests of the class, as anybody would import them."""

    @classmethod
    def setUpTestData(cls) -> None:
        call_command(
            "import_records", *(str(FOLDER / name) for name in FILES), stdout=StringIO(), stderr=StringIO()
        )

    def test_the_whole_trust_is_stored(self) -> None:
        found = [
            model.objects.count()
            for model in (Site, Team, Service, Area, Procedure, Release, Freeze, Incident)
        ]

        assert found == [4, 17, 55, 33, 55, 18, 1, 11]
        assert Dependency.objects.filter(service__key="ers").count() == 4
        assert Review.objects.count() == 12

    def test_the_storys_release_has_exactly_its_times(self) -> None:
        release = Release.objects.get(ref="REL-2024-071")
        outage = release.disruptions.get(service__key="ers")

        assert (release.work.lower, release.work.upper) == (utc(2024, 11, 1, 16), utc(2024, 11, 2, 0, 44))
        assert (outage.span.lower, outage.span.upper) == (utc(2024, 11, 1, 16), utc(2024, 11, 2, 0, 36))
        assert outage.actual == outage.span
        assert outage.effect == "down"
        assert window_words(outage.span) == "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"
        assert window_length_words(outage.span) == "8 hours 36 minutes"
        assert length_words(release.work_length) == "8 hours 44 minutes"
        assert (release.started_at, release.back_at, release.ended_at) == (
            utc(2024, 11, 1, 16),
            utc(2024, 11, 2, 0, 36),
            utc(2024, 11, 2, 0, 44),
        )

    def test_the_storys_release_has_its_outcome_and_its_lesson(self) -> None:
        release = Release.objects.get(ref="REL-2024-071")

        assert release.state == "completed"
        assert (
            release.outcome
            == "The release was completed successfully. Slot polls were not affected overnight."
        )
        assert release.lesson.startswith("3 reminders, at 7 days, 1 day and 2 hours, were enough.")
        assert [update.stage for update in release.updates.all()] == ["in_progress", "checking", "completed"]
        assert release.published_at == utc(2024, 10, 11, 9)
        assert release.instructions.filter(phase="before").count() == 4
        assert release.disruptions.get(service__key="slot-polling").effect == "at_risk"

    def test_impacts_become_disruptions(self) -> None:
        for ref, (state, effects) in IMPACTS.items():
            with self.subTest(ref):
                release = Release.objects.get(ref=ref)

                assert release.state == state
                assert Counter(release.disruptions.values_list("effect", flat=True)) == effects

    def test_degraded_without_an_outage_lasts_as_long_as_the_work(self) -> None:
        hit = Disruption.objects.get(release__ref="PAT-2024-10", service__key="server-platform")

        assert hit.span == hit.release.work

    def test_an_overrun_is_completed_with_its_true_times(self) -> None:
        release = Release.objects.get(ref="MNT-2024-063")
        hit = release.disruptions.get(service__key="pacs")

        assert hit.actual.upper - hit.span.upper == utc(2024, 11, 10, 5, 47) - utc(2024, 11, 10, 1)
        assert release.ended_at == utc(2024, 11, 10, 5, 47)
        assert "overrunning" in [update.stage for update in release.updates.all()]

    def test_one_with_issues_says_so_in_its_outcome(self) -> None:
        assert Release.objects.get(ref="REL-2025-011").outcome.startswith(
            "Completed with issues. The release went in"
        )

    def test_a_freeze_is_no_release(self) -> None:
        assert not Release.objects.filter(ref__startswith="FRZ-").exists()
        assert Freeze.objects.get(ref="FRZ-2024-01").span.upper == utc(2025, 1, 6, 8)

    def test_a_replacement_knows_what_it_replaces(self) -> None:
        assert Release.objects.get(ref="REL-2024-080").replaces == Release.objects.get(ref="REL-2024-069")

    def test_an_incident_has_its_milestones_and_nothing_invented(self) -> None:
        incident = Incident.objects.get(ref="INC-2024-008")

        assert incident.state == "closed"
        assert incident.mitigated_at is None
        assert incident.started_at == utc(2024, 9, 10, 12, 40)
        assert incident.is_start_estimated
        assert incident.detected_at == utc(2024, 9, 10, 13, 12)
        assert incident.declared_at == utc(2024, 9, 10, 13, 31)
        assert incident.restored_at == utc(2024, 9, 10, 16, 5)
        assert incident.stood_down_at == utc(2024, 9, 10, 18, 30)
        assert incident.detected_by == "monitoring"

    def test_an_incident_has_its_record(self) -> None:
        incident = Incident.objects.get(ref="INC-2024-008")

        assert IncidentUpdate.objects.filter(incident=incident).count() == 7
        assert [update.kind for update in incident.updates.all()][:2] == ["initial", "update"]
        assert incident.updates.filter(is_routine=True).count() == 2
        assert incident.updates.last().stage == "resolved"  # type: ignore[union-attr]
        assert Entry.objects.filter(incident=incident).count() == 7
        assert RoleAssignment.objects.filter(incident=incident, state="released").count() == 6
        assert Impact.objects.filter(incident=incident, until=incident.restored_at).count() == 3

    def test_an_incident_comes_from_the_release_that_led_to_it(self) -> None:
        assert Incident.objects.get(ref="INC-2024-016").release == Release.objects.get(ref="MNT-2024-063")

    def test_a_review_has_its_findings_and_actions(self) -> None:
        review = Review.objects.get(incident__ref="INC-2024-008")

        assert review.state == "published"
        assert (review.kind, review.held_on) == ("after_action_review", date(2024, 9, 19))
        assert Section.objects.get(review=review, code="went_well").text.count("\n") == 1
        assert review.factors.count() == 3
        assert [action.number for action in review.actions.order_by("number")] == [1, 2, 3]
        assert {action.state for action in Action.objects.all()} == {"claimed_done", "in_progress"}

    def test_a_procedure_has_the_approval_that_is_told(self) -> None:
        version = Version.objects.get(procedure__key="ers")

        assert version.approver_role
        assert version.author_role == "Outpatient services manager"
        assert version.author_role != version.approver_role
        assert version.content_hash
        assert version.steps.count() == 8

    def test_an_import_tells_nobody(self) -> None:
        assert not Message.objects.exists()
        assert not Delivery.objects.exists()

    def test_an_import_leaves_lines_that_hold(self) -> None:
        assert {line.actor_kind for line in Line.objects.all()} == {"system"}
        assert Line.objects.filter(verb="release.adopted").count() == 18
        assert list(verify()) == []

    def test_references_that_came_from_outside_are_not_given_out_again(self) -> None:
        assert next_reference("REL", utc(2024, 12, 1)) == "REL-2024-081"

    def test_a_rota_has_its_command_role(self) -> None:
        assert Rota.objects.get(key="on-call-manager").role.code == "tactical"  # type: ignore[union-attr]


def test_a_review_without_the_day_it_was_published_is_approved(import_: Import, catalogue: None) -> None:
    import_(incidents=INCIDENT)

    assert Review.objects.get().state == "approved"


def test_an_action_is_checked_only_where_a_check_is_recorded(import_: Import, catalogue: None) -> None:
    import_(incidents=changed(INCIDENT, "status: done", "status: done\n          verified_at: 2025-01-10"))

    assert Action.objects.get().state == "verified"


def test_severity_5_of_the_national_table_is_4_here(import_: Import, catalogue: None) -> None:
    import_(incidents=changed(INCIDENT, "severity: 2", "severity: 5"))

    assert Incident.objects.get().severity == 4


def test_an_update_may_come_before_the_declaration(import_: Import, catalogue: None) -> None:
    stored, _, refused = import_(
        incidents=changed(INCIDENT, 'at: "2024-10-12T00:32:00+01:00"', 'at: "2024-10-12T00:10:00+01:00"')
    )

    assert stored, refused


def test_opening_hours_are_stored(import_: Import, catalogue: None) -> None:
    service = Service.objects.get(key="slot-polling")

    assert (service.open_days, service.opens, service.closes) == ([0, 1, 2, 3, 4], time(8), time(18))
    assert service.hours == "weekly"
    assert not service.is_open_on_bank_holidays


def test_a_procedure_without_a_told_approval_is_due_for_review_at_once(
    import_: Import, catalogue: None
) -> None:
    version = Version.objects.get(procedure__key="ers")

    assert (version.number, version.state, version.approver_role) == (1, "published", "")
    assert version.review_by == Line.objects.order_by("pk").last().at.date()  # type: ignore[union-attr]
    assert [step.text for step in version.steps.all()] == [
        "Take urgent referrals by phone.",
        "Hold routine referrals.",
    ]


def test_a_file_of_notices_alone_refers_to_services_in_the_portal(import_: Import, catalogue: None) -> None:
    stored, said, _ = import_(notices=NOTICE)

    assert stored
    assert said.strip() == "Stored: 1 notice. Known already: 0."


def test_files_of_one_call_refer_to_each_other_in_any_order(import_: Import) -> None:
    stored, said, _ = import_(notices=NOTICE, incidents=INCIDENT, catalogue=CATALOGUE)

    assert stored, said
    assert said.strip() == "Stored: 1 site, 1 team, 3 services, 1 notice, 1 incident. Known already: 0."


def test_the_same_files_twice_change_nothing(import_: Import, catalogue: None) -> None:
    import_(notices=NOTICE, incidents=INCIDENT)
    before = lines_written()

    stored, said, _ = import_(notices=NOTICE, incidents=INCIDENT, catalogue=CATALOGUE)

    assert stored
    assert said.strip() == "Stored: nothing. Known already: 7."
    assert lines_written() == before


def test_the_same_facts_written_another_way_change_nothing(import_: Import, catalogue: None) -> None:
    import_(notices=NOTICE)

    stored, said, _ = import_(
        notices="# Sent again\n" + changed(NOTICE, "2024-11-01T16:00:00+00:00", '"2024-11-01T17:00:00+01:00"')
    )

    assert stored, said
    assert said.strip() == "Stored: nothing. Known already: 1."


def test_what_people_changed_in_the_portal_stays_when_the_file_comes_again(
    import_: Import, catalogue: None
) -> None:
    Service.objects.filter(key="wifi").update(name="Wireless network")

    stored, _, refused = import_(catalogue=CATALOGUE)

    assert stored, refused
    assert Service.objects.get(key="wifi").name == "Wireless network"


def test_a_known_reference_that_differs_is_a_fault_that_names_the_field(
    import_: Import, catalogue: None
) -> None:
    import_(notices=NOTICE)

    stored, _, refused = import_(
        notices=changed(NOTICE, "outage_end: 2024-11-02T00:36", "outage_end: 2024-11-02T00:30")
    )

    assert not stored
    assert refused.strip() == (
        "notices.yaml, line 10, REL-2024-071, outage_end: "
        "This differs from what was imported before. A known record is not changed."
    )


def test_an_incident_named_by_a_notice_comes_from_it(import_: Import, catalogue: None) -> None:
    import_(
        notices=changed(NOTICE, "    impact:", "    incident_ref: INC-2024-011\n    impact:"),
        incidents=INCIDENT,
    )

    assert Incident.objects.get().release == Release.objects.get()


def test_two_that_name_different_origins_are_refused(import_: Import, catalogue: None) -> None:
    other = changed(NOTICE, "REL-2024-071", "REL-2024-072").removeprefix("notices:\n")
    notices = changed(NOTICE, "    impact:", "    incident_ref: INC-2024-011\n    impact:") + other

    stored, _, refused = import_(
        notices=notices,
        incidents=changed(INCIDENT, "    services:", "    notice_ref: REL-2024-072\n    services:"),
    )

    assert not stored
    assert "incident_ref: INC-2024-011 says that it came from REL-2024-072." in refused


def test_postponed_work_keeps_its_new_start_and_is_published_for_it(
    import_: Import, catalogue: None, manager: User, client: Client, settings: Any
) -> None:
    settings.TRUSTED_NETWORKS = ["127.0.0.0/8"]
    postponed = changed(
        NOTICE, "status: completed", "status: postponed\n    postponed_to: 2024-11-08T16:00:00+00:00"
    )
    postponed = changed(postponed, "outcome: The release was completed successfully.", "contact: ext 5000")

    stored, _, refused = import_(postponed=postponed)

    assert stored, refused
    release = Release.objects.get()
    assert (release.state, release.postponed_to) == ("postponed", utc(2024, 11, 8, 16))
    page = client.get(release.get_absolute_url()).content.decode()
    assert "It is now planned to start at 4pm on Friday 8 November 2024." in page
    assert "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024" in page
    with (
        connection.cursor() as cursor
    ):  # the import has looked at its rows within the transaction of this test
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    publish(release=release, by=manager, at=utc(2024, 10, 30, 9))
    assert (release.work.lower, release.work.upper) == (utc(2024, 11, 8, 16), utc(2024, 11, 9, 0, 44))


def test_a_draft_and_planned_work_keep_their_states(import_: Import, catalogue: None) -> None:
    plan = changed(NOTICE, "status: completed", "status: planned")
    plan = changed(plan, "outcome: The release was completed successfully.", "contact: ext 5000")
    draft = changed(changed(plan, "REL-2024-071", "REL-2024-072"), "planned", "draft")

    stored, _, refused = import_(plan=plan, draft=draft)

    assert stored, refused
    assert dict(Release.objects.values_list("ref", "state")) == {
        "REL-2024-071": "published",
        "REL-2024-072": "draft",
    }
