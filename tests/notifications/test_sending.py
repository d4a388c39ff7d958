"""Deliveries leave by a real mail server: once, later or not at all, and it is known which."""

import threading
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.notifications.actions.sending import (
    ATTEMPTS,
    FIRST_WAIT,
    JITTER,
    LEASE,
    LONGEST_WAIT,
    begin,
    claim_due,
    recover_lost,
    settle,
    wait_after,
)
from continuity.notifications.actions.telling import GATHER
from continuity.notifications.channels import Fate, Outcome
from continuity.notifications.channels.email import Postman
from continuity.notifications.delivering import deliver_batch
from continuity.notifications.models import Channel, Delivery, Message
from continuity.notifications.tasks import deliver_due
from tests.factories import UserFactory
from tests.notifications.conftest import Desk, say, states, wants

pytestmark = pytest.mark.django_db
SENDING, QUEUED, SENT, FAILED, UNKNOWN = "sending", "queued", "sent", "failed", "unknown"


@pytest.fixture
def letter(manager: User) -> Delivery:
    """One email that is due."""
    wants(manager, Channel.EMAIL)
    say(about=manager)
    return Delivery.objects.get()


def text_of(got: EmailMessage) -> str:
    """The plain text of a letter."""
    part = got.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


def many(count: int) -> None:
    """So many emails that are due, each to somebody else."""
    for _ in range(count):
        wants(UserFactory.create(), Channel.EMAIL)
    say(about=User.objects.order_by("pk")[0])


def deliver_when_due() -> None:
    """Let the waits pass, then deliver."""
    Delivery.objects.filter(state=QUEUED).update(due_at=now())
    deliver_due()


def test_a_letter_says_it_links_and_knows_itself(desk: Desk, letter: Delivery, settings: Any) -> None:
    settings.PUBLIC_URL = "https://continuity.ashcombe.example"

    deliver_due()

    (got,) = desk.letters
    letter.refresh_from_db()
    assert letter.state == SENT
    assert letter.sent_at is not None
    assert (got["To"], got["Subject"]) == ("manager@ashcombe.example", "e-RS is not available")
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Message-ID"].startswith(f"<delivery.{letter.pk}.")
    assert "You cannot use e-RS from 4pm." in text_of(got)
    assert "https://continuity.ashcombe.example/releases/REL-2024-001/" in text_of(got)
    assert "https://continuity.ashcombe.example/inbox/choices/" in text_of(got)


def test_a_batch_goes_over_one_connection(desk: Desk) -> None:
    many(5)

    deliver_due()

    assert states() == [SENT] * 5
    assert desk.lines == 1


def test_delivering_twice_sends_once(desk: Desk, letter: Delivery) -> None:
    deliver_due()
    deliver_due()

    assert len(desk.letters) == 1


def test_what_the_server_refuses_for_good_fails_and_says_why(desk: Desk) -> None:
    many(3)
    desk.at_rcpt = ["250", "550 5.1.1 Nobody of that name here"]

    deliver_due()
    deliver_when_due()

    assert states() == [SENT, FAILED, SENT]
    failed = Delivery.objects.get(state=FAILED)
    assert failed.fault == "The mail server said: 550 5.1.1 Nobody of that name here"
    assert failed.attempts == 1


def test_a_text_the_server_refuses_for_good_fails(desk: Desk, letter: Delivery) -> None:
    desk.at_data = ["554 No"]

    deliver_due()

    assert states() == [FAILED]


def test_what_the_server_puts_off_is_tried_again_later(desk: Desk, letter: Delivery) -> None:
    desk.at_data = ["451 Not now"]
    at = now()

    deliver_due()

    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (QUEUED, 1)
    assert letter.due_at >= at + FIRST_WAIT * (1 - JITTER)
    deliver_when_due()
    assert states() == [SENT]
    assert len(desk.letters) == 1


def test_a_server_that_closes_the_line_gets_the_rest_by_another(desk: Desk) -> None:
    many(3)
    desk.at_rcpt = ["421 Closing"]

    deliver_due()
    deliver_when_due()

    assert states() == [SENT] * 3
    assert desk.lines == 3  # the one it closed, another for the rest of the batch, one for what was put off


def test_no_server_at_all_costs_nothing_but_time(no_desk: None, letter: Delivery) -> None:
    deliver_due()

    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (QUEUED, 1)
    assert letter.fault == "The mail server cannot be reached."


def test_while_no_server_is_there_what_waits_behind_keeps_its_attempts(no_desk: None) -> None:
    many(120)

    deliver_due()

    assert states() == [QUEUED] * 120
    # The first of a batch tries; the rest of it and what waits behind keep their attempts.
    assert Delivery.objects.filter(attempts=0, due_at__gt=now()).count() == 119


def test_trying_ends(desk: Desk, letter: Delivery) -> None:
    desk.at_data = ["451 Not now"] * ATTEMPTS

    for _ in range(ATTEMPTS + 2):
        deliver_when_due()

    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (FAILED, ATTEMPTS)
    assert letter.fault == "The mail server said: 451 Not now"


def test_a_line_that_breaks_after_data_leaves_it_unknown_and_nothing_is_sent_again(
    desk: Desk, letter: Delivery
) -> None:
    desk.breaks_off = True
    deliver_due()
    desk.breaks_off = False

    deliver_when_due()

    letter.refresh_from_db()
    assert letter.state == UNKNOWN
    assert "stopped answering" in letter.fault
    assert desk.letters == []


def test_an_address_that_cannot_be_written_to_does_not_hold_up_the_others(desk: Desk) -> None:
    many(2)
    Delivery.objects.filter(pk=Delivery.objects.order_by("pk")[0].pk).update(
        address="two\nlines@ashcombe.example"
    )

    deliver_due()

    assert states() == [FAILED, SENT]


