"""Pages of reviews: who may, what stands there, how many queries it takes, and what other pages show."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Dependency, Service
from continuity.core.clock import local_day, now
from continuity.plans import actions as plans
from incidents.exercises.models import Exercise
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.models import Action, Factor, Review, Section
from incidents.reviews.slots import last_times_of_services
from releases.models import Release
from tests.factories import DisruptionFactory, ReleaseFactory, ServiceFactory, TeamFactory
from tests.reviews.conftest import HOUR, LESSON, OUTCOME, fill, hinder, over, propose

pytestmark = pytest.mark.django_db
REMIND = "Remind practices 2 hours before."


@pytest.fixture
def published(short: Review, lead: User, manager: User, at: datetime) -> Review:
    """The review of e-RS 14.7, read by all staff, with one action that is open."""
    fill(
        short,
        lead,
        at + 20 * HOUR,
        summary=LESSON,
        change="Remind practices 2 hours before.",
        went_well="- Phones\n- Paper",
    )
    propose(short, manager, lead, at)
    actions.publish_short(review=short, by=lead, at=at + 20 * HOUR)
    return short


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_everybody_who_is_logged_in_reads_published_ones(
    as_: Any, client: Client, stranger: User, published: Review, full: Review
) -> None:
    assert client.get("/reviews/").status_code == 302
    page = as_(stranger)

    text = text_of(page, "/reviews/")
    assert LESSON in text
    assert full.ref not in text
    assert LESSON in text_of(page, published.get_absolute_url())
    assert page.get(full.get_absolute_url()).status_code == 404


def test_readers_see_what_is_being_written_but_no_buttons(as_: Any, clinician: User, full: Review) -> None:
    page = as_(clinician)

    assert full.ref in text_of(page, "/reviews/")
    text = text_of(page, full.get_absolute_url())
    assert "Send to the approver" not in text
    assert "Add a factor<" not in text
    assert page.get(f"{full.get_absolute_url()}write/questions/").status_code == 403


def test_a_restricted_one_is_for_who_runs_incidents(
    as_: Any, clinician: User, lead: User, full: Review
) -> None:
    Incident.objects.update(is_restricted=True, restricted_why="Police")

    assert as_(clinician).get(full.get_absolute_url()).status_code == 404
    assert full.ref not in text_of(as_(clinician), "/reviews/")
    assert as_(lead).get(full.get_absolute_url()).status_code == 200


def test_the_published_page_says_what_was_learned(as_: Any, clinician: User, published: Review) -> None:
    text = text_of(as_(clinician), published.get_absolute_url())

    assert "<li>Phones</li><li>Paper</li>" in text
    assert REMIND in text
    assert "Send alarms to the on-call phone." in text
    assert published.timeline_hash in text


def test_a_copy_that_was_changed_is_noticed(as_: Any, lead: User, short: Review) -> None:
    assert "This copy was changed" not in text_of(as_(lead), short.get_absolute_url())
    timeline = [{**short.timeline[0], "title": "Nothing happened"}]
    Review.objects.filter(pk=short.pk).update(timeline=timeline)

    assert "This copy was changed" in text_of(as_(lead), short.get_absolute_url())


def test_the_list_is_narrowed_by_words_and_service(
    as_: Any, clinician: User, published: Review, ers: Service
) -> None:
    page = as_(clinician)

    assert published.title in text_of(page, "/reviews/?q=reminders")
    assert published.title in text_of(page, "/reviews/?service=ers")
    assert published.title not in text_of(page, "/reviews/?q=pharmacy")
    assert published.title not in text_of(page, "/reviews/?service=ers&q=pharmacy")


def test_what_is_owed_is_offered_to_who_holds_reviews(as_: Any, lead: User, severe: Incident) -> None:
    text = text_of(as_(lead), "/reviews/")

    assert f"/reviews/start/?incident={severe.ref}" in text
    assert "29 November 2024" in text
    assert "Overdue" in text


def test_a_review_is_begun_by_confirming(as_: Any, lead: User, manager: User, release: Release) -> None:
    address = f"/reviews/start/?release={release.ref}"
    assert as_(manager).get(address).status_code == 403
    page = as_(lead)

    assert "No review is needed" in text_of(page, address)
    answer = page.post(address)

    review = Review.objects.get()
    assert answer.headers["Location"] == review.get_absolute_url()
    assert page.get(address).headers["Location"] == review.get_absolute_url()
    assert page.get("/reviews/start/?release=REL-1900-001").status_code == 404
    assert page.get("/reviews/start/").status_code == 404


def test_no_review_is_held_with_a_reason(as_: Any, lead: User, light: Incident) -> None:
    page, address = as_(lead), f"/reviews/waive/?incident={light.ref}"

    empty = page.post(address, {"reason": ""})
    page.post(address, {"reason": "Known fault."})

    assert empty.status_code == 422
    assert "Say why" in empty.content.decode()
    assert Review.objects.get().waived_why == "Known fault."
    assert "Known fault." in text_of(page, "/reviews/")


def test_severity_2_is_not_offered_to_be_waived(as_: Any, lead: User, severe: Incident) -> None:
    assert "No review is needed" not in text_of(as_(lead), f"/reviews/start/?incident={severe.ref}")


def test_the_text_is_written_on_its_pages(as_: Any, lead: User, short: Review) -> None:
    page, address = as_(lead), f"{short.get_absolute_url()}write/questions/"
    text = text_of(page, address)
    assert "What was expected to happen" in text
    assert "Summary for all staff" in text
    assert "Planned start" in text

    answer = page.post(address, {"happened": "It ran as planned.", "summary": LESSON, "summary_version": "1"})

    assert answer.status_code == 302
    assert short.sections.get().text == "It ran as planned."
    assert page.get(f"{short.get_absolute_url()}write/nothing/").status_code == 404


def test_a_save_that_comes_too_late_keeps_both(
    as_: Any, lead: User, second_lead: User, short: Review, at: datetime
) -> None:
    page, address = as_(lead), f"{short.get_absolute_url()}write/questions/"
    typed = {"happened": "My words.", "happened_version": "0", "summary": "", "summary_version": "1"}
    actions.save_section(review=short, texts={"happened": "Their words."}, seen={}, by=second_lead, at=at)

    late = page.post(address, typed)

    assert late.status_code == 422
    text = late.content.decode()
    assert "Their words." in text
    assert "My words." in text
    assert "Somebody else changed this" in text
    again = page.post(address, {**typed, "happened_version": "1"})
    assert again.status_code == 302
    assert short.sections.get().text == "My words."


def test_patients_stay_out_of_the_text(as_: Any, lead: User, short: Review) -> None:
    answer = as_(lead).post(
        f"{short.get_absolute_url()}write/effect/", {"effect": "943 476 5919 waited.", "effect_version": "0"}
    )

    assert answer.status_code == 422
    assert "NHS number" in answer.content.decode()
    assert not Section.objects.exists()


def test_factors_are_kept_on_their_page(as_: Any, lead: User, full: Review) -> None:
    page, address = as_(lead), f"{full.get_absolute_url()}factors/"
    page.post(f"{address}add/", {"text": "No alarm.", "area": "tools", "effect": "hindered"})
    factor = Factor.objects.get()
    page.post(
        f"{address}{factor.pk}/",
        {"text": "The alarm was quiet.", "area": "tools", "effect": "hindered", "seen": "No alarm."},
    )

    text = text_of(page, full.get_absolute_url())
    assert "The alarm was quiet." in text
    assert "Add an action, or say why nothing is done: The alarm was quiet." in text
    page.post(f"{address}{factor.pk}/remove/")
    assert not Factor.objects.exists()


def test_an_action_is_proposed_and_worked_on(
    as_: Any, lead: User, manager: User, full: Review, at: datetime
) -> None:
    factor = hinder(full, lead, at)
    add = f"{full.get_absolute_url()}actions/add/?factor={factor.pk}"
    assert f'value="{factor.pk}" selected' in text_of(as_(lead), add)
    answer = as_(lead).post(
        add,
        {"title": "Ring", "factor": factor.pk, "owner": "manager", "due_on": "1 March 2027", "strength": "medium",
         "measure": "It rings"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    action = Action.objects.get()
    page = action.get_absolute_url()

    assert "Accept the action" not in text_of(as_(lead), page)
    owner = as_(manager)
    assert "Accept the action" in text_of(owner, page)
    owner.post(f"{page}accept/")
    assert owner.post(f"{page}done/", {"evidence": ""}).status_code == 422
    owner.post(f"{page}done/", {"evidence": "CHG-17"})
    assert "It is done: checked" in text_of(as_(lead), page)
    as_(lead).post(f"{page}verify/")

    assert "CHG-17" in text_of(as_(manager), page)
    action.refresh_from_db()
    assert action.state == "verified"


def test_somebody_else_is_told_whose_action_it_is(
    as_: Any, clinician: User, manager: User, lead: User, full: Review, at: datetime
) -> None:
    action = propose(full, manager, lead, at)

    answer = as_(clinician).post(f"{action.get_absolute_url()}accept/")

    assert answer.status_code == 409
    assert "Only its owner can do this: IT manager" in answer.content.decode()


def test_dates_owners_and_ends_have_their_forms(
    as_: Any, lead: User, manager: User, full: Review, at: datetime
) -> None:
    action = propose(full, manager, lead, at)
    page, address = as_(lead), action.get_absolute_url()

    page.post(f"{address}date/", {"to": "31 January 2027", "reason": "The supplier is late."})
    page.post(f"{address}owner/", {"owner": "lead"})
    assert page.post(f"{address}date/", {"to": "1 February 2027", "reason": "Again"}).status_code == 422
    page.post(f"{address}drop/", {"reason": "Too dear"})

    text = text_of(page, address)
    assert "The supplier is late." in text
    assert "Too dear" in text


def test_the_board_of_actions_shows_mine_first(
    as_: Any, manager: User, lead: User, published: Review, full: Review, at: datetime
) -> None:
    propose(full, lead, lead, at, title="Write it down.")
    text = text_of(as_(manager), "/reviews/actions/")

    assert text.index("Send alarms to the on-call phone.") < text.index("Write it down.")
    assert "Overdue" in text
    assert "Write it down." not in text_of(as_(manager), "/reviews/actions/?q=alarms")
    assert "No action was found." in text_of(as_(manager), "/reviews/actions/?show=done")


@pytest.mark.parametrize(
    ("by", "headings"),
    [
        ("owner", ["Yours, to do or to check", "Continuity lead", "Ward sister"]),
        ("service", ["Yours, to do or to check", "NHS e-Referral Service", "No service"]),
        (
            "age",
            ["Yours, to do or to check", "Over 6 months since the review", "The review is not published yet"],
        ),
        ("nothing", ["Yours, to do or to check", "Overdue, by owner"]),
    ],
)
def test_the_board_of_actions_is_grouped_one_way_and_mine_first(
    as_: Any, clinician: User, manager: User, lead: User, published: Review, full: Review, at: datetime, by: str,
    headings: list[str],
) -> None:  # fmt: skip
    propose(full, lead, lead, at)
    theme = Review.objects.create(
        ref="REV-1", title="Alarms", theme="Alarms", state="published", held_on=at.date()
    )
    propose_on(theme, clinician)

    page = BeautifulSoup(text_of(as_(manager), f"/reviews/actions/?by={by}"), "html.parser")

    assert [each.get_text(strip=True) for each in page.select("caption")] == headings


def propose_on(review: Review, owner: User) -> Action:
    """An action of a review that is published already."""
    return Action.objects.create(
        review=review, number=1, title="Ring.", owner=owner, strength="weak", due_on=date(2024, 12, 1)
    )


def test_the_board_of_actions_is_narrowed_by_service_and_counts_moved_days(
    as_: Any, manager: User, lead: User, published: Review
) -> None:
    ServiceFactory.create(key="other", name="Radio")
    action = published.actions.get()
    for day, reason in ((1, "The supplier is late."), (2, "Again.")):
        actions.move_date(
            action=action, to=local_day(now()) + timedelta(days=day), reason=reason, by=lead, at=now()
        )

    own, others = (text_of(as_(manager), f"/reviews/actions/?service={key}") for key in ("ers", "other"))

    assert "Send alarms to the on-call phone." in own
    assert "Moved 2 times" in own
    assert "Send alarms to the on-call phone." not in others


def test_a_review_goes_to_print_and_stands_alone(
    as_: Any, lead: User, second_lead: User, full: Review, manager: User, at: datetime
) -> None:
    fill(full, lead, at)
    propose(full, manager, lead, at, factor=hinder(full, lead, at))
    page, address = as_(lead), full.get_absolute_url()

    page.post(f"{address}submit/")
    assert "Somebody else must approve it" in text_of(page, address)
    assert page.post(f"{address}approve/").status_code == 409
    approver = as_(second_lead)
    assert ">Approve" in " ".join(text_of(approver, address).split())
    assert approver.post(f"{address}send-back/", {"reason": "How many wards?"}).status_code == 302
    as_(lead).post(f"{address}submit/")
    as_(second_lead).post(f"{address}approve/")
    as_(second_lead).post(f"{address}publish/")
    as_(second_lead).post(f"{address}amend/", {"text": "9 wards.", "reason": "Counted later."})

    assert "9 wards." in text_of(as_(manager), address)


def test_a_review_taken_over_from_elsewhere_reads_well(
    as_: Any, clinician: User, lead: User, at: datetime
) -> None:
    incident = over(at, severity=1)
    review = Review.objects.create(
        ref="REV-2024-009", title="Review: Storage filled up", incident=incident, state="published",
        published_at=at, summary="A nightly copy job kept old snapshots.",
    )  # fmt: skip
    Section.objects.create(
        review=review, code="to_improve", text="It took 19 minutes.\n1 viewer was out of date."
    )
    Factor.objects.create(review=review, area="tools", text="The alarm went to a mailbox.")
    Action.objects.create(
        review=review, number=1, title="Send storage alarms.", owner_role="Infrastructure manager",
        due_on=at.date(), state="claimed_done", strength="strong",
    )  # fmt: skip

    text = text_of(as_(clinician), review.get_absolute_url())

    assert "<li>It took 19 minutes.</li>" in text
    assert "Infrastructure manager" in text
    assert "Done, not checked" in text
    assert "SHA-256" not in text
    assert "Choose the owner" in text_of(as_(lead), f"{review.get_absolute_url()}actions/1/")


# The story's end: the lesson comes back by itself.


def test_the_lesson_stands_beside_the_next_notice(
    as_: Any, manager: User, published: Review, ers: Service
) -> None:
    text = text_of(as_(manager), f"{reverse('releases:new')}?service=ers")

    assert "The last times on this service" in text
    assert OUTCOME in text
    assert LESSON in text
    assert REMIND in text
    assert "Send alarms to the on-call phone." in text


def test_a_notice_on_another_service_shows_nothing_of_it(as_: Any, manager: User, published: Review) -> None:
    assert LESSON not in text_of(as_(manager), reverse("releases:new"))


def test_what_a_service_beside_it_taught_is_said_too_with_its_name(
    as_: Any, manager: User, published: Review, ers: Service
) -> None:
    polling, portal = ServiceFactory.create(name="Slot polling"), ServiceFactory.create(name="Portal")
    Dependency.objects.create(service=polling, on=ers, kind="stops")
    Dependency.objects.create(service=ers, on=portal, kind="stops")
    untaught = ReleaseFactory.create(title="A quiet patch", state="completed", outcome="Done.")
    DisruptionFactory.create(release=untaught, service=ers)

    needing = text_of(as_(manager), f"{reverse('releases:new')}?service={polling.key}")
    needed = text_of(as_(manager), f"{reverse('releases:new')}?service={portal.key}")

    assert "on NHS e-Referral Service, which it needs" in needing
    assert "on NHS e-Referral Service, which needs it" in needed
    assert LESSON in needing
    assert "Send alarms to the on-call phone." in needing
    assert "A quiet patch" not in needing


def test_the_review_of_an_exercise_begins_on_its_page(as_: Any, lead: User, at: datetime) -> None:
    exercise = Exercise.objects.create(
        ref="EXE-2024-001", title="On paper", type="tabletop", state="reported", held_on=at.date()
    )
    start = f"/reviews/start/?exercise={exercise.ref}"
    page = as_(lead)
    assert start in text_of(page, exercise.get_absolute_url())

    page.post(start)

    begun = Review.objects.get(exercise=exercise)
    assert begun.state == "drafting"
    assert begun.get_absolute_url() in text_of(page, exercise.get_absolute_url())


def test_lessons_stand_beside_a_procedure_and_an_exercise_that_are_prepared(
    as_: Any, lead: User, manager: User, published: Review, ers: Service, at: datetime
) -> None:
    version = plans.create(
        title="Refer on paper", kind="downtime", owner=TeamFactory.create(), services=[ers], by=manager, at=at
    )
    exercise = Exercise.objects.create(ref="EXE", title="On paper", type="tabletop", held_on=at.date())
    exercise.procedures.add(version.procedure)

    seen = [text_of(as_(lead), each.get_absolute_url()) for each in (version, exercise)]
    Exercise.objects.update(state="cancelled")

    assert all(LESSON in each and "Send alarms to the on-call phone." in each for each in seen)
    assert LESSON not in text_of(as_(lead), exercise.get_absolute_url())


def test_the_releases_page_leads_to_its_review(
    as_: Any, clinician: User, lead: User, manager: User, release: Release, at: datetime
) -> None:
    page = release.get_absolute_url()
    assert "Start the review" in text_of(as_(lead), page)
    assert "Start the review" not in text_of(as_(manager), page)
    review = actions.start(release=release, by=lead, at=at + 20 * HOUR)

    assert review.get_absolute_url() in text_of(as_(clinician), page)


def test_an_anonymous_ward_sees_no_review(client: Client, trusted: None, published: Review) -> None:
    for page in (published.release.get_absolute_url(), "/services/ers/"):  # type: ignore[union-attr]
        assert published.ref not in text_of(client, page)


def test_the_service_page_says_what_was_learned(as_: Any, clinician: User, published: Review) -> None:
    text = text_of(as_(clinician), "/services/ers/")

    assert "What was learned" in text
    assert LESSON in text
    assert "Still to be done" in text


def test_an_incidents_page_leads_to_its_review(as_: Any, lead: User, severe: Incident) -> None:
    assert f"/reviews/start/?incident={severe.ref}" in text_of(as_(lead), severe.get_absolute_url())


def test_an_open_incident_shows_what_was_learned(
    as_: Any, lead: User, published: Review, light: Incident
) -> None:
    Incident.objects.filter(pk=light.pk).update(state="responding", restored_at=None, stood_down_at=None)

    text = text_of(as_(lead), light.get_absolute_url())

    assert "The last times on this service" in text
    assert LESSON in text


# Queries: each page of this room costs the same however many rows it shows.


def test_the_last_times_take_nine_queries(
    rf: Any, manager: User, published: Review, severe: Incident, light: Incident, ers: Service,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    request = rf.get("/")
    request.user = manager

    # services beside these; how far back; releases; how they were hit; incidents; what the person's roles allow;
    # reviews of these; their sections; open actions
    with django_assert_num_queries(9):
        said = last_times_of_services(request, [ers])

    assert LESSON in said


def test_a_time_that_taught_something_stands_before_later_ones(
    as_: Any, manager: User, published: Review, ers: Service, at: datetime
) -> None:
    for number in range(4):
        later = ReleaseFactory.create(
            title=f"Small work {number}", state="completed", outcome="Done.",
            work=Range(at + number * 100 * HOUR, at + (number * 100 + 1) * HOUR, "[)"),
        )  # fmt: skip
        later.services.add(ers)

    text = text_of(as_(manager), f"{reverse('releases:new')}?service=ers")

    assert LESSON in text
    assert "Small work 3" in text
    assert "Small work 0" not in text


def test_a_review_that_is_due_is_begun_from_its_page(
    as_: Any, lead: User, severe: Incident, at: datetime
) -> None:
    due = Review.objects.create(ref="REV-2024-050", title="Review: Log-in", incident=severe)
    page, start = as_(lead), f"/reviews/start/?incident={severe.ref}"

    assert start in text_of(page, due.get_absolute_url())
    assert "Start the review" in text_of(page, start)
    page.post(start)

    due.refresh_from_db()
    assert (due.state, due.author) == ("drafting", lead)


@pytest.mark.parametrize("number", ["9" * 18, "9" * 5000])
def test_a_factor_number_that_cannot_be_one_is_left_out(
    as_: Any, lead: User, full: Review, number: str
) -> None:
    assert as_(lead).get(reverse("reviews:propose", args=[full.ref]), {"factor": number}).status_code == 200
