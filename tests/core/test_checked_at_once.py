"""References that are checked once a statement hold as foreign keys do: of rows that come, change and go."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from continuity.accounts.models import User
from continuity.notifications.models import Channel, Delivery, Kind, Message
from tests.factories import STORY_BEGINS, UserFactory

pytestmark = pytest.mark.django_db
AT = STORY_BEGINS
MISSING = 1_000_000


@pytest.fixture
def message() -> Message:
    return Message.objects.create(key="said", kind=Kind.INCIDENT, title="Said", created_at=AT)


def delivery(message_id: int, person_id: int, channel: str = Channel.PORTAL) -> Delivery:
    return Delivery(message_id=message_id, person_id=person_id, channel=channel, due_at=AT)


def execute(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def at_the_commit() -> None:
    """Check now what is checked at the end of a transaction."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_rows_that_name_what_exists_are_taken_however_many(message: Message) -> None:
    people = UserFactory.create_batch(50)

    Delivery.objects.bulk_create(delivery(message.pk, person.pk) for person in people)

    assert Delivery.objects.count() == 50


def test_one_row_among_many_that_names_nobody_is_refused(message: Message) -> None:
    people = [*(person.pk for person in UserFactory.create_batch(50)), MISSING]

    with pytest.raises(IntegrityError, match="person_id"):
        Delivery.objects.bulk_create(delivery(message.pk, person) for person in people)


def test_a_row_of_a_message_that_is_not_there_is_refused() -> None:
    person = UserFactory.create()

    with pytest.raises(IntegrityError, match="message_id"):
        delivery(MISSING, person.pk).save()


def test_a_row_keeps_what_it_names(message: Message) -> None:
    first, other = UserFactory.create_batch(2)
    delivery(message.pk, first.pk).save()

    with pytest.raises(IntegrityError, match="never changes"):
        Delivery.objects.update(person=other)


@pytest.mark.parametrize("table", ["notifications_message", "accounts_user"])
def test_what_is_still_named_cannot_go(message: Message, table: str) -> None:
    person = UserFactory.create()
    delivery(message.pk, person.pk).save()
    key = message.pk if table == "notifications_message" else person.pk
    at_the_commit()

    with pytest.raises(IntegrityError, match="still names"):
        execute(f"DELETE FROM {table} WHERE id = %s", key)  # noqa: S608


def test_what_is_still_named_cannot_take_another_key(message: Message) -> None:
    delivery(message.pk, UserFactory.create().pk).save()
    at_the_commit()

    with pytest.raises(IntegrityError, match="still names"):
        execute("UPDATE notifications_message SET id = %s", MISSING)


def test_a_table_whose_rows_are_named_cannot_be_emptied(message: Message) -> None:
    delivery(message.pk, UserFactory.create().pk).save()

    with pytest.raises(IntegrityError, match="still names"):
        execute("TRUNCATE notifications_message CASCADE")


def test_what_nothing_names_any_more_may_go_in_any_order(message: Message) -> None:
    person = UserFactory.create()
    delivery(message.pk, person.pk).save()

    execute("DELETE FROM accounts_user WHERE id = %s", person.pk)
    Delivery.objects.all().delete()
    at_the_commit()

    assert not User.objects.filter(pk=person.pk).exists()


def test_a_person_who_goes_takes_their_rows_along(message: Message) -> None:
    person = UserFactory.create()
    delivery(message.pk, person.pk).save()

    person.delete()
    at_the_commit()

    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_away_what_a_row_not_yet_committed_names(message: Message) -> None:
    person = UserFactory.create()

    def take_away() -> None:
        try:
            with transaction.atomic():
                execute("SET LOCAL lock_timeout = '100ms'")
                execute("DELETE FROM accounts_user WHERE id = %s", person.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        delivery(message.pk, person.pk).save()

        with pytest.raises(OperationalError, match="lock timeout"):
            other.submit(take_away).result(timeout=30)
