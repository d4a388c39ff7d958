"""Several records under one theme: chosen by who holds reviews, counted together, kept as close as the closest."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.command.models import CommandRole
from continuity.core.clock import local_day
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.library.finding import Asked, find
from continuity.library.models import Document
from continuity.notifications.models import Delivery, Message
from continuity.reports.trends import came_back
from incidents.actions import restrict
from incidents.exercises.models import Exercise
from incidents.models import Incident, RoleAssignment, Update
from incidents.reviews import actions
from incidents.reviews.asked import asked_of
from incidents.reviews.grouping import service_names
from incidents.reviews.models import Action, LocalFactor, Observation, Recurrence, Review, Source
from incidents.reviews.printing import marks_of
from incidents.reviews.subjects import Subject
from incidents.reviews.together import common_factors, rows_of
from releases.models import Release
from tests.racing import race
from tests.reviews.conftest import DUE, HOUR, fill, hinder, propose

pytestmark = pytest.mark.django_db
THEME = "Alarms that nobody saw"


@pytest.fixture
def near_miss(clinician: User, ers: Service, at: datetime) -> Observation:
    return actions.observe(kind="near_miss", title="Nearly no lists", service=ers, by=clinician, at=at)


@pytest.fixture
def theme(
    severe: Incident, light: Incident, release: Release, near_miss: Observation, lead: User, at: datetime
) -> Review:
    """Two incidents, planned work and a near miss, that nobody has begun."""
    return actions.gather(theme=THEME, records=[severe, light, release, near_miss], by=lead, at=at)


@pytest.fixture
def exercise(at: datetime) -> Exercise:
    return Exercise.objects.create(
        ref="EXE-2024-001", title="Wi-Fi lost", type="tabletop", state="closed", held_on=at.date()
    )


def published(review: Review, lead: User, at: datetime) -> None:
    """The record's own review, with the same factor each time."""
    local = LocalFactor.objects.get_or_create(area="tools", name="Alarm to a mailbox")[0]
    fill(review, lead, at)
    hinder(review, lead, at, local=local, accepted_why="Replaced soon.")
    Review.objects.filter(pk=review.pk).update(state="published", published_at=at)


def test_records_are_gathered_under_a_theme_and_begun(theme: Review, lead: User, at: datetime) -> None:
    actions.begin_theme(review=theme, by=lead, at=at + 20 * HOUR)

    theme.refresh_from_db()
    assert (theme.kind, theme.title, theme.state) == ("thematic", f"Theme: {THEME}", "drafting")
    assert theme.author == lead
    assert not theme.is_short
    titles = [moment["title"] for moment in theme.timeline]
    assert "REL-2024-071: Planned start" in titles
    assert "OBS-2024-001: Near miss" in titles
    assert [line.verb for line in lines_about(theme)] == ["review.due", "review.started"]


def test_figures_of_all_records_are_added_up(
    severe: Incident, light: Incident, release: Release, theme: Review, lead: User, at: datetime
) -> None:
    severe.impacts.update(since=at, until=at + HOUR)
    light.impacts.update(since=at + HOUR / 2, until=at + 1.5 * HOUR)
    for incident in (severe, light):
        Update.objects.create(
            incident=incident, number=1, happened="It is down.", severity=2, published_at=at + HOUR / 2
        )
    actions.begin_theme(review=theme, by=lead, at=at + 20 * HOUR)

    said = {each["label"]: each["text"] for each in theme.figures}

    assert said["Records"] == "2 incidents, 1 piece of planned work and 1 near miss"
    assert said["Time lost, unplanned"] == "1 hour 30 minutes"
    assert said["Promises of the next update kept"] == "2 of 2"


def test_a_theme_needs_words_and_records_that_are_over(
    severe: Incident, light: Incident, release: Release, lead: User, at: datetime
) -> None:
    Incident.objects.filter(pk=light.pk).update(state="responding")
    light.refresh_from_db()

    wrong: list[tuple[str, list[Subject], str]] = [
        (" ", [severe, release], "Say what the records have in common"),
        (THEME, [severe], "two records or more"),
        (THEME, [severe, severe], "two records or more"),
        (THEME, [severe, light], "is not over yet"),
    ]

    for theme, records, why in wrong:
        with pytest.raises(Refused, match=why):
            actions.gather(theme=theme, records=records, by=lead, at=at)
    with pytest.raises(Refused, match="has passed"):
        actions.gather(
            theme=THEME, records=[severe, release], due_on=local_day(at) - timedelta(days=1), by=lead, at=at
        )


