"""Areas are asked whether they are ready, answer once in one of four ways, and are reminded until they have."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Area, Dependency, Service
from continuity.core.clock import days_before, now
from continuity.core.ledger import SYSTEM, Name, lines_about
from continuity.core.models import Line
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.actions import close_call, confirm_ready, open_call, remind, widen_call
from continuity.notifications.actions.calling import reminders_of
from continuity.notifications.actions.confirming import by_link, by_person, on_behalf, on_own_computer
from continuity.notifications.audience import Audience
from continuity.notifications.models import Call, Confirmation, Delivery, Message, Reminder
from continuity.notifications.tasks import remind_due
from tests.factories import STORY_BEGINS, AreaFactory, ServiceFactory
from tests.racing import race

pytestmark = pytest.mark.django_db
WORK = Name("releases.release", "7", "REL-2024-071")
ENDS = STORY_BEGINS + timedelta(hours=8, minutes=36)
ANNOUNCED = STORY_BEGINS - timedelta(days=21)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ers(db: None) -> Service:
    return ServiceFactory(key="ers", name="NHS e-Referral Service")


@pytest.fixture
def ward(ers: Service) -> Area:
    return area("ward-3", "Ward 3", ers, phone="ext 5121")


@pytest.fixture
def clinic(ers: Service) -> Area:
    return area("eye-clinic", "Eye clinic", ers)


def area(key: str, name: str, *services: Service, phone: str = "") -> Area:
    made: Area = AreaFactory.create(key=key, name=name, email=f"{key}@ashcombe.example", phone=phone)
    made.services.set(services)
    return made


def ask(audience: Audience, **changes: Any) -> Call | None:
    asked: dict[str, Any] = {
        "subject": WORK,
        "title": "e-RS release 14.7",
        "notice": "You cannot use e-RS from 4pm.",
        "url": "/releases/REL-2024-071/",
        "starts_at": STORY_BEGINS,
        "ends_at": ENDS,
        "owner": None,
        "audience": audience,
        "by": SYSTEM,
        "at": ANNOUNCED,
    }
    return open_call(**{**asked, **changes})


def asked_of(service: Service, **changes: Any) -> Call:
    call = ask(Audience(services=frozenset({service.pk}), tells_areas=True), **changes)
    assert call is not None
    return call


@pytest.fixture
def call(ers: Service, ward: Area, clinic: Area) -> Call:
    return asked_of(ers)


def areas_of(call: Call) -> list[str]:
    return list(call.confirmations.values_list("area__key", flat=True))


def told(call: Call) -> list[tuple[str, list[str]]]:
    """Title by title, oldest first, who was told of it."""
    found = Message.objects.about(call.subject_kind, call.subject_ref).order_by("pk")
    return [
        (message.title, sorted(str(each.recipient) for each in message.deliveries.all())) for message in found
    ]


class TestOpening:
    def test_areas_that_use_the_service_or_what_needs_it_are_asked(self, ers: Service, ward: Area) -> None:
        polling = ServiceFactory.create(key="slot-polling")
        Dependency.objects.create(service=polling, on=ers, kind="degrades")
        area("booking", "Booking office", polling)
        area("kitchen", "Kitchen")

        assert areas_of(asked_of(ers)) == ["booking", "ward-3"]

    def test_areas_named_are_asked_whether_or_not_they_use_it(self, ward: Area) -> None:
        kitchen = area("kitchen", "Kitchen")

        call = ask(Audience(areas=frozenset({kitchen.pk})))

        assert call is not None
        assert areas_of(call) == ["kitchen"]

    def test_the_areas_are_frozen(self, call: Call, ers: Service) -> None:
        area("new-ward", "New ward", ers)

        assert areas_of(call) == ["eye-clinic", "ward-3"]

    def test_a_new_call_closes_the_one_before_and_asks_everybody_again(
        self, call: Call, ers: Service, ward: Area
    ) -> None:
        confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED)

        again = asked_of(ers, starts_at=STORY_BEGINS + DAY, ends_at=ENDS + DAY, at=ANNOUNCED + HOUR)

        call.refresh_from_db()
        assert (again.number, call.closed_at) == (2, ANNOUNCED + HOUR)
        assert again.confirmations.missing().count() == 2
        assert not call.reminders.exists()

    def test_one_asked_later_is_reminded_of_what_is_still_ahead(self, ers: Service) -> None:
        call = asked_of(ers)
        kitchen = Audience(areas=frozenset({area("kitchen", "Kitchen").pk}))

        widen_call(subject=WORK, audience=kitchen, by=SYSTEM, at=STORY_BEGINS - 2 * DAY)
        widen_call(subject=WORK, audience=kitchen, by=SYSTEM, at=STORY_BEGINS - DAY)

        assert call.confirmations.get().asked_at == STORY_BEGINS - 2 * DAY
        assert set(call.reminders.values_list("what", flat=True)) == {"day", "hours", "owner"}
        assert [line.verb for line in lines_about(call)] == ["call.opened", "call.widened"]

    @pytest.mark.parametrize("end", ["closed", "begun"])
    def test_a_call_that_is_over_asks_nobody_more(self, end: str, call: Call) -> None:
        kitchen = Audience(areas=frozenset({area("kitchen", "Kitchen").pk}))
        if end == "closed":
            close_call(subject=WORK, by=SYSTEM, at=ANNOUNCED + HOUR)

        at = STORY_BEGINS if end == "begun" else ANNOUNCED + 2 * HOUR
        widen_call(subject=WORK, audience=kitchen, by=SYSTEM, at=at)

        assert areas_of(call) == ["eye-clinic", "ward-3"]

    def test_nobody_is_asked_about_work_that_has_begun(self, ers: Service, ward: Area) -> None:
        assert ask(Audience(areas=frozenset({ward.pk})), at=STORY_BEGINS) is None

    def test_opening_and_closing_leave_their_lines(self, call: Call, manager: User) -> None:
        close_call(subject=WORK, by=manager, at=ANNOUNCED + HOUR)
        close_call(subject=WORK, by=manager, at=ANNOUNCED + HOUR)

        assert [line.verb for line in lines_about(call)] == ["call.opened", "call.closed"]

    def test_without_areas_nobody_is_reminded(self, ers: Service) -> None:
        assert not asked_of(ers).reminders.exists()


class TestConfirming:
    def test_the_ways_say_who_and_how(
        self, ers: Service, ward: Area, clinic: Area, clinician: User, manager: User
    ) -> None:
        office, kitchen = area("office", "Office", ers), area("kitchen", "Kitchen", ers)
        call = asked_of(ers)
        letter = letter_to(kitchen)

        ways = [
            (ward, on_own_computer("  Nurse in   charge ")),
            (clinic, by_person(clinician)),
            (office, on_behalf(manager, told_by="Receptionist")),
            (kitchen, by_link(letter)),
        ]
        said = [confirm_ready(call=call, area=each, saying=way, at=ANNOUNCED).by_words for each, way in ways]

        assert said == [
            "Nurse in charge, on the area's own computer",
            "Ward sister",
            "IT manager, on behalf of the area, told by Receptionist",
            "by link sent to kitchen@ashcombe.example",
        ]
        assert not call.confirmations.missing().exists()

    def test_it_leaves_a_line_that_says_how_and_keeps_no_words(self, call: Call, ward: Area) -> None:
        confirmation = confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED)

        (line,) = lines_about(confirmation)
        assert (line.verb, line.to, line.subject_label) == ("area.confirmed", "kiosk", "REL-2024-071: ward-3")
        assert line.words_digest

    def test_the_first_counts_and_the_second_is_told_who(
        self, call: Call, ward: Area, clinician: User
    ) -> None:
        confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse in charge"), at=ANNOUNCED)

        with pytest.raises(
            Conflict, match=r"Ward 3 is confirmed already: Nurse in charge, on the area's own"
        ) as no:
            confirm_ready(call=call, area=ward, saying=by_person(clinician), at=ANNOUNCED + HOUR)

        assert "Friday 11 October 2024" in str(no.value)
        assert Line.objects.filter(verb="area.confirmed").count() == 1

    def test_only_publishers_speak_for_an_area(self, clinician: User) -> None:
        with pytest.raises(Forbidden, match="on behalf"):
            on_behalf(clinician, told_by="Receptionist")

    @pytest.mark.parametrize("role", ["", "  "])
    def test_a_role_is_needed(self, role: str) -> None:
        with pytest.raises(Refused):
            on_own_computer(role)

    def test_an_area_that_was_not_asked_has_nothing_to_confirm(self, call: Call) -> None:
        with pytest.raises(Refused, match="Kitchen is not asked"):
            confirm_ready(
                call=call, area=area("kitchen", "Kitchen"), saying=on_own_computer("Cook"), at=ANNOUNCED
            )

    def test_the_old_notice_cannot_be_confirmed_once_there_is_a_new_one(
        self, call: Call, ers: Service, ward: Area
    ) -> None:
        asked_of(ers, starts_at=STORY_BEGINS + DAY, ends_at=ENDS + DAY, at=ANNOUNCED + HOUR)

        with pytest.raises(Conflict, match="now planned from 4pm on Saturday 2 November"):
            confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED + 2 * HOUR)

    def test_what_is_off_cannot_be_confirmed(self, call: Call, ward: Area) -> None:
        close_call(subject=WORK, by=SYSTEM, at=ANNOUNCED + HOUR)

        with pytest.raises(Conflict, match="no longer planned"):
            confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED + 2 * HOUR)

    def test_it_is_too_late_once_the_work_has_begun(self, call: Call, ward: Area) -> None:
        with pytest.raises(Conflict, match="began at 4pm on Friday 1 November 2024"):
            confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse"), at=STORY_BEGINS)


def letter_to(place: Area) -> Delivery:
    """An email about the work to an area's mailbox."""
    message = Message.objects.create(
        key=f"letter to {place.key}",
        kind="planned_work",
        subject_kind=WORK.kind,
        subject_ref=WORK.label,
        title="Planned work",
        body="You cannot use e-RS.",
        url="/releases/REL-2024-071/",
        created_at=ANNOUNCED,
    )
    made: Delivery = message.deliveries.create(
        area=place, channel="email", address=place.email, state="sent", due_at=ANNOUNCED
    )
    return made


