"""What was found as a page shows it: a title, where it is, and the words around what was looked for."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchHeadline
from django.db.models import TextField, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.safestring import SafeString

from continuity.library.finding import Asked
from continuity.library.marks import START, STOP, marked
from continuity.library.models import ENGLISH, Document, DocumentQuerySet

LONGEST_EXCERPT = 24  # words
AROUND = {"max_words": LONGEST_EXCERPT, "min_words": 12, "max_fragments": 2, "fragment_delimiter": " ... "}
BETWEEN = Value("\n")
# What a page says of what everybody may read.
SHOWN = ("kind", "at", "ref", "title", "names", "is_open")
TEXTS = ("lesson", "summary", "body")
# And what it says besides of what few may read; a review also holds its whole timeline.
KEPT = (
    "incident__is_exercise", "incident__is_restricted",
    "release__state", "release__published_at",
    "review__state", "review__exercise", "review__incident__is_exercise", "review__incident__is_restricted",
    "version__number", "version__state", "version__procedure__key", "observation__ref",
)  # fmt: skip
PAGES = {
    Document.Kind.INCIDENT: "incidents:detail",
    Document.Kind.RELEASE: "releases:detail",
    Document.Kind.REVIEW: "reviews:detail",
    Document.Kind.OBSERVATION: "reviews:observation",
    Document.Kind.PLAN: "plans:procedure",
}


@dataclass(frozen=True)
class Hit:
    """One document as the page shows it; `kept` where not everybody may read it, with what it is about."""

    document: Document
    title: SafeString
    excerpt: SafeString
    kept: Document | None

    @property
    def address(self) -> str:
        if self.kept and self.kept.version:
            return self.kept.version.get_absolute_url()
        return reverse(PAGES[Document.Kind(self.document.kind)], args=[self.document.ref])

    @property
    def is_exercise(self) -> bool:
        return bool(self.kept and self.kept.is_exercise)

    @property
    def is_restricted(self) -> bool:
        return bool(self.kept and self.kept.is_restricted)

    @property
    def state(self) -> str:
        """How far it is, where staff are not told of it yet."""
        return self.kept.state if self.kept else ""


def hits(keys: list[int], asked: Asked) -> list[Hit]:
    """The documents of a page in their order, with what was found marked.

    A query, and one more where not everybody may read all of them: what everybody may read is neither restricted nor
    an exercise, and finished.
    """
    found = {each.pk: each for each in _found(keys, asked)} if keys else {}
    kept = _kept([key for key, each in found.items() if not each.is_open])
    return [_hit(found[key], kept.get(key)) for key in keys if key in found]


def _found(keys: list[int], asked: Asked) -> DocumentQuerySet:
    found = Document.objects.filter(pk__in=keys).order_by()
    if not asked.query:
        return found.only(*SHOWN, *TEXTS)
    text = Concat("lesson", BETWEEN, "summary", BETWEEN, "body", output_field=TextField())
    title = _marking("title", asked, highlight_all=True)
    return found.only(*SHOWN).annotate(marked_title=title, excerpt=_marking(text, asked, **AROUND))


def _kept(keys: list[int]) -> dict[int, Document]:
    """Those that not everybody may read, with what they are about."""
    if not keys:
        return {}
    found = Document.objects.filter(pk__in=keys).order_by().with_subjects().with_marks()
    return {each.pk: each for each in found.only("kind", *KEPT)}


def _hit(document: Document, kept: Document | None) -> Hit:
    title = getattr(document, "marked_title", document.title)
    said = getattr(document, "excerpt", None)
    return Hit(document, marked(title), marked(_beginning(document) if said is None else said), kept)


def _beginning(document: Document) -> str:
    """The first words of a document, for who looks through it without words of their own."""
    said = (document.summary or document.lesson or document.body).split()
    return " ".join(said[:LONGEST_EXCERPT]) + (" ..." if len(said) > LONGEST_EXCERPT else "")


def _marking(text: Any, asked: Asked, **options: Any) -> SearchHeadline:
    return SearchHeadline(text, asked.search, config=ENGLISH, start_sel=START, stop_sel=STOP, **options)