def test_records_are_added_and_taken_out_until_it_is_begun(
    theme: Review, exercise: Exercise, severe: Incident, lead: User, at: datetime
) -> None:
    actions.add_records(review=theme, records=[exercise, severe], by=lead, at=at)
    assert theme.sources.count() == 5
    gone = theme.sources.get(exercise=exercise)
    actions.take_out(source=gone, by=lead, at=at)
    with pytest.raises(Conflict, match="took this record out already"):
        actions.take_out(source=gone, by=lead, at=at)
    actions.begin_theme(review=theme, by=lead, at=at)

    with pytest.raises(Conflict, match="its records stand"):
        actions.add_records(review=theme, records=[exercise], by=lead, at=at)
    with pytest.raises(Conflict, match="its records stand"):
        actions.take_out(source=theme.sources.all()[0], by=lead, at=at)
    verbs = [line.verb for line in lines_about(theme)]
    assert verbs == ["review.due", "review.records_added", "review.record_taken_out", "review.started"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_a_theme_at_once_one_is_told(
    theme: Review, lead: User, second_lead: User, at: datetime
) -> None:
    answers = race(
        *(
            lambda person=person: actions.begin_theme(
                review=Review.objects.get(theme=THEME), by=person, at=at
            )
            for person in (lead, second_lead)
        )
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]


def test_its_page_counts_factors_together_and_each_record_leads_to_it(
    as_: Any, theme: Review, severe: Incident, light: Incident, release: Release, near_miss: Observation,
    clinician: User, lead: User, at: datetime,
) -> None:  # fmt: skip
    for incident in (severe, light):
        published(actions.start(incident=incident, by=lead, at=at), lead, at)

    common = common_factors(rows_of(theme, clinician))
    page = as_(clinician).get(theme.get_absolute_url()).text

    assert [(each.name, each.records) for each in common] == [("Alarm to a mailbox", 2)]
    assert "2 of 4" in page
    assert near_miss.title in page
    for record in (severe, light, release, near_miss):
        assert theme.get_absolute_url() in as_(clinician).get(record.get_absolute_url()).text, record


def test_what_counts_for_a_theme_is_counted_once_in_the_figures(
    theme: Review, severe: Incident, light: Incident, lead: User, at: datetime
) -> None:
    for incident in (severe, light):
        published(actions.start(incident=incident, by=lead, at=at), lead, at)
    actions.begin_theme(review=theme, by=lead, at=at)
    published(theme, lead, at)

    again, of = came_back([at.date().replace(day=1)])

    assert [(each.name, each.reviews) for each in again] == [("Alarm to a mailbox", 2)]
    assert of == 2


def test_nobody_sees_a_restricted_incident_through_it(
    as_: Any, theme: Review, severe: Incident, clinician: User, stranger: User, lead: User, at: datetime
) -> None:
    actions.begin_theme(review=theme, by=lead, at=at)
    fill(theme, lead, at)
    actions.ask(review=theme, people=[clinician], by=lead, at=at)
    Review.objects.filter(pk=theme.pk).update(state="published", published_at=at)
    assert as_(stranger).get(theme.get_absolute_url()).status_code == 200
    assert Document.objects.get(review=theme).is_open

    Incident.objects.filter(pk=severe.pk).update(is_restricted=True, restricted_why="Police")

    theme.refresh_from_db()
    for person in (stranger, clinician):
        assert as_(person).get(theme.get_absolute_url()).status_code == 404
        assert theme.title not in as_(person).get("/reviews/").text
        assert not find(Asked(words=THEME), person=person).keys
        assert theme not in asked_of(person)
    assert as_(lead).get(theme.get_absolute_url()).status_code == 200
    assert marks_of(theme) == ["Restricted"]
    assert "Restricted" in as_(lead).get("/library/?q=alarms").text


def test_what_was_said_of_a_theme_is_taken_back_with_what_it_looks_at(
    theme: Review, severe: Incident, clinician: User, manager: User, lead: User, at: datetime
) -> None:
    actions.begin_theme(review=theme, by=lead, at=at)
    actions.ask(review=theme, people=[clinician, manager], by=lead, at=at)

    restrict(incident=severe, is_restricted=True, why="Police", by=lead, at=at + HOUR)

    left = Delivery.objects.filter(state__in=["queued", "sent"], message__subject_ref=theme.ref)
    assert set(left.values_list("person", flat=True)) == {manager.pk}
    assert lines_about(theme).latest("pk").verb == "messages.withdrawn"


def test_nobody_gathers_or_is_asked_about_what_they_may_not_know(
    theme: Review, severe: Incident, release: Release, clinician: User, lead: User, at: datetime
) -> None:
    Incident.objects.filter(pk=severe.pk).update(is_restricted=True, restricted_why="Police")
    severe.refresh_from_db()

    with pytest.raises(Forbidden, match="restricted"):
        actions.gather(theme=THEME, records=[severe, release], by=clinician, at=at)
    with pytest.raises(Refused, match="An incident among them is restricted"):
        actions.ask(review=theme, people=[clinician], by=lead, at=at)


def test_one_with_an_exercise_is_for_who_reads_reviews_and_tells_nobody(
    as_: Any, theme: Review, exercise: Exercise, clinician: User, stranger: User, lead: User,
    second_lead: User, manager: User, at: datetime,
) -> None:  # fmt: skip
    actions.add_records(review=theme, records=[exercise], by=lead, at=at)
    actions.begin_theme(review=theme, by=lead, at=at)
    fill(theme, lead, at)
    factor = hinder(theme, lead, at)
    propose(theme, manager, lead, at, factor=factor)

    actions.submit(review=theme, by=lead, at=at)
    actions.approve(review=theme, by=second_lead, at=at)
    actions.publish(review=theme, by=second_lead, at=at)

    assert as_(stranger).get(theme.get_absolute_url()).status_code == 404
    assert as_(clinician).get(theme.get_absolute_url()).status_code == 200
    assert not find(Asked(words=THEME), person=stranger).keys
    assert not Message.objects.filter(key=f"review:{theme.pk}:published").exists()


def test_who_led_one_of_its_incidents_does_not_facilitate(
    theme: Review, severe: Incident, lead: User, second_lead: User, at: datetime
) -> None:
    RoleAssignment.objects.create(
        incident=severe, role=CommandRole.objects.get(code="tactical"), person=lead, state="released",
        accepted_at=at, ended_at=at + HOUR,
    )  # fmt: skip

    with pytest.raises(Refused, match="Continuity lead led one of these incidents"):
        actions.name_facilitator(review=theme, facilitator=lead, seen=None, by=second_lead, at=at)
    actions.name_facilitator(review=theme, facilitator=second_lead, seen=None, by=lead, at=at)

    theme.refresh_from_db()
    assert theme.facilitator == second_lead


def test_it_is_found_by_the_services_of_its_records(
    theme: Review, ers: Service, clinician: User, manager: User, lead: User, at: datetime
) -> None:
    actions.begin_theme(review=theme, by=lead, at=at)
    to_do = propose(theme, manager, lead, at)

    found = find(Asked(words=THEME, service=ers.pk), person=clinician)

    assert service_names([to_do]) == {theme.pk: [ers.name]}
    assert theme in Review.objects.about(ers)
    assert Document.objects.filter(pk__in=found.keys, review=theme).exists()


def test_what_came_back_in_one_of_its_records_is_noticed(
    theme: Review, full: Review, lead: User, manager: User, ers: Service, at: datetime
) -> None:
    before = hinder(full, lead, at, local_name="Alarm to a mailbox")
    Action.objects.create(
        review=full, number=1, factor=before, title="Ring a phone.", owner=manager, strength="strong", due_on=DUE,
        state="verified", verified_at=at - HOUR,
    )  # fmt: skip
    actions.begin_theme(review=theme, by=lead, at=at)

    hinder(theme, lead, at, local=before.local)

    assert Recurrence.objects.get(factor__review=theme).service == ers


def test_a_lead_gathers_adds_takes_out_and_begins_by_the_pages(
    as_: Any, severe: Incident, light: Incident, release: Release, near_miss: Observation, lead: User,
    clinician: User,
) -> None:  # fmt: skip
    assert as_(clinician).get("/reviews/themes/new/").status_code == 403
    page = as_(lead)
    assert near_miss.title in page.get("/reviews/themes/new/?service=ers").text
    assert near_miss.title not in page.get("/reviews/themes/new/?q=pharmacy").text
    for record in (severe, near_miss):
        link = f"/reviews/themes/new/?record={record.ref}"
        assert link in page.get(record.get_absolute_url()).text
        assert f"{record.ref}</textarea>" in page.get(link).text
    wrong = page.post(
        "/reviews/themes/new/", {"theme": THEME, "records": [severe.ref], "others": "INC-1999-001"}
    )
    assert wrong.status_code == 422
    assert "no record that is over with the reference INC-1999-001" in wrong.text

    page.post("/reviews/themes/new/", {"theme": THEME, "records": [severe.ref], "others": light.ref.lower()})
    theme = Review.objects.get(theme=THEME)
    address = theme.get_absolute_url()
    page.post(f"{address}records/", {"records": [release.ref, near_miss.ref]})
    source = Source.objects.get(observation=near_miss)
    page.post(f"{address}records/{source.pk}/take-out/")
    assert as_(clinician).post(f"{address}begin/").status_code == 403
    as_(lead).post(f"{address}begin/")

    theme.refresh_from_db()
    assert theme.state == "drafting"
    assert {str(each) for each in theme.sources.all()} == {severe.ref, light.ref, release.ref}