def london(year: int, month: int, day: int, hour: int, minute: int = 0, offset: int = 0) -> datetime:
    """A wall-clock time, `offset` hours ahead of UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=offset)


class TestWhenRemindersAreDue:
    @pytest.mark.parametrize(
        ("starts_at", "week", "day"),
        [
            # No change between.
            (london(2024, 11, 8, 16), london(2024, 11, 1, 16), london(2024, 11, 7, 16)),
            # Clocks went back on 27 October 2024: the week's reminder is in summer time.
            (london(2024, 11, 1, 16), london(2024, 10, 25, 16, offset=1), london(2024, 10, 31, 16)),
            (
                london(2024, 10, 27, 16),
                london(2024, 10, 20, 16, offset=1),
                london(2024, 10, 26, 16, offset=1),
            ),
            # Work in the second of the two hours from 1am to 2am; the day before has one.
            (london(2024, 10, 27, 1, 30), london(2024, 10, 20, 1, 30, 1), london(2024, 10, 26, 1, 30, 1)),
            # The reminder falls into the hour that happens twice: the first of the two.
            (london(2024, 10, 28, 1, 30), london(2024, 10, 21, 1, 30, 1), london(2024, 10, 27, 1, 30, 1)),
            # Clocks went forward on 31 March 2024.
            (london(2024, 4, 1, 16, offset=1), london(2024, 3, 25, 16), london(2024, 3, 31, 16, offset=1)),
            (london(2024, 3, 31, 16, offset=1), london(2024, 3, 24, 16), london(2024, 3, 30, 16)),
            # 1:30am did not happen on 31 March: it was 2:30am when it would have come.
            (london(2024, 4, 1, 1, 30, 1), london(2024, 3, 25, 1, 30), london(2024, 3, 31, 2, 30, 1)),
        ],
    )
    def test_days_are_counted_as_clocks_show_them(
        self, starts_at: datetime, week: datetime, day: datetime
    ) -> None:
        due = list(reminders_of(starts_at))

        assert due == [
            ("week", week),
            ("day", day),
            ("hours", starts_at - 2 * HOUR),
            ("owner", day),
            ("owner", starts_at - 2 * HOUR),
        ]

    def test_two_hours_are_two_hours_also_while_the_clocks_change(self) -> None:
        starts_at = london(2024, 10, 27, 2)  # 2am GMT; the clocks showed 1am twice before it

        assert dict(reminders_of(starts_at))["hours"] == london(2024, 10, 27, 1, offset=1)

    def test_days_before_keeps_seconds_and_zone(self) -> None:
        assert days_before(datetime(2024, 11, 1, 16, 0, 7, tzinfo=UTC), 0) == datetime(
            2024, 11, 1, 16, 0, 7, tzinfo=UTC
        )

    def test_only_what_is_still_ahead_is_written(self, ers: Service, ward: Area) -> None:
        late = asked_of(ers, at=STORY_BEGINS - 3 * HOUR)

        assert list(late.reminders.values_list("what", flat=True).order_by("what")) == ["hours", "owner"]


class TestReminding:
    def test_a_week_before_only_those_missing_are_asked(self, call: Call, ward: Area) -> None:
        confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED)

        remind(call=call, at=STORY_BEGINS - 7 * DAY + HOUR)

        assert told(call) == [("Please confirm: e-RS release 14.7", ["Eye clinic"])]

    def test_it_says_what_when_and_where(self, call: Call) -> None:
        remind(call=call, at=STORY_BEGINS - 6 * DAY)

        message = Message.objects.get()
        assert "from 4pm on Friday 1 November to 12:36am on Saturday 2 November 2024" in message.body
        assert "confirm before 4pm on Friday 1 November 2024" in message.body
        assert (message.url, message.stale_at) == ("/releases/REL-2024-071/", STORY_BEGINS)

    def test_two_hours_before_every_area_hears_and_the_owner_who_is_missing(
        self, call: Call, ward: Area, clinic: Area, manager: User
    ) -> None:
        Call.objects.update(owner=manager)
        Reminder.objects.exclude(due_at=STORY_BEGINS - 2 * HOUR).delete()
        confirm_ready(call=call, area=clinic, saying=on_own_computer("Nurse"), at=ANNOUNCED)

        remind(call=call, at=STORY_BEGINS - 2 * HOUR)

        assert told(call) == [
            ("Starting soon: e-RS release 14.7", ["Eye clinic", "Ward 3"]),
            ("1 of 2 areas has not confirmed: e-RS release 14.7", ["IT manager", "IT manager"]),
        ]
        assert "- Ward 3, ext 5121" in Message.objects.order_by("pk")[1].body

    def test_without_an_owner_those_who_publish_hear_who_is_missing(
        self, call: Call, manager: User, clinician: User
    ) -> None:
        remind(call=call, at=STORY_BEGINS - DAY)

        assert told(call)[1] == (
            "2 of 2 areas have not confirmed: e-RS release 14.7",
            ["IT manager", "IT manager"],
        )

    def test_nobody_is_told_that_nobody_is_missing(self, call: Call, ward: Area, clinic: Area) -> None:
        for each in (ward, clinic):
            confirm_ready(call=call, area=each, saying=on_own_computer("Nurse"), at=ANNOUNCED)

        remind(call=call, at=STORY_BEGINS - DAY)

        assert told(call) == []

    def test_what_came_late_is_said_once_for_all(self, call: Call, manager: User) -> None:
        remind(call=call, at=STORY_BEGINS - MINUTE)

        assert [title.split(":")[0] for title, _ in told(call)] == [
            "Starting soon",
            "2 of 2 areas have not confirmed",
        ]

    @pytest.mark.parametrize("late", [timedelta(0), DAY])
    def test_nothing_is_said_once_the_work_has_begun(self, call: Call, late: timedelta) -> None:
        remind(call=call, at=STORY_BEGINS + late)

        assert told(call) == []
        assert not Reminder.objects.filter(done_at=None).exists()

    def test_nothing_is_said_of_a_call_that_was_closed(self, call: Call) -> None:
        close_call(subject=WORK, by=SYSTEM, at=ANNOUNCED)

        remind(call=call, at=STORY_BEGINS - DAY)

        assert told(call) == []

    def test_the_task_reminds_what_is_due_and_again_nothing(
        self, ers: Service, ward: Area, manager: User
    ) -> None:
        soon = asked_of(ers, at=now(), starts_at=now() + 3 * HOUR, ends_at=now() + 4 * HOUR)
        soon.reminders.update(due_at=now() - MINUTE)

        remind_due()
        remind_due()

        assert len(told(soon)) == 2


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_who_confirm_at_once_one_is_first(self, call: Call, ward: Area, clinician: User) -> None:
        ways = (on_own_computer("Nurse"), by_person(clinician))

        answers = race(
            *(lambda way=way: confirm_ready(call=call, area=ward, saying=way, at=ANNOUNCED) for way in ways)
        )

        assert {type(answer) for answer in answers} == {Confirmation, Conflict}
        assert Line.objects.filter(verb="area.confirmed").count() == 1

    def test_four_workers_remind_once(self, call: Call, manager: User) -> None:
        race(*[lambda: remind(call=call, at=STORY_BEGINS - DAY)] * 4)

        assert [len(whom) for _, whom in told(call)] == [2, 2]

    def test_a_worker_that_dies_leaves_the_reminder_to_the_next(self, call: Call, manager: User) -> None:
        with transaction.atomic():
            remind(call=call, at=STORY_BEGINS - DAY)
            transaction.set_rollback(True)
        assert told(call) == []

        remind(call=call, at=STORY_BEGINS - DAY)

        assert len(told(call)) == 2

    def test_new_times_wait_for_a_confirmation_and_ask_again(
        self, call: Call, ers: Service, ward: Area
    ) -> None:
        answers = race(
            lambda: confirm_ready(call=call, area=ward, saying=on_own_computer("Nurse"), at=ANNOUNCED + HOUR),
            lambda: asked_of(ers, starts_at=STORY_BEGINS + DAY, ends_at=ENDS + DAY, at=ANNOUNCED + HOUR),
        )

        assert isinstance(answers[0], Confirmation | Conflict)
        assert answers[1].confirmations.missing().count() == 2