def test_a_title_of_two_lines_is_a_subject_of_one(desk: Desk, letter: Delivery) -> None:
    Message.objects.update(title="e-RS is back\nBcc: everyone@ashcombe.example")

    deliver_due()

    assert desk.letters[0]["Subject"] == "e-RS is back Bcc: everyone@ashcombe.example"
    assert desk.letters[0]["Bcc"] is None


def test_a_worker_that_died_while_sending_leaves_it_unknown(desk: Desk, letter: Delivery) -> None:
    at = now()
    (taken,) = claim_due(channel=Channel.EMAIL, at=at, limit=1)
    begin(delivery=taken, at=at)

    recover_lost(at=at + LEASE - timedelta(seconds=1))
    in_time = states()
    recover_lost(at=at + LEASE)
    deliver_when_due()

    assert in_time == [SENDING]
    assert states() == [UNKNOWN]
    assert desk.letters == []


def test_a_worker_that_died_before_sending_leaves_it_waiting(desk: Desk, letter: Delivery) -> None:
    at = now()
    claim_due(channel=Channel.EMAIL, at=at, limit=1)

    recover_lost(at=at + LEASE)
    deliver_when_due()

    assert states() == [SENT]
    assert len(desk.letters) == 1


def test_a_worker_whose_lease_ran_out_does_not_begin(letter: Delivery) -> None:
    at = now()
    (slow,) = claim_due(channel=Channel.EMAIL, at=at, limit=1)
    recover_lost(at=at + LEASE)
    (quick,) = claim_due(channel=Channel.EMAIL, at=at + LEASE, limit=1)

    assert not begin(delivery=slow, at=at + LEASE)
    assert begin(delivery=quick, at=at + LEASE)
    assert not begin(delivery=quick, at=at + LEASE)


def test_a_letter_that_became_anothers_stops_before_it_is_taken_and_the_next_goes(desk: Desk) -> None:
    many(2)
    at = now() + GATHER
    lost, kept = claim_due(channel=Channel.EMAIL, at=at, limit=2)
    Delivery.objects.filter(pk=lost.pk).update(leased_until=at + 2 * LEASE)

    with Postman() as postman:
        deliver_batch(Channel.EMAIL, [lost, kept], postman)

    assert [got["To"] for got in desk.letters] == [kept.address]
    assert states() == ([SENDING, SENT] if lost.pk < kept.pk else [SENT, SENDING])


def test_what_comes_of_it_after_the_lease_stays_with_the_person_who_looks(letter: Delivery) -> None:
    at = now()
    (slow,) = claim_due(channel=Channel.EMAIL, at=at, limit=1)
    begin(delivery=slow, at=at)
    recover_lost(at=at + LEASE)

    settle(delivery=slow, outcome=Outcome(Fate.SENT), at=at + LEASE)

    assert states() == [UNKNOWN]


def test_the_longest_waiting_goes_first_and_no_more_than_wanted(at: datetime) -> None:
    many(3)
    last = Delivery.objects.order_by("pk")[2]
    Delivery.objects.filter(pk=last.pk).update(due_at=at - timedelta(hours=1))

    taken = claim_due(channel=Channel.EMAIL, at=at + GATHER, limit=2)

    assert [delivery.pk for delivery in taken] == [last.pk, Delivery.objects.order_by("pk")[0].pk]
    assert states().count(SENDING) == 2


@given(attempts=st.integers(1, 1000), chance=st.floats(0, 1))
def test_waits_grow_up_to_a_limit_and_are_spread(attempts: int, chance: float) -> None:
    wait = wait_after(attempts, chance)

    assert FIRST_WAIT * (1 - JITTER) <= wait <= LONGEST_WAIT * (1 + JITTER)


def test_a_wait_is_twice_the_one_before() -> None:
    waits = [wait_after(attempts, 0.5) for attempts in range(1, ATTEMPTS)]

    assert [wait.total_seconds() for wait in waits[:4]] == [30, 60, 120, 240]
    assert sum(waits, timedelta()) > timedelta(hours=4)


@pytest.mark.django_db(transaction=True)
def test_a_claim_goes_round_what_another_worker_holds(at: datetime) -> None:
    many(6)
    held = list(Delivery.objects.order_by("pk").values_list("pk", flat=True)[:4])
    taken: list[int] = []

    def claim() -> None:
        taken.extend(delivery.pk for delivery in claim_due(channel=Channel.EMAIL, at=at + GATHER, limit=6))
        connection.close()

    with transaction.atomic():
        list(Delivery.objects.filter(pk__in=held).select_for_update())
        other = threading.Thread(target=claim)
        other.start()
        other.join(10)

    assert len(taken) == 2
    assert not set(taken) & set(held)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_take_the_same(at: datetime) -> None:
    many(40)
    both = threading.Barrier(2)
    taken: list[int] = []

    def claim() -> None:
        both.wait(10)
        for _ in range(10):
            taken.extend(
                delivery.pk for delivery in claim_due(channel=Channel.EMAIL, at=at + GATHER, limit=3)
            )
        connection.close()

    workers = [threading.Thread(target=claim) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)

    assert sorted(taken) == sorted(Delivery.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_what_is_claimed_is_committed_before_anything_is_sent(at: datetime) -> None:
    many(1)

    with pytest.raises(RuntimeError), transaction.atomic():
        claim_due(channel=Channel.EMAIL, at=at + GATHER, limit=1)


@pytest.mark.django_db(transaction=True)
def test_a_publication_that_is_rolled_back_tells_nobody(manager: User) -> None:
    wants(manager, Channel.PORTAL, Channel.EMAIL)

    with transaction.atomic():
        say(about=manager)
        transaction.set_rollback(True)

    assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)
