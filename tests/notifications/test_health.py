"""How channels do, tests by each, and that the room notices when nothing goes out."""

from datetime import timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.core.models import Line
from continuity.notifications.actions.watching import beat, sweep
from continuity.notifications.models import Channel, ChannelHealth, Delivery, Message, Preference, Pulse
from continuity.notifications.tasks import deliver_due, say_it_works
from continuity.notifications.watch import LATE_AFTER, SILENT_AFTER, late, trouble
from tests.factories import ImpactFactory, ServiceFactory, UserFactory
from tests.notifications.conftest import Desk, say, states, wants

pytestmark = pytest.mark.django_db
PAGE = "/inbox/channels/"
SECOND = timedelta(seconds=1)
# Who may neither look after channels nor publish.
OTHERS = ["clinician", "lead", "commander", "stranger"]


@pytest.fixture
def letter(manager: User) -> Delivery:
    """One email that is due, while no worker runs."""
    wants(manager, Channel.EMAIL)
    say(about=manager)
    Delivery.objects.update(due_at=now())
    return Delivery.objects.get()


def waited(span: timedelta) -> None:
    Delivery.objects.filter(state="queued").update(due_at=now() - span)


def settled(person: User, **wishes: Any) -> None:
    Preference.objects.update_or_create(person=person, defaults=wishes)


class TestNoticing:
    """The room watches itself."""

    def test_what_is_due_for_a_while_and_not_taken_is_late(self, letter: Delivery) -> None:
        due = letter.due_at

        assert not late(due + LATE_AFTER - SECOND)
        assert (late(due + LATE_AFTER).waiting, late(due + LATE_AFTER).since) == (1, due)

    def test_what_is_not_due_yet_is_not_late(self, letter: Delivery) -> None:
        Delivery.objects.update(due_at=now() + timedelta(hours=1))

        assert not late(now())

    def test_a_long_queue_that_moves_is_not_late(self, letter: Delivery) -> None:
        waited(LATE_AFTER)
        ChannelHealth.objects.filter(channel=Channel.EMAIL).update(last_sent_at=now() - SECOND)

        assert not late(now())

    def test_a_queue_of_which_some_is_being_sent_is_not_late(self, letter: Delivery) -> None:
        wants(UserFactory.create(), Channel.EMAIL)
        say(about=letter.person, key="another")
        waited(LATE_AFTER)
        first = Delivery.objects.filter(state="queued").order_by("pk")[0]
        Delivery.objects.filter(pk=first.pk).update(state="sending", leased_until=now() + LATE_AFTER)

        assert not late(now())

    def test_another_channel_that_moves_excuses_nothing(self, letter: Delivery) -> None:
        waited(LATE_AFTER)
        ChannelHealth.objects.filter(channel=Channel.SMS).update(last_sent_at=now())

        assert late(now())

    def test_the_worker_is_silent_after_a_while(self) -> None:
        at = now()
        beat(at=at)

        assert not trouble(at + SILENT_AFTER - SECOND)
        assert trouble(at + SILENT_AFTER).silent_since == at

    def test_a_worker_that_works_again_is_heard(self) -> None:
        beat(at=now() - timedelta(hours=1))

        say_it_works()

        assert not trouble(now())
        assert Pulse.objects.count() == 1


