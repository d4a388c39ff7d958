"""The one ledger: what was done, by whom, to what, and the seals that show it was not changed since.

A line is written by `record()` as the last step of every action. Its digest is an HMAC under `LEDGER_KEY`, so
a line that was changed or slipped in past the portal shows at once. Every few seconds `seal()` covers the new
lines and the seal before, so a line that was removed shows too. Canonical form of a line: JSON, keys sorted, no
spaces, times in UTC as ISO 8601 with microseconds (the idea of RFC 8785).
"""

import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.functions import Cast

from continuity.core import held
from continuity.core.models import Line, Seal, Words
from continuity.core.privacy import take_remembered

CHANNEL = "ledger"


@dataclass(frozen=True)
class System:
    """The named system actor: the clock, or a task."""

    pk: str = "clock"

    def __str__(self) -> str:
        return "The portal"


SYSTEM = System()


@dataclass(frozen=True)
class Name:
    """Kind, id and label of an actor or a subject: what a line keeps of it."""

    kind: str
    key: str
    label: str


def name_of(thing: Any) -> Name:
    """How the ledger names a thing: its model, primary key and how it calls itself. A name is its own."""
    if isinstance(thing, Name):
        return thing
    if isinstance(thing, System):
        return Name("system", thing.pk, str(thing))
    label = getattr(thing, "ledger_label", None) or str(thing)
    return Name(thing._meta.label_lower, str(thing.pk), str(label)[:200])


def record(
    verb: str, subject: Any, *, by: Any, at: datetime, words: str = "", to: str = "",
    holds: Iterable[models.Model] = (),
) -> Line:  # fmt: skip
    """Write that `by` did `verb` to `subject` at `at`; the last step of every action, in its transaction.

    `verb` is "<noun>.<past verb>", `to` the state or level it came to. `words` is free text: it has its own
    row, and the line keeps a salted digest of it, so it can be taken out later without breaking the seal. What
    the rows in `holds` say now is held by the line (`held.py`): if one changes behind its back, `verify()` says so.
    Numbers that the form's author confirmed as no patient's get a line each.
    """
    actor, thing = name_of(by), name_of(subject)
    words = held.with_marks(words, holds)
    # No savepoint: a line that cannot be written takes its whole action with it.
    with transaction.atomic(savepoint=False):
        kept = Words.objects.create(salt=token_hex(16), text=words) if words else None
        line = Line(
            verb=verb,
            to=to,
            at=at.astimezone(UTC),
            actor_kind=actor.kind,
            actor_id=actor.key,
            actor_label=actor.label,
            subject_kind=thing.kind,
            subject_id=thing.key,
            subject_label=thing.label,
            words_id=kept.pk if kept else None,
            words_digest=digest_of_words(kept) if kept else "",
            salt=_once(),
        )
        line.digest = digest_of(line)
        line.save(force_insert=True)
    for label in take_remembered():
        record(
            "text.confirmed", subject, by=by, at=line.written_at, words=f"No patient’s NHS number: {label}"
        )
    return line


def _once() -> str:
    """32 hex digits that no other line has: the time in nanoseconds, then chance.

    They grow, as UUIDs of version 7 do (RFC 9562), so that their index does too, at its end: of words by chance each
    new line would touch another page of an index that is larger than memory.
    """
    return f"{time.time_ns():016x}{token_hex(8)}"


def digest_of_words(words: Words) -> str:
    """SHA-256 of the salt and the text, in hex."""
    return hashlib.sha256(f"{words.salt}\n{words.text}".encode()).hexdigest()


SEALED_FIELDS = (
    *("verb", "to", "actor_kind", "actor_id", "actor_label", "subject_kind", "subject_id", "subject_label"),
    *("words_id", "words_digest", "salt"),
)


