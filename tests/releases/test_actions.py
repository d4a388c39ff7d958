"""A release from draft to outcome: each step works, is refused where it must be, and leaves its line."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.models import Delivery, Message
from releases import actions
from releases.models import Release
from tests.factories import ServiceFactory
from tests.releases.conftest import (
    ANNOUNCED,
    BACK,
    DONE,
    FOUR_PM,
    NEXT_MORNING,
    OUTAGE,
    OUTCOME,
    WORK,
    told,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def verbs(release: Release) -> list[str]:
    return [line.verb for line in lines_about(release)]


def actual_of(release: Release) -> list[Range[datetime] | None]:
    return list(release.disruptions.order_by("pk").values_list("actual", flat=True))


def test_the_story_runs_from_notice_to_outcome(drafted: Release, manager: User, nurse: User) -> None:
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)
    actions.start(release=drafted, by=manager, at=FOUR_PM)
    actions.come_back(release=drafted, by=manager, at=BACK)
    actions.complete(release=drafted, outcome=OUTCOME, by=manager, at=NEXT_MORNING)

    drafted.refresh_from_db()
    assert drafted.state == "completed"
    assert (drafted.started_at, drafted.back_at, drafted.ended_at) == (FOUR_PM, BACK, DONE)
    assert actual_of(drafted) == [OUTAGE, OUTAGE]
    assert drafted.work_length == timedelta(hours=8, minutes=44)
    assert verbs(drafted) == [
        f"release.{verb}" for verb in ("drafted", "published", "started", "back", "completed")
    ]
    assert [title.split(":")[0] for title in told(nurse)] == [
        "Planned work",
        "Started",
        "Back and being checked",
        "Completed",
    ]


def test_publishing_writes_a_delivery_a_person_and_channel(published: Release, nurse: User) -> None:
    message = Message.objects.get(key=f"release:{published.pk}:published")

    # The nurse subscribed after it was published, so nobody was told.
    assert not message.deliveries.exists()
    assert (
        "not available from 4pm on Friday 1 November to 12:36am on Saturday 2 November 2024" in message.body
    )
    assert "12:36am to 12:44am: the service is back and being checked." in message.body
    assert message.url == published.get_absolute_url()


def test_everybody_told_before_is_told_again(drafted: Release, manager: User, nurse: User) -> None:
    actions.publish(release=drafted, by=manager, at=ANNOUNCED)
    nurse.subscriptions.all().delete()

    actions.cancel(release=drafted, reason="The supplier withdrew it", by=manager, at=ANNOUNCED + HOUR)

    assert told(nurse)[-1].startswith("Cancelled")
    assert Delivery.objects.filter(person=nurse, channel="email").count() == 2


def test_a_draft_needs_what_staff_need_before_it_is_published(manager: User, ers: Service) -> None:
    release = actions.draft(by=manager, at=ANNOUNCED, title="Storage move", work=WORK)

    with pytest.raises(Refused, match="add at least 1 service and whom to contact"):
        actions.publish(release=release, by=manager, at=ANNOUNCED)

    release.refresh_from_db()
    assert release.state == "draft"
    assert verbs(release) == ["release.drafted"]


def test_times_that_are_over_are_not_announced(drafted: Release, manager: User) -> None:
    with pytest.raises(Refused, match="ended at 12:44am on Saturday 2 November 2024"):
        actions.publish(release=drafted, by=manager, at=DONE)


def test_an_outage_outside_its_work_window_is_refused(manager: User, ers: Service) -> None:
    late = actions.Outage(ers, "down", Range(FOUR_PM, DONE + MINUTE, "[)"))

    with pytest.raises(Refused, match="must lie inside the work window"):
        actions.draft(by=manager, at=ANNOUNCED, title="Late", work=WORK, outages=[late])

    assert not Release.objects.exists()


def test_two_overlapping_outages_of_one_service_are_refused(manager: User, ers: Service) -> None:
    twice = [
        actions.Outage(ers, "down", OUTAGE),
        actions.Outage(ers, "at_risk", Range(BACK - MINUTE, DONE, "[)")),
    ]

    with pytest.raises(Refused, match="Two outages of NHS e-Referral Service overlap"):
        actions.draft(by=manager, at=ANNOUNCED, title="Twice", outages=twice)


def test_the_same_step_twice_is_a_conflict(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)

    with pytest.raises(Conflict, match="is in progress already"):
        actions.start(release=published, by=manager, at=FOUR_PM)

    assert verbs(published).count("release.started") == 1


def test_somebody_with_an_old_page_is_told_what_it_is_now(published: Release, manager: User) -> None:
    old_page = Release.objects.get(pk=published.pk)
    actions.start(release=published, by=manager, at=FOUR_PM)

    with pytest.raises(Conflict, match="is now in progress, no longer planned"):
        actions.cancel(release=old_page, reason="Too late", by=manager, at=FOUR_PM)


@pytest.mark.parametrize("step", ["start", "come_back", "complete", "roll_back", "postpone", "resume"])
def test_a_draft_takes_no_step_of_a_running_release(step: str, drafted: Release, manager: User) -> None:
    words: dict[str, dict[str, Any]] = {
        "complete": {"outcome": "Done"},
        "roll_back": {"reason": "Undone"},
        "postpone": {"reason": "Later", "to": None},
        "resume": {"reason": "Not back"},
    }

    with pytest.raises(Conflict, match="is draft, so it cannot become"):
        getattr(actions, step)(release=drafted, by=manager, at=FOUR_PM, **words.get(step, {}))

    drafted.refresh_from_db()
    assert drafted.state == "draft"


def test_work_started_early_is_out_only_from_its_planned_start(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM - HOUR)

    assert published.started_at == FOUR_PM - HOUR
    assert actual_of(published) == [None, None]

    actions.come_back(release=published, by=manager, at=BACK)

    assert actual_of(published) == [OUTAGE, OUTAGE]


def test_work_started_late_is_out_from_then_on(published: Release, manager: User) -> None:
    actions.hold(release=published, by=manager, at=ANNOUNCED)

    actions.start(release=published, by=manager, at=FOUR_PM + HOUR)

    assert actual_of(published) == [Range(FOUR_PM + HOUR, None, "[)")] * 2
    assert not published.is_held


def test_a_hold_is_not_let_go_after_the_planned_start(published: Release, manager: User) -> None:
    actions.hold(release=published, by=manager, at=ANNOUNCED)

    with pytest.raises(Refused, match=r"planned start of .* has passed"):
        actions.hold(release=published, is_held=False, by=manager, at=FOUR_PM)

    actions.hold(release=published, is_held=False, by=manager, at=FOUR_PM - MINUTE)
    assert verbs(published)[-2:] == ["release.held", "release.let_go"]


def test_an_extension_keeps_the_checks_and_the_first_promise(
    published: Release, manager: User, nurse: User
) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    two = BACK + timedelta(hours=1, minutes=24)

    actions.extend(release=published, ends_at=two, reason="Slow copy", by=manager, at=BACK - MINUTE)

    assert [outage.span.upper for outage in published.disruptions.all()] == [two, two]
    assert published.ends_at == two + 8 * MINUTE
    extension = published.extensions.get()
    assert (extension.was, extension.to, extension.reason) == (BACK, two, "Slow copy")
    said = Message.objects.get(key=f"release:{published.pk}:extended").body
    assert said == (
        "It is now planned to be back at 2am on Saturday 2 November 2024, "
        "not at 12:36am on Saturday 2 November 2024. Slow copy."
    )
    assert told(nurse)[-1].startswith("Extended")


@pytest.mark.parametrize(
    ("ends_at", "at", "sentence"),
    [
        (BACK, FOUR_PM, "must be later than the planned end"),
        (BACK - HOUR, FOUR_PM, "must be later than the planned end"),
        (BACK + HOUR, BACK + 2 * HOUR, "must be later than now"),
    ],
)
def test_an_extension_that_promises_nothing_new_is_refused(
    ends_at: datetime, at: datetime, sentence: str, published: Release, manager: User
) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)

    with pytest.raises(Refused, match=sentence):
        actions.extend(release=published, ends_at=ends_at, reason="Slow", by=manager, at=at)

    assert not published.extensions.exists()


def test_each_extension_is_told(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    for hours in (1, 2):
        actions.extend(release=published, ends_at=BACK + hours * HOUR, reason="Slow", by=manager, at=BACK)

    keys = Message.objects.filter(key__contains=":extended").order_by("pk").values_list("key", flat=True)

    assert list(keys) == [f"release:{published.pk}:extended", f"release:{published.pk}:extended:2"]


def test_completing_with_an_open_outage_is_refused(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)

    with pytest.raises(Refused, match=r"still open\. Say that the service is back first"):
        actions.complete(release=published, outcome=OUTCOME, by=manager, at=BACK)

    published.refresh_from_db()
    assert published.state == "in_progress"


def test_rolling_back_needs_the_service_back(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)

    with pytest.raises(Refused, match="still open"):
        actions.roll_back(release=published, reason="Slow", by=manager, at=BACK)

    actions.come_back(release=published, by=manager, at=BACK)
    actions.roll_back(release=published, reason="The copy failed", by=manager, at=DONE)

    assert (published.state, published.outcome) == ("rolled_back", "The copy failed")


def test_the_true_times_are_corrected_at_the_end(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.come_back(release=published, by=manager, at=NEXT_MORNING)
    outage = published.disruptions.get(service__key="ers")
    truth = Range(FOUR_PM - MINUTE, BACK + MINUTE, "[)")
    other = published.disruptions.get(service__key="slot-polling")

    actions.complete(
        release=published,
        outcome=OUTCOME,
        actual={outage.pk: truth, other.pk: OUTAGE},
        ended_at=DONE,
        by=manager,
        at=NEXT_MORNING,
    )

    published.refresh_from_db()
    outage.refresh_from_db()
    assert outage.actual == truth
    assert (published.started_at, published.back_at) == (FOUR_PM - MINUTE, BACK + MINUTE)


@pytest.mark.parametrize(
    ("end", "ended_at", "sentence"),
    [
        (NEXT_MORNING + MINUTE, None, "cannot have ended in the future"),
        (BACK, NEXT_MORNING + MINUTE, "work cannot have ended in the future"),
        (BACK, BACK - MINUTE, "before the service was back, 12:36am"),
    ],
)
def test_impossible_true_times_are_refused(
    end: datetime, ended_at: datetime | None, sentence: str, published: Release, manager: User
) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.come_back(release=published, by=manager, at=BACK)
    actual = {outage.pk: Range(FOUR_PM, end, "[)") for outage in published.disruptions.all()}

    with pytest.raises(Refused, match=sentence):
        actions.complete(
            release=published, outcome=OUTCOME, actual=actual, ended_at=ended_at, by=manager, at=NEXT_MORNING
        )

    published.refresh_from_db()
    assert published.state == "checking"


def test_what_was_not_back_after_all_is_open_again(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.come_back(release=published, by=manager, at=BACK)

    actions.resume(release=published, reason="Log-ins fail", by=manager, at=DONE)

    assert actual_of(published) == [Range(FOUR_PM, None, "[)")] * 2
    assert (published.state, published.back_at) == ("in_progress", None)


def test_a_draft_is_cancelled_without_a_word(drafted: Release, manager: User, nurse: User) -> None:
    actions.cancel(release=drafted, reason="Never mind", by=manager, at=ANNOUNCED)

    assert drafted.state == "cancelled"
    assert not Message.objects.exists()


@pytest.mark.parametrize("step", ["cancel", "postpone"])
def test_work_that_the_clock_began_is_not_undone(step: str, published: Release, manager: User) -> None:
    new = {"to": None} if step == "postpone" else {}

    with pytest.raises(Refused, match="began at 4pm on Friday 1 November 2024"):
        getattr(actions, step)(release=published, reason="Late", by=manager, at=FOUR_PM, **new)


def test_postponed_work_moves_whole_when_it_is_published_again(
    published: Release, manager: User, nurse: User
) -> None:
    week = timedelta(days=7)

    actions.postpone(release=published, to=FOUR_PM + week, reason="Supplier", by=manager, at=FOUR_PM - HOUR)
    assert published.work == WORK

    actions.publish(release=published, by=manager, at=FOUR_PM - MINUTE)

    published.refresh_from_db()
    assert published.work == Range(FOUR_PM + week, DONE + week, "[)")
    assert {outage.span.lower for outage in published.disruptions.all()} == {FOUR_PM + week}
    assert published.postponed_to is None
    assert Message.objects.filter(key=f"release:{published.pk}:published:2").exists()


@pytest.mark.parametrize(
    ("to", "sentence"), [(FOUR_PM, "planned for 4pm on Friday"), (ANNOUNCED, "must be later than now")]
)
def test_a_new_start_that_is_none_is_refused(
    to: datetime, sentence: str, published: Release, manager: User
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.postpone(release=published, to=to, reason="Later", by=manager, at=FOUR_PM - HOUR)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("cancel", {"reason": " "}),
        ("postpone", {"reason": "", "to": None}),
        ("post_update", {"text": ""}),
    ],
)
def test_a_step_without_its_words_is_refused(
    step: str, words: dict[str, Any], published: Release, manager: User
) -> None:
    with pytest.raises(Refused, match=r"^(Say|Enter)"):
        getattr(actions, step)(release=published, by=manager, at=ANNOUNCED, **words)


def test_an_update_reaches_who_was_told(published: Release, manager: User, nurse: User) -> None:
    actions.post_update(release=published, text="All is ready", by=manager, at=ANNOUNCED)

    update = published.updates.get(stage="update")
    assert (update.text, update.author_role) == ("All is ready.", "IT manager")
    assert told(nurse) == [f"Update: {published.title}"]
    assert verbs(published)[-1] == "release.updated"


def test_changing_a_published_notice_tells_the_new_times(
    published: Release, manager: User, nurse: User, story: dict[str, Any], ers: Service
) -> None:
    later = Range(FOUR_PM + HOUR, BACK, "[)")
    new = story | {"outages": [actions.Outage(ers, "down", later)], "work": Range(later.lower, DONE, "[)")}

    actions.revise(release=published, version=published.version, by=manager, at=ANNOUNCED, **new)

    assert told(nurse) == [f"Changed: {published.title}"]
    update = published.updates.get(stage="changed")
    assert update.text.startswith("New times: 5pm on Friday 1 November to 12:44am")
    assert [outage.span for outage in published.disruptions.all()] == [later]


def test_a_change_that_staff_do_not_see_is_not_told(
    published: Release, manager: User, nurse: User, story: dict[str, Any]
) -> None:
    version = published.version

    actions.revise(release=published, version=version, reason="Because", by=manager, at=ANNOUNCED, **story)

    assert told(nurse) == []
    assert published.version == version + 1


def test_a_stale_form_does_not_overwrite(drafted: Release, manager: User, story: dict[str, Any]) -> None:
    seen = drafted.version
    actions.revise(
        release=drafted, version=seen, by=manager, at=ANNOUNCED, **story | {"title": "Release 14.8"}
    )

    with pytest.raises(Conflict, match="while you were writing"):
        actions.revise(release=drafted, version=seen, by=manager, at=ANNOUNCED, **story)

    drafted.refresh_from_db()
    assert drafted.title == "Release 14.8"


def test_a_release_that_has_begun_is_not_rewritten(
    published: Release, manager: User, story: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match="has begun or is over"):
        actions.revise(release=published, version=published.version, by=manager, at=FOUR_PM, **story)


def test_buttons_work_though_no_worker_wrote_the_start(published: Release, manager: User) -> None:
    actions.come_back(release=published, by=manager, at=BACK)

    assert actual_of(published) == [OUTAGE, OUTAGE]
    assert (published.started_at, published.state) == (FOUR_PM, "checking")
    assert verbs(published)[-2:] == ["release.started", "release.back"]


def test_two_outages_of_one_service_may_follow_each_other(manager: User, ers: Service) -> None:
    first, second = Range(FOUR_PM, FOUR_PM + HOUR, "[)"), Range(BACK - HOUR, BACK, "[)")
    outages = [actions.Outage(ers, "down", first), actions.Outage(ers, "down", second)]
    release = actions.draft(by=manager, at=ANNOUNCED, title="Twice", outages=outages, contact="ext 5000")
    actions.publish(release=release, by=manager, at=ANNOUNCED)
    actions.start(release=release, by=manager, at=FOUR_PM)

    with pytest.raises(Refused, match="next outage of NHS e-Referral Service begins at 11:36pm"):
        actions.extend(release=release, ends_at=BACK, reason="Slow", by=manager, at=FOUR_PM)
    actions.come_back(release=release, by=manager, at=FOUR_PM + HOUR)
    actions.go_on(release=release, at=BACK - HOUR + MINUTE)
    actions.come_back(release=release, by=manager, at=BACK)

    assert actual_of(release) == [first, second]


def test_a_service_that_nobody_uses_any_more_still_tells_its_people(
    published: Release, manager: User, nurse: User, story: dict[str, Any]
) -> None:
    actions.post_update(release=published, text="Soon", by=manager, at=ANNOUNCED)
    other = ServiceFactory(name="Pharmacy")
    new = story | {"outages": [actions.Outage(other, "down", OUTAGE)]}

    actions.revise(release=published, version=published.version, by=manager, at=ANNOUNCED, **new)

    assert told(nurse)[-1].startswith("Changed")