class TestTelling:
    """Those who look after channels are told, once an episode."""

    def alarms(self) -> int:
        return Message.objects.filter(key__startswith="portal:late:").count()

    def test_late_messages_are_told_to_it_once(self, letter: Delivery, administrator: User) -> None:
        waited(LATE_AFTER)
        beat(at=now())

        sweep(at=now())
        sweep(at=now())

        told = Delivery.objects.get(message__title="Messages are not going out")
        assert (told.person, told.channel, told.state) == (administrator, "portal", "sent")
        assert "1 message has waited since" in told.message.body
        assert self.alarms() == 1

    def test_the_next_time_they_are_told_again(
        self, letter: Delivery, administrator: User, desk: Desk
    ) -> None:
        waited(LATE_AFTER)
        beat(at=now())
        sweep(at=now())
        deliver_due()
        sweep(at=now())
        say(about=administrator, key="another")
        waited(LATE_AFTER)
        ChannelHealth.objects.update(last_sent_at=None)

        sweep(at=now())

        assert self.alarms() == 2

    def test_nothing_late_tells_nobody(self, administrator: User, letter: Delivery) -> None:
        say_it_works()

        assert self.alarms() == 0

    def test_the_board_says_so_to_it_while_no_worker_runs(
        self, as_: Any, manager: User, letter: Delivery
    ) -> None:
        waited(timedelta(minutes=10))

        page = as_(manager).get("/")

        assert "Messages are not going out." in page.text
        assert "1 message has waited since" in page.text
        assert "The worker was never heard of." in page.text

    def test_the_board_says_since_when_the_worker_is_silent(
        self, as_: Any, administrator: User, letter: Delivery
    ) -> None:
        beat(at=now() - timedelta(minutes=5))

        page = as_(administrator).get("/")

        assert "The worker is silent since" in page.text
        assert PAGE in page.text

    @pytest.mark.parametrize("who", OTHERS)
    def test_others_see_the_board_alone(self, who: str, request: Any, as_: Any, letter: Delivery) -> None:
        waited(timedelta(minutes=10))

        assert "not going out" not in as_(request.getfixturevalue(who)).get("/").text

    def test_nobody_sees_it_without_logging_in(self, client: Any, trusted: None, letter: Delivery) -> None:
        waited(timedelta(minutes=10))

        assert "not going out" not in client.get("/").text

    def test_while_all_is_well_nothing_is_said(self, as_: Any, manager: User) -> None:
        say_it_works()

        assert "not going out" not in as_(manager).get("/").text


class TestHealthPage:
    """Each channel on one page."""

    def test_it_says_what_works_what_is_down_and_what_was_never_set_up(
        self, as_: Any, administrator: User, letter: Delivery
    ) -> None:
        ChannelHealth.objects.filter(channel=Channel.EMAIL).update(
            down_since=now() - timedelta(minutes=7), fault="The mail server cannot be reached."
        )

        page = as_(administrator).get(PAGE)

        assert "The mail server cannot be reached." in page.text
        assert "Down</strong> since" in page.text
        assert "Text messages are not set up." in page.text
        assert "1, the oldest since" in page.text
        assert "No program is told by it." in page.text

    def test_it_counts_what_failed_and_what_is_not_known(
        self, as_: Any, administrator: User, letter: Delivery
    ) -> None:
        Delivery.objects.update(state="failed")

        assert "1 failed, 0 not known" in as_(administrator).get(PAGE).text

    def test_its_queries_are_fixed(
        self, as_: Any, administrator: User, letter: Delivery, django_assert_num_queries: Any
    ) -> None:
        for health in ChannelHealth.objects.all():
            health.needs.add(ServiceFactory())
        client = as_(administrator)

        # session, user, permissions, queues, endpoints, channels with needs (2), late, pulse, channels with needs
        # for who is not reached (2), facts of the board (6), unread, banner (2)
        with django_assert_num_queries(20):
            client.get(PAGE)

    def test_the_rate_and_the_needs_are_changed(self, as_: Any, administrator: User) -> None:
        ers = ServiceFactory(key="nhsmail")

        answer = as_(administrator).post(f"{PAGE}email/", {"per_minute": "600", "needs": [ers.pk]})

        health = ChannelHealth.objects.get(channel=Channel.EMAIL)
        assert answer.status_code == 302
        assert health.per_minute == 600
        assert list(health.needs.all()) == [ers]
        assert Line.objects.filter(verb="channel.changed").count() == 1

    @pytest.mark.parametrize("rate", ["0", "-1", "fast", "1000000"])
    def test_a_rate_that_is_none_is_refused(self, rate: str, as_: Any, administrator: User) -> None:
        page = as_(administrator).post(f"{PAGE}email/", {"per_minute": rate})

        assert page.status_code == 422
        assert ChannelHealth.objects.get(channel=Channel.EMAIL).per_minute is None

    def test_it_says_who_may_not_be_reached_while_what_a_channel_needs_is_down(
        self, as_: Any, administrator: User
    ) -> None:
        mail = ServiceFactory(key="nhsmail", name="Trust email")
        ChannelHealth.objects.get(channel=Channel.EMAIL).needs.add(mail)
        ImpactFactory(service=mail)

        page = as_(administrator).get(PAGE)

        assert "Some may not be reached" in page.text
        assert "Email may not arrive: it needs" in page.text

    @pytest.mark.parametrize("who", OTHERS)
    def test_only_those_who_look_after_channels_see_it(self, who: str, request: Any, as_: Any) -> None:
        client = as_(request.getfixturevalue(who))

        assert client.get(PAGE).status_code == 403
        assert client.get(f"{PAGE}email/").status_code == 403
        assert client.post(f"{PAGE}email/", {"per_minute": "1"}).status_code == 403