def digest_of(line: Line) -> str:
    """HMAC-SHA-256 of a line's canonical form under `LEDGER_KEY`, in hex."""
    facts: dict[str, Any] = {name: getattr(line, name) for name in SEALED_FIELDS}
    facts["at"] = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _mac(json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def digest_of_seal(before: str, ids: list[int], digests: list[str], horizon: int) -> str:
    """HMAC-SHA-256 of the seal before, the ids and digests it covers and its horizon, in hex."""
    return _mac(json.dumps([before, ids, digests, horizon], separators=(",", ":")))


def _mac(text: str) -> str:
    return hmac.new(settings.LEDGER_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def seal(*, at: datetime) -> Seal | None:
    """Seal the new lines that no running transaction can still precede, oldest first; None when there are none.

    Writers never wait for it: it takes only an advisory lock against other sealers, and leaves out lines whose
    transaction is not older than `pg_snapshot_xmin`, since one with a lower id may still be committing. A line
    whose digest is wrong is left out and stands out in `verify()`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('continuity.ledger.seal'))")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
            " FROM pg_current_snapshot() s"
        )
        oldest, newest = cursor.fetchone()
    before = Seal.objects.order_by("-pk").first()
    settled = _settled(before, oldest, newest)
    lines = [line for line in settled if hmac.compare_digest(line.digest, digest_of(line))]
    if not lines:
        return None
    ids, digests = [line.pk for line in lines], [line.digest for line in lines]
    return Seal.objects.create(
        made_at=at,
        line_ids=ids,
        line_digests=digests,
        horizon=oldest,
        digest=digest_of_seal(before.digest if before else "", ids, digests, oldest),
    )


def _settled(before: Seal | None, oldest: int, newest: int) -> list[Line]:
    """Lines since the seal before whose transactions have ended, by id.

    Transaction ids begin anew when a dump is restored into another cluster: then every line past the newest
    sealed one counts, but for those of transactions that run right now.
    """
    if before is None or oldest >= before.horizon:
        lines = Line.objects.filter(xid__gte=before.horizon if before else 0, xid__lt=oldest)
    else:
        lines = Line.objects.filter(pk__gt=max(before.line_ids)).exclude(xid__gte=oldest, xid__lt=newest)
    found = list(lines.order_by("pk"))
    covering = Seal.objects.filter(line_ids__overlap=[line.pk for line in found]).values_list(
        "line_ids", flat=True
    )
    covered = {key for ids in covering for key in ids}
    return [line for line in found if line.pk not in covered]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the ledger, as a sentence that names the line or seal."""

    sentence: str


def verify() -> Iterator[Fault]:
    """Every line and seal that does not hold, in order of the seals, then the lines that none covers."""
    covered: set[int] = set()
    salts: set[str] = set()
    chained, horizon = "", 0
    for one in Seal.objects.order_by("pk").iterator(chunk_size=50):
        if one.digest != digest_of_seal(chained, one.line_ids, one.line_digests, one.horizon):
            yield Fault(f"Seal {one.pk} was changed, or a seal before it was removed.")
        yield from _verify_covered(one)
        covered.update(one.line_ids)
        chained, horizon = one.digest, one.horizon
    for line in Line.objects.order_by("pk").iterator(chunk_size=1_000):
        if line.pk not in covered:
            yield from _verify_fresh(line, horizon)
        yield from _verify_words(line)
        if line.salt in salts:
            yield Fault(f"Line {line.pk} ({line.verb}) is a copy of another.")
        salts.add(line.salt)
    yield from map(Fault, held.sentences(held.held_by(Line.objects.all(), _is_whole)))


def verify_about(subject: models.Model) -> Iterator[Fault]:
    """What is wrong with the lines about one thing, their words, and the rows they hold.

    That a line is missing together with all it held is seen by `verify()` alone, which knows the seals.
    """
    lines = lines_about(subject)
    for line in lines:
        if line.digest != digest_of(line):
            yield Fault(f"Line {line.pk} ({line.verb}) was changed or slipped in.")
        yield from _verify_words(line)
    yield from map(Fault, held.sentences(held.held_by(lines, _is_whole), subject))


def _is_whole(line: Line, words: Words) -> bool:
    return line.digest == digest_of(line) and line.words_digest == digest_of_words(words)


def _verify_covered(one: Seal) -> Iterator[Fault]:
    found = Line.objects.in_bulk(one.line_ids)
    for key, digest in zip(one.line_ids, one.line_digests, strict=False):
        line = found.get(key)
        if line is None:
            yield Fault(f"Line {key} was removed.")
        elif line.digest != digest or digest_of(line) != digest:
            yield Fault(f"Line {key} ({line.verb}) was changed.")


def _verify_fresh(line: Line, horizon: int) -> Iterator[Fault]:
    if line.digest != digest_of(line):
        yield Fault(f"Line {line.pk} ({line.verb}) was slipped in, or changed before it was sealed.")
    elif line.xid < horizon:
        yield Fault(f"Line {line.pk} ({line.verb}) was slipped in between sealed lines.")


def _verify_words(line: Line) -> Iterator[Fault]:
    if not line.words_id:
        return
    words = Words.objects.filter(pk=line.words_id).first()
    if words is None:
        yield Fault(f"The words of line {line.pk} ({line.verb}) were removed.")
    elif not words.redacted_at and digest_of_words(words) != line.words_digest:
        yield Fault(f"The words of line {line.pk} ({line.verb}) were changed.")


def lines_about(subject: models.Model) -> models.QuerySet[Line]:
    """The ledger's lines about one thing, oldest first."""
    name = name_of(subject)
    return Line.objects.filter(subject_kind=name.kind, subject_id=name.key).order_by("at", "pk")


def first_told(model: type[models.Model]) -> models.Subquery:
    """For `annotate()`: the instant of the ledger's first line about each row of a model."""
    key = Cast(models.OuterRef("pk"), models.CharField())
    lines = Line.objects.filter(subject_kind=model._meta.label_lower, subject_id=key)
    return models.Subquery(lines.order_by("at").values("at")[:1])
