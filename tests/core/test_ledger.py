"""The ledger: who wrote what, and that nobody can change it unnoticed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM, record, seal, verify
from continuity.core.models import Line, Seal, Words

AT = datetime(2024, 11, 1, 16, tzinfo=UTC)
COPY = "INSERT INTO core_line ({fields}) SELECT {fields} FROM core_line WHERE id = %s"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_ledger(transactional_db: None) -> None:
    """These tests change the past on purpose, as a superuser would."""
    as_superuser("TRUNCATE core_line, core_seal, core_words")


def as_superuser(sql: str, *values: Any) -> None:
    """Past every trigger, as only somebody with the keys of the server can."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)


def write(number: int, person: User) -> list[Line]:
    return [record("release.published", person, by=SYSTEM, at=AT, words=f"Word {n}") for n in range(number)]


def words_of(line: Line) -> QuerySet[Words]:
    assert line.words_id
    return Words.objects.filter(pk=line.words_id)


def faults() -> list[str]:
    return [fault.sentence for fault in verify()]


def test_a_line_keeps_names_and_no_foreign_key(manager: User) -> None:
    line = record("release.published", manager, by=manager, at=AT, to="published")

    assert (line.subject_kind, line.subject_id, line.subject_label) == (
        "accounts.user",
        str(manager.pk),
        "IT manager",
    )
    assert not [field for field in Line._meta.get_fields() if field.is_relation]


@pytest.mark.parametrize(
    "sql", ["UPDATE core_line SET verb = 'x'", "DELETE FROM core_line", "TRUNCATE core_line"]
)
def test_the_database_refuses_to_change_a_line(sql: str, manager: User) -> None:
    write(1, manager)

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(sql)

    assert Line.objects.count() == 1


def test_an_untouched_ledger_holds(manager: User) -> None:
    write(3, manager)
    seal(at=AT)
    write(2, manager)
    seal(at=AT)
    write(1, manager)

    assert faults() == []
    assert Seal.objects.count() == 2


def test_sealing_twice_covers_a_line_once(manager: User) -> None:
    lines = write(2, manager)

    first, second = seal(at=AT), seal(at=AT)

    assert first is not None
    assert first.line_ids == [line.pk for line in lines]
    assert second is None


@pytest.mark.parametrize("is_sealed", [True, False])
def test_verification_names_a_line_that_was_changed(is_sealed: bool, manager: User) -> None:
    changed = write(3, manager)[1]
    if is_sealed:
        seal(at=AT)

    as_superuser("UPDATE core_line SET actor_label = 'Somebody else' WHERE id = %s", changed.pk)

    assert [str(changed.pk) in sentence for sentence in faults()] == [True]
    with pytest.raises(CommandError, match=f"Line {changed.pk} "):
        call_command("verify_ledger")


def test_verification_names_a_line_that_was_removed(manager: User) -> None:
    removed = write(3, manager)[1]
    seal(at=AT)

    as_superuser("DELETE FROM core_line WHERE id = %s", removed.pk)

    assert faults() == [f"Line {removed.pk} was removed."]


def test_verification_names_a_line_that_was_slipped_in(manager: User) -> None:
    real = write(2, manager)[0]
    seal(at=AT)

    as_superuser(
        'INSERT INTO core_line (id, verb, "to", at, written_at, actor_kind, actor_id, actor_label, subject_kind,'
        " subject_id, subject_label, words_digest, salt, digest)"
        " SELECT 999999, 'release.cancelled', '', at, written_at, actor_kind, actor_id, actor_label, subject_kind,"
        " subject_id, subject_label, '', 'new', digest"
        " FROM core_line WHERE id = %s",
        real.pk,
    )

    assert faults() == ["Line 999999 (release.cancelled) was slipped in, or changed before it was sealed."]
    assert seal(at=AT) is None


def test_a_copied_line_is_named_too(manager: User) -> None:
    real = write(1, manager)[0]
    seal(at=AT)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_line DROP CONSTRAINT core_line_salt_key")
        cursor.execute("SET LOCAL session_replication_role = replica")
        fields = ", ".join(f'"{f.column}"' for f in Line._meta.fields if f.column not in {"id", "xid"})
        cursor.execute(COPY.format(fields=fields), [real.pk])
    found = faults()
    as_superuser("DELETE FROM core_line")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_line ADD CONSTRAINT core_line_salt_key UNIQUE (salt)")

    assert len(found) == 1
    assert "is a copy" in found[0]


def test_salts_grow_so_that_their_one_index_grows_at_its_end(manager: User) -> None:
    salts = [line.salt for line in write(20, manager)]

    assert salts == sorted(set(salts))
    assert {len(salt) for salt in salts} == {32}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_indexes WHERE tablename = 'core_line' AND indexdef LIKE '%salt%'"
        )
        assert cursor.fetchone() == (1,)


def test_a_seal_that_was_removed_or_changed_shows(manager: User) -> None:
    for _ in range(3):
        write(1, manager)
        seal(at=AT)
    middle = Seal.objects.order_by("pk")[1]

    as_superuser("DELETE FROM core_seal WHERE id = %s", middle.pk)

    assert any("Seal" in sentence for sentence in faults())


def test_words_can_be_taken_out_with_a_mark_and_the_seal_still_holds(manager: User) -> None:
    line = write(1, manager)[0]
    seal(at=AT)

    words_of(line).update(
        text="", redacted_at=AT, redacted_why="Named a patient", redacted_by="Lead and administrator"
    )

    assert faults() == []


def test_words_cannot_be_rewritten(manager: User) -> None:
    line = write(1, manager)[0]

    with pytest.raises(DatabaseError, match="only be taken out"):
        words_of(line).update(text="Something nicer")

    as_superuser("UPDATE core_words SET text = 'Something nicer' WHERE id = %s", line.words_id)
    assert faults() == [f"The words of line {line.pk} (release.published) were changed."]


def test_a_seal_leaves_out_what_a_running_transaction_may_still_precede(manager: User) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_current_xact_id()")
            write(1, manager)

            waiting = seal(at=AT)

            cursor.execute("COMMIT")
    finally:
        other.close()
    assert waiting is None
    assert seal(at=AT) is not None
    assert faults() == []


def test_a_commit_wakes_whoever_listens(manager: User) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("LISTEN ledger")
            line = write(1, manager)[0]
            heard = list(other.connection.notifies(timeout=2, stop_after=1))
    finally:
        other.close()

    assert [note.payload for note in heard] == [f"{line.pk} release.published accounts.user {manager.pk}"]
