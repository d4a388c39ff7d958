"""What is asked of the library, and what it answers: so much work for any question, however long the history."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, F, Func, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from continuity.library.models import ENGLISH, LATEST_FIRST, Document, DocumentQuerySet
from continuity.library.words import query_of
from continuity.plans.models import Version
from incidents.models import Incident
from incidents.reviews.models import Observation, Review
from releases.approvers import readable_by

# The latest so many that match are put in order; a question that finds more is told to say more.
RANKED = 250
# Looked through one by one, first of all.
NEWEST = 2_500
A_PAGE = 10
LESSONS = "lesson"
# How much a word counts in the body, in summary and names of services, in lessons, in title and reference.
WEIGHTS = [0.05, 0.2, 0.5, 1.0]
# Divides by 1 and the logarithm of a document's length, so that long ones do not win by length.
BY_LENGTH = 1
# The same order, said so that no index offers to walk along it: PostgreSQL guesses that common words meet often, and
# would walk in vain.
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
BY_SORTING = (Coalesce("at", BEFORE_ALL).desc(), F("id").desc())
# Who may read what is not open to everybody: each room's own rule.
ROOMS: Mapping[str, Callable[[Any], QuerySet[Any]]] = {
    Document.Kind.INCIDENT: Incident.objects.visible_to,
    Document.Kind.RELEASE: readable_by,
    Document.Kind.REVIEW: Review.objects.visible_to,
    Document.Kind.PLAN: Version.objects.visible_to,
    Document.Kind.OBSERVATION: Observation.objects.visible_to,
}


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; each empty where it does not matter."""

    words: str = ""
    is_whole: bool = False  # the last word stands for itself, not for all that begin with it
    kind: str = ""  # a `Document.Kind`, or LESSONS
    service: int | None = None
    factor: str = ""
    since: datetime | None = None
    until: datetime | None = None  # not included

    @property
    def query(self) -> str:
        return query_of(self.words, is_whole=self.is_whole)

    @property
    def search(self) -> SearchQuery:
        """The words as PostgreSQL looks for them."""
        return SearchQuery(self.query, config=ENGLISH, search_type="raw")


@dataclass(frozen=True)
class Found:
    """The latest that match and may be read, best first, as primary keys; whether there are older ones still."""

    keys: list[int]
    is_more: bool
    asked: Asked

    def page(self, number: str | None) -> Page[int]:
        return Paginator(self.keys, A_PAGE).get_page(number)


def find(asked: Asked, *, person: Any) -> Found:
    """Of what this person may read, the latest that match: `RANKED` of those open to everybody, the others beside them.

    Eight queries at most, and one more where documents match that are not open to everybody: the rules of their rooms,
    asked of the rows as they are now.
    """
    if (asked.words and not asked.query) or not person.is_authenticated:
        return Found([], False, asked)
    asked, latest = _latest(asked)
    closed = narrowed(asked).filter(is_open=False).order_by()
    shown = _shown(_of_their_time(closed, latest), person)
    return Found(_best_first([*latest[:RANKED], *shown], asked), len(latest) > RANKED, asked)


def _latest(asked: Asked) -> tuple[Asked, list[int]]:
    """The latest of those open to everybody, and what they are the answer to.

    What stands in many documents is found among the newest; what does not is looked up in the index of words, however
    often each word stands by itself. Where whole words find enough nobody asks what begins with the last one, for which
    the index reads several words.
    """
    whole = replace(asked, is_whole=True)
    has_beginning = whole.query != asked.query
    guess = _guess(whole)
    if has_beginning and RANKED < guess <= NEWEST:
        found = _looked_up(whole)
        if len(found) > RANKED:
            return whole, found
    if guess > NEWEST or (has_beginning and _guess(asked) > NEWEST):
        found = _among_the_newest(asked)
        if len(found) > RANKED:
            return asked, found
    return asked, _looked_up(asked)


def _guess(asked: Asked) -> float:
    """How many documents hold the words, as PostgreSQL guesses. A query at most."""
    if asked.service or asked.factor:
        return 0
    if not asked.query:
        return inf
    holding = Document.objects.filter(vector=asked.search).order_by().values("pk")
    return float(json.loads(holding.explain(format="json"))[0]["Plan"]["Plan Rows"])


def _among_the_newest(asked: Asked) -> list[int]:
    newest = Document.objects.order_by(*LATEST_FIRST).values("at")[NEWEST : NEWEST + 1]
    return _first(
        narrowed(asked).filter(at__gte=Coalesce(Subquery(newest), BEFORE_ALL)).order_by(*LATEST_FIRST)
    )


def _looked_up(asked: Asked) -> list[int]:
    return _first(narrowed(asked).order_by(*BY_SORTING))


def _first(documents: DocumentQuerySet) -> list[int]:
    """Primary keys of the first that are open to everybody, one more than is ranked."""
    return list(documents.filter(is_open=True).values_list("pk", flat=True)[: RANKED + 1])


def _of_their_time(matching: DocumentQuerySet, latest: list[int]) -> DocumentQuerySet:
    """Those of these that can be among the latest too."""
    if len(latest) <= RANKED:
        return matching
    earliest = Document.objects.filter(pk=latest[-1]).values_list("at", flat=True).first()
    return matching.filter(at__gte=earliest) if earliest else matching


def _shown(matching: DocumentQuerySet, person: Any) -> list[int]:
    """Those of which the rooms show the subject to this person. A query, and one more where there are any."""
    subject = Coalesce("incident_id", "release_id", "review_id", "version_id", "observation_id")
    found = {(kind, about): key for key, kind, about in matching.values_list("pk", "kind", subject)}
    kinds = {kind for kind, _ in found}
    asked = [
        rule(person)
        .order_by()
        .filter(pk__in=[about for of, about in found if of == kind])
        .values_list(Value(kind), "pk")
        for kind, rule in ROOMS.items()
        if kind in kinds
    ]
    return [found[seen] for seen in asked[0].union(*asked[1:], all=True)] if asked else []


def _best_first(keys: list[int], asked: Asked) -> list[int]:
    """By how well the words fit, the latest first of those that fit as well, and of all where there are none.

    A query of its own: joined to what a page shows, PostgreSQL would join that to every document first.
    """
    if not keys:
        return []
    found = Document.objects.filter(pk__in=_any(keys)).values_list("pk", flat=True)
    if not asked.query:
        return list(found.order_by(*LATEST_FIRST))
    rank = SearchRank(F("vector"), asked.search, weights=WEIGHTS, normalization=BY_LENGTH)
    return list(found.order_by(rank.desc(), *LATEST_FIRST))


def _any(keys: list[int]) -> Func:
    """One of these, said in one word: five hundred of them would take longer to write than to look up."""
    return Func(
        Value(keys, output_field=ArrayField(BigIntegerField())), template="SELECT unnest(%(expressions)s)"
    )


def narrowed(asked: Asked) -> DocumentQuerySet:
    """The documents that were asked for, whoever may read them."""
    found = Document.objects.all()
    if asked.kind == LESSONS:
        found = found.lessons(asked.search if asked.query else None)
    elif asked.query:
        found = found.filter(vector=asked.search)
    if asked.kind and asked.kind != LESSONS:
        found = found.filter(kind=asked.kind)
    if asked.service:
        found = found.filter(services__contains=[asked.service])
    if asked.factor:
        found = found.filter(factors__contains=[asked.factor])
    if asked.since:
        found = found.filter(at__gte=asked.since)
    return found.filter(at__lt=asked.until) if asked.until else found