class TestTrying:
    """Send me a test."""

    def test_a_test_by_email_goes_out_and_its_page_says_so(
        self, as_: Any, clinician: User, desk: Desk
    ) -> None:
        client = as_(clinician)

        sent = client.post(f"{PAGE}email/test/")
        before = client.get(sent.headers["Location"])
        deliver_due()
        after = client.get(sent.headers["Location"])

        assert [str(letter["Subject"]) for letter in desk.letters] == ["This is a test"]
        assert "Waiting</strong>" in before.text
        assert "Look again" in before.text
        assert "Sent</strong>" in after.text
        assert "hx-trigger" not in after.text.split('id="progress"')[1].split("</div>")[0]

    def test_a_test_in_the_portal_is_there_at_once(self, as_: Any, clinician: User) -> None:
        client = as_(clinician)

        sent = client.post(f"{PAGE}portal/test/", follow=True)

        assert "Open it" in sent.text
        assert "This is a test" in client.get("/inbox/").text

    def test_its_part_is_fetched_alone(self, as_: Any, clinician: User) -> None:
        client = as_(clinician)
        sent = client.post(f"{PAGE}email/test/")

        part = client.get(sent.headers["Location"], headers={"HX-Request": "true"})

        assert part.text.strip().startswith('<div id="progress"')
        assert "<html" not in part.text

    def test_a_second_press_shows_the_first(self, as_: Any, clinician: User) -> None:
        client = as_(clinician)

        first, second = client.post(f"{PAGE}email/test/"), client.post(f"{PAGE}email/test/")

        assert first.headers["Location"] == second.headers["Location"]
        assert states() == ["queued"]

    def test_without_a_number_no_text_can_be_tried(self, as_: Any, clinician: User) -> None:
        page = as_(clinician).post(f"{PAGE}sms/test/")

        assert page.status_code == 409
        assert "You have not said to which mobile number" in page.text

    def test_a_text_that_is_not_set_up_says_so(self, as_: Any, clinician: User) -> None:
        settled(clinician, mobile="07700900123")
        client = as_(clinician)

        sent = client.post(f"{PAGE}sms/test/")
        deliver_due()

        assert "Text messages are not set up on this portal." in client.get(sent.headers["Location"]).text

    def test_a_test_waits_for_no_quiet_hours_and_no_digest(
        self, as_: Any, clinician: User, desk: Desk
    ) -> None:
        settled(clinician, rhythm="daily", digest_at="07:00", quiet_from="00:00", quiet_until="23:59")

        as_(clinician).post(f"{PAGE}email/test/")
        deliver_due()

        assert states() == ["sent"]

    @pytest.mark.parametrize("channel", ["teams", "webhook", "pigeon"])
    def test_there_is_no_test_of_ones_own_by_another_channel(
        self, channel: str, as_: Any, clinician: User
    ) -> None:
        assert as_(clinician).post(f"{PAGE}{channel}/test/").status_code == 404

    def test_nobody_sees_the_test_of_another(self, as_: Any, clinician: User, manager: User) -> None:
        sent = as_(clinician).post(f"{PAGE}email/test/")

        assert as_(manager).get(sent.headers["Location"]).status_code == 404

    def test_a_test_goes_to_nobody_else(self, as_: Any, clinician: User, manager: User) -> None:
        wants(manager, Channel.EMAIL)

        as_(clinician).post(f"{PAGE}email/test/")

        assert [each.person for each in Delivery.objects.all()] == [clinician]
