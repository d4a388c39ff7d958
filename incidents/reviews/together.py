"""What the records of a theme say together: one timeline, figures added up, and the factors that come back in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.range import Range

from continuity.core.level import Effect
from continuity.core.spans import ALL_TIME, NOTHING, Span, time_lost
from continuity.core.wording import count_words, length_words
from incidents.models import Incident
from incidents.reviews.copying import Copy, copy_of
from incidents.reviews.figures import KEPT, Figures, kept_words, promises_of
from incidents.reviews.models import Factor, Observation, Review, Source
from incidents.reviews.proposing import overran_by
from incidents.reviews.subjects import Subject, day_of
from releases.models import Release
from releases.notices import names_words

# One and several of each kind of record, in the order in which they are counted out.
KINDS = {
    "incident": ("incident", "incidents"),
    "release": ("piece of planned work", "pieces of planned work"),
    "exercise": ("exercise", "exercises"),
    Observation.Kind.NEAR_MISS: ("near miss", "near misses"),
    Observation.Kind.WENT_WELL: ("thing that went well", "things that went well"),
}


@dataclass(frozen=True)
class Row:
    """One record of a theme, its own reviews that this person may read, and the factors of the published ones."""

    source: Source
    reviews: list[Review]
    factors: list[Factor]
    may_open: bool

    @property
    def record(self) -> Subject:
        return self.source.record

    @property
    def day(self) -> date:
        return day_of(self.record)

    @property
    def kind(self) -> str:
        """Near miss."""
        words = KINDS[_kind(self.record)][0]
        return f"{words[:1].upper()}{words[1:]}"

    @property
    def is_restricted(self) -> bool:
        return isinstance(self.record, Incident) and self.record.is_restricted


@dataclass(frozen=True)
class Common:
    """A factor under the trust's own word, or a heading alone: in how many of the records, and what it did there."""

    name: str
    heading: str
    is_hindering: bool
    records: int


def copy_of_all(records: Iterable[Subject]) -> Copy:
    """The timelines of all of them as one, in order; each moment says of which record it is."""
    found = [
        {**moment, "title": f"{record}: {moment['title']}"}
        for record in records
        for moment in copy_of(record)
    ]
    return sorted(found, key=lambda moment: moment["at"])


def figures_together(records: Sequence[Subject], at: datetime) -> Figures:
    """What is known at `at` of all together, as JSON may hold it: label and text. Exercises cost nobody time."""
    incidents = [each for each in records if isinstance(each, Incident)]
    releases = [each for each in records if isinstance(each, Release)]
    promises = [promises_of(each, list(each.updates.order_by("-number")), at) for each in incidents]
    said = {
        "Records": _how_many(records),
        "Time lost, unplanned": _lost(_unplanned(incidents), at),
        "Time lost, planned": _lost(_planned(releases), at),
        "Longer than promised first": length_words(sum((overran_by(each, at) for each in releases), NOTHING)),
        KEPT: kept_words(sum(met for met, _ in promises), sum(made for _, made in promises)),
    }
    return [{"label": label, "text": text} for label, text in said.items()]


def rows_of(review: Review, person: Any) -> list[Row]:
    """The records of a theme, in the order they were chosen in.

    A query a kind of record that there is, one for the factors, and one for observations.
    """
    sources = list(review.sources.select_related("incident", "release", "exercise", "observation"))
    reviews = _own_reviews([each.record for each in sources], person)
    factors = _factors_of([each.pk for found in reviews.values() for each in found])
    observed = [each.observation_id for each in sources if each.observation_id]
    known = set(Observation.objects.visible_to(person).filter(pk__in=observed).values_list("pk", flat=True))
    return [
        Row(
            each, found, [factor for own in found for factor in factors[own.pk]],
            not each.observation_id or each.observation_id in known,
        )
        for each in sources
        for found in [reviews[_key(each.record)]]
    ]  # fmt: skip


def common_factors(rows: Iterable[Row]) -> list[Common]:
    """Each factor of the records once, those in most records first. Pure: rows at hand."""
    seen: dict[tuple[str, str, bool], set[int]] = defaultdict(set)
    for row in rows:
        for factor in row.factors:
            name = factor.local.name if factor.local else ""
            seen[name, factor.get_area_display(), factor.is_hindering].add(row.source.pk)
    found = [Common(*key, len(sources)) for key, sources in seen.items()]
    return sorted(found, key=lambda each: (-each.records, not each.name, each.name, each.heading))


def _own_reviews(records: Sequence[Subject], person: Any) -> dict[tuple[str, int], list[Review]]:
    """By kind and primary key of the record."""
    own = Review.objects.visible_to(person).order_by("pk")
    found: dict[tuple[str, int], list[Review]] = defaultdict(list)
    keys: dict[str, list[int]] = defaultdict(list)
    for kind, pk in map(_key, records):
        keys[kind].append(pk)
    for kind, those in keys.items():
        for review in own.filter(**{f"{kind}__in": those}):
            found[kind, getattr(review, f"{kind}_id")].append(review)
    return found


def _factors_of(reviews: Sequence[int]) -> dict[int, list[Factor]]:
    """Of those that are published, by review: what a draft says is not counted."""
    found: dict[int, list[Factor]] = defaultdict(list)
    told = Factor.objects.filter(review__in=Review.objects.published().filter(pk__in=reviews))
    for factor in told.select_related("local"):
        found[factor.review_id].append(factor)
    return found


def _key(record: Subject) -> tuple[str, int]:
    return str(record._meta.model_name), record.pk


def _how_many(records: Iterable[Subject]) -> str:
    """2 incidents, 1 release and 1 near miss."""
    counts = Counter(_kind(each) for each in records)
    return names_words([count_words(counts[kind], *KINDS[kind]) for kind in KINDS if counts[kind]])


def _kind(record: Subject) -> str:
    return record.kind if isinstance(record, Observation) else str(record._meta.model_name)


def _unplanned(incidents: Iterable[Incident]) -> dict[int, list[Span]]:
    """By service, when it could not be used."""
    found: dict[int, list[Span]] = defaultdict(list)
    for incident in incidents:
        for impact in incident.impacts.filter(effect=Effect.DOWN.value):
            found[impact.service_id].append(Range(impact.since, impact.until, "[)"))
    return found


def _planned(releases: Iterable[Release]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for release in releases:
        for outage in release.disruptions.filter(effect=Effect.DOWN.value, actual__isnull=False):
            if outage.actual:
                found[outage.service_id].append(outage.actual)
    return found


def _lost(spans: dict[int, list[Span]], at: datetime) -> str:
    """All services together; of one service two at once count once."""
    lost = sum((time_lost(each, ALL_TIME, at) for each in spans.values()), NOTHING)
    return length_words(lost) if lost else "None"
