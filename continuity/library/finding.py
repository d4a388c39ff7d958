"""What is asked of the library, and what it answers: so much work for any question, however long the history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import TextField, Value
from django.db.models.functions import Concat
from django.utils.safestring import SafeString

from continuity.library.marks import START, STOP, marked
from continuity.library.models import ENGLISH, Document, DocumentQuerySet
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
# What stands in many documents is found among the newest; what does not is looked up in the index of words, however
# often each word stands by itself. PostgreSQL left to choose guesses that common words meet often, and walks in vain.
# The order by `coalesce` is the same, said so that no index offers to walk along it.
BEST = """
WITH matching AS NOT MATERIALIZED ({matching}),
newest AS MATERIALIZED (
    SELECT id FROM matching
    WHERE at >= coalesce(
        (SELECT at FROM library_document ORDER BY at DESC NULLS LAST, id DESC OFFSET {newest} LIMIT 1), '-infinity'
    )
    ORDER BY at DESC NULLS LAST, id DESC LIMIT {most}
),
latest AS (
    SELECT id FROM newest WHERE (SELECT count(*) FROM newest) = {most}
    UNION ALL (
        SELECT id FROM matching WHERE (SELECT count(*) FROM newest) < {most}
        ORDER BY coalesce(at, '-infinity') DESC, id DESC LIMIT {most}
    )
)
SELECT id FROM library_document JOIN latest USING (id) ORDER BY {rank}at DESC NULLS LAST, id DESC
"""
RANK = "ts_rank(%s::real[], vector, to_tsquery(%s::regconfig, %s), %s) DESC, "
# All that a page says of what it found; a review also holds its whole timeline.
SHOWN = (
    "kind", "at", "ref", "title", "lesson", "summary", "names", "body",
    "incident__ref", "incident__is_exercise", "incident__is_restricted",
    "release__ref", "release__state", "release__published_at",
    "review__ref", "review__state", "review__exercise", "review__incident__is_exercise",
    "review__incident__is_restricted",
    "version__number", "version__state", "version__procedure__key",
)  # fmt: skip


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
    """Of what this person may read, the latest `RANKED` that match, the best first. One query."""
    if asked.words and not asked.query:
        return Found([], False, asked)
    matching, known = (
        narrowed(asked).readable_by(person).order_by().values("id", "at").query.sql_with_params()
    )
    rank = (WEIGHTS, ENGLISH, asked.query, BY_LENGTH) if asked.query else ()
    best = BEST.format(matching=matching, newest=NEWEST, most=RANKED + 1, rank=RANK if rank else "")
    with connection.cursor() as cursor:
        cursor.execute(best, (*known, *rank))
        keys = [key for (key,) in cursor.fetchall()]
    return Found(keys[:RANKED], len(keys) > RANKED, asked)


def narrowed(asked: Asked) -> DocumentQuerySet:
    """The documents that were asked for, whoever may read them."""
    found = Document.objects.all()
    if asked.query:
        found = found.filter(vector=_search(asked))
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
    found = Document.objects.filter(pk__in=keys).with_subjects().only(*SHOWN)
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
