"""What is asked of the library, and what it answers: so much work for any question, however long the history."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.core.paginator import Page, Paginator
from django.db.models import DateTimeField, F, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.safestring import SafeString

from continuity.library.marks import START, STOP, marked
from continuity.library.models import ENGLISH, LATEST_FIRST, Document, DocumentQuerySet
from continuity.library.words import query_of
from incidents.models import Incident
from incidents.reviews.models import Review
from releases.models import Release

# The latest so many that match are put in order; a question that finds more is told to say more.
RANKED = 500
# Looked through one by one, first of all.
NEWEST = 5_000
A_PAGE = 20
LESSONS = "lesson"
# Where a lesson is looked for: in its own words, and in the title of what taught it.
OF_LESSONS = "AB"
# How much a word counts in the body, in summary and names of services, in lessons, in title and reference.
WEIGHTS = [0.05, 0.2, 0.5, 1.0]
# Divides by 1 and the logarithm of a document's length, so that long ones do not win by length.
BY_LENGTH = 1
LONGEST_EXCERPT = 24  # words
AROUND = {"max_words": LONGEST_EXCERPT, "min_words": 12, "max_fragments": 2, "fragment_delimiter": " ... "}
BETWEEN = Value("\n")
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
# The same order as `LATEST_FIRST`, said so that no index offers to walk along it.
NOT_BY_INDEX = (Coalesce("at", Value(EARLIEST)).desc(), F("id").desc())


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; each empty where it does not matter."""

    words: str = ""
    kind: str = ""  # a `Document.Kind`, or LESSONS
    service: int | None = None
    factor: str = ""
    since: datetime | None = None
    until: datetime | None = None  # not included

    @property
    def query(self) -> str:
        return query_of(self.words, weights=OF_LESSONS if self.kind == LESSONS else "")


@dataclass(frozen=True)
class Hit:
    """One document as the page shows it."""

    document: Document
    title: SafeString
    excerpt: SafeString

    @property
    def address(self) -> str:
        version = self.document.version
        is_current = version is not None and version.state == version.State.PUBLISHED
        return (version.procedure if version and is_current else self.document.subject).get_absolute_url()

    @property
    def is_exercise(self) -> bool:
        subject = self.document.subject
        if isinstance(subject, Review):
            return bool(subject.exercise_id or (subject.incident and subject.incident.is_exercise))
        return isinstance(subject, Incident) and subject.is_exercise

    @property
    def is_restricted(self) -> bool:
        subject = self.document.subject
        about = subject.incident if isinstance(subject, Review) else subject
        return isinstance(about, Incident) and about.is_restricted

    @property
    def state(self) -> str:
        """How far it is, where staff are not told of it yet."""
        subject = self.document.subject
        if isinstance(subject, Incident):
            return ""
        is_told = subject.was_told if isinstance(subject, Release) else subject.state == "published"
        return "" if is_told else subject.get_state_display()


@dataclass(frozen=True)
class Found:
    """Everything that matches and may be read, best first, as primary keys; whether there are older ones still."""

    keys: list[int]
    is_more: bool
    asked: Asked

    def page(self, number: str | None) -> Page[int]:
        return Paginator(self.keys, A_PAGE).get_page(number)


def find(asked: Asked, *, person: Any) -> Found:
    """Of what this person may read, the latest `RANKED` that match, the best first. Two queries.

    What stands in many documents is found among the newest; what does not is looked up in the index of words, however
    often each word stands by itself. PostgreSQL left to choose guesses that common words meet often, and walks in vain.
    """
    matching = narrowed(asked).readable_by(person)
    keys = list(_latest(matching.filter(at__gte=_edge()), LATEST_FIRST))
    found: Any = keys if len(keys) > RANKED else _latest(matching, NOT_BY_INDEX)
    order: Any = LATEST_FIRST
    if asked.query:
        rank = SearchRank(F("vector"), _search(asked), weights=WEIGHTS, normalization=Value(BY_LENGTH))
        order = (rank.desc(), *LATEST_FIRST)
    keys = list(Document.objects.filter(pk__in=found).order_by(*order).values_list("pk", flat=True))
    return Found(keys[:RANKED], len(keys) > RANKED, asked)


def _latest(documents: DocumentQuerySet, order: Any) -> Any:
    return documents.order_by(*order).values_list("pk", flat=True)[: RANKED + 1]


def _edge() -> Coalesce:
    """When the `NEWEST`th document was; the earliest instant there is, where there are fewer."""
    newest = Document.objects.order_by(*LATEST_FIRST).values("at")[NEWEST : NEWEST + 1]
    return Coalesce(Subquery(newest), Value(EARLIEST, output_field=DateTimeField()))


def narrowed(asked: Asked) -> DocumentQuerySet:
    """The documents that were asked for, whoever may read them."""
    found = Document.objects.all()
    if asked.query:
        found = found.filter(vector=_search(asked))
    elif asked.words:
        return found.none()
    if asked.kind == LESSONS:
        found = found.exclude(lesson="")
    elif asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.service:
        found = found.filter(services__contains=[asked.service])
    if asked.factor:
        found = found.filter(factors__contains=[asked.factor])
    if asked.since:
        found = found.filter(at__gte=asked.since)
    return found.filter(at__lt=asked.until) if asked.until else found


def hits(keys: list[int], asked: Asked) -> list[Hit]:
    """The documents of a page in their order, with what was found marked. One query."""
    text = Concat("lesson", BETWEEN, "summary", BETWEEN, "body", output_field=TextField())
    found = Document.objects.filter(pk__in=keys).with_subjects()
    if asked.query:
        found = found.annotate(
            marked_title=_marking("title", asked, highlight_all=True), excerpt=_marking(text, asked, **AROUND)
        )
    by_key = {each.pk: each for each in found}
    return [_hit(by_key[key]) for key in keys if key in by_key]


def _hit(document: Document) -> Hit:
    title = getattr(document, "marked_title", document.title)
    said = getattr(document, "excerpt", None)
    return Hit(document, marked(title), marked(_beginning(document) if said is None else said))


def _beginning(document: Document) -> str:
    """The first words of a document, for who looks through it without words of their own."""
    said = (document.summary or document.lesson or document.body).split()
    return " ".join(said[:LONGEST_EXCERPT]) + (" ..." if len(said) > LONGEST_EXCERPT else "")


def _marking(text: Any, asked: Asked, **options: Any) -> SearchHeadline:
    return SearchHeadline(text, _search(asked), config=ENGLISH, start_sel=START, stop_sel=STOP, **options)


def _search(asked: Asked) -> SearchQuery:
    return SearchQuery(asked.query, config=ENGLISH, search_type="raw")
