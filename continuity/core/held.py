"""Rows that the ledger holds: a digest of their content stands with a line's words, so that a changed row shows.

A model says so with `LEDGER_HOLDS`, the path from a row to the thing its lines are about. `record(..., holds=[row])`
adds the row's mark to the words of the line, after what people wrote, apart by a sign that nobody can type. Since
the line's digest covers its words, whoever changes a row and its mark needs `LEDGER_KEY`. The latest mark counts.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models

from continuity.core.models import APART, Line, Words

_MARK = re.compile(r"([a-z]+\.[a-z]+) ([0-9]+) ([0-9a-f]{64})")
_BATCH = 500

Key = tuple[str, str]


@dataclass(frozen=True)
class Held:
    """What the ledger says of the rows: each row's latest digest, and about what words were taken out."""

    digests: Mapping[Key, str]
    taken_out: frozenset[tuple[str, str]]


def digest_of_row(row: models.Model) -> str:
    """SHA-256, in hex, of a row's columns as JSON: keys sorted, no spaces, times in UTC, what is empty left out.

    So a column that is added later changes nothing about the rows before it.
    """
    facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    said = {name: value for name, value in facts.items() if not _is_empty(value)}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def with_marks(words: str, rows: Iterable[models.Model]) -> str:
    """What people wrote, and after it the mark of each row."""
    marks = [f"{row._meta.label_lower} {row.pk} {digest_of_row(row)}" for row in rows]
    return APART.join([words.replace(APART, " "), *marks])


def held_by(lines: models.QuerySet[Line], is_whole: Callable[[Line, Words], bool]) -> Held:
    """What these lines hold; `is_whole(line, words)` says whether a line and its words are as they were written."""
    digests: dict[Key, str] = {}
    taken_out = set()
    for line, words in _with_words(lines):
        if words.redacted_at:
            taken_out.add((line.subject_kind, line.subject_id))
        elif is_whole(line, words):
            marks = map(_MARK.fullmatch, words.text.split(APART)[1:])
            digests |= {(mark[1], mark[2]): mark[3] for mark in marks if mark}
    return Held(digests, frozenset(taken_out))


def rows_about(subject: models.Model | None = None) -> Iterator[models.QuerySet[Any]]:
    """Every row that the ledger holds, a query a model; only those about one thing where it is given."""
    for model in apps.get_models():
        path = getattr(model, "LEDGER_HOLDS", "")
        if path:
            rows = model._base_manager.select_related(path).order_by("pk")
            yield rows if subject is None else rows.filter(**{path: subject})


def sentences(held: Held, subject: models.Model | None = None) -> Iterator[str]:
    """Each row that was changed, slipped in or removed, named, as a sentence."""
    left = dict(held.digests)
    for rows in rows_about(subject):
        for row in rows.iterator(chunk_size=_BATCH):
            digest = left.pop((row._meta.label_lower, str(row.pk)), None)
            if digest is None and _wants_mark(row, held):
                yield f"{_name(row)} was slipped in: no line of the ledger holds it."
            elif digest is not None and digest != digest_of_row(row):
                yield f"{_name(row)} was changed."
    yield from (
        f"{apps.get_model(label)._meta.verbose_name} {key} was removed.".capitalize() for label, key in left
    )


def _wants_mark(row: Any, held: Held) -> bool:
    """Whether a line must hold the row: not while nothing was done with it, or where words were taken out."""
    subject = _subject(row)
    is_known = (subject._meta.label_lower, str(subject.pk)) not in held.taken_out
    return is_known and not getattr(row, "is_untouched", False)


def _subject(row: Any) -> Any:
    found = row
    for name in row.LEDGER_HOLDS.split("__"):
        found = getattr(found, name)
    return found


def _name(row: Any) -> str:
    said = f"{row} of {_subject(row)}"
    return said[:1].upper() + said[1:]


def _with_words(lines: models.QuerySet[Line]) -> Iterator[tuple[Line, Words]]:
    waiting = lines.exclude(words_id=None).order_by("pk").iterator(chunk_size=_BATCH)
    while batch := list(islice(waiting, _BATCH)):
        found = Words.objects.in_bulk([line.words_id for line in batch])
        yield from ((line, found[line.words_id]) for line in batch if line.words_id in found)


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {}, ())


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else str(value)
