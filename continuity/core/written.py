"""What a person wrote into a form that could not be taken, so that it can be copied before it is gone."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.utils.choices import flatten_choices

from continuity.core.nhs.forms import PlainWords
from continuity.core.privacy import is_tick

# Never shown again, whichever form they stand on. Whole names: a part of one may stand in any other ("told_at").
SECRET = frozenset({"csrfmiddlewaretoken", "old", "new"})  # and every password
# What pages write into hidden fields and buttons for themselves; no field that people fill in has such a name.
HIDDEN = frozenset({
    *("version", "seen", "then", "next", "once", "from", "content", "amendments", "call", "again"),
    *("fill", "weigh", "take", "all"),
})  # fmt: skip
NAMELESS = "{} (its name cannot be shown here)"


class Asked(NamedTuple):
    """A question of a form: its field, and its words."""

    field: forms.Field
    label: str


def written(request: HttpRequest) -> list[tuple[str, str]]:
    """What a person wrote into a form of ours: questions and answers, without secrets.

    Nothing is asked of the database. A question that its form words only when it is shown stands as its name, and a
    choice whose name stands in the database as what was sent.
    """
    try:
        is_ours = request.method == "POST" and request.path != settings.LOGIN_URL and is_from_here(request)
        sent = dict(request.POST.lists()) if is_ours else {}
    except (SuspiciousOperation, BadRequest, UnreadablePostError):
        return []
    told = {name: [text for text in texts if text.strip()] for name, texts in sent.items() if is_shown(name)}
    asked = questions_of(request, sent.keys() - SECRET) if any(told.values()) else {}
    return [
        (asked[name].label, answer(asked[name].field, text)) if name in asked else (words_of(name), text)
        for name, texts in told.items()
        for text in texts
    ]


def is_shown(name: str) -> bool:
    """Whether people wrote what a field of this name holds, and may read it again."""
    return not (name in SECRET or name in HIDDEN or "password" in name.lower() or is_tick(name))


def questions_of(request: HttpRequest, sent: set[str]) -> dict[str, Asked]:
    """What the form asks, by the names it sends: of those its page has, the one with most of what was sent.

    Where two have as much, what both call the same.
    """
    found = request.resolver_match
    page = vars(sys.modules[found.func.__module__]).values() if found else ()
    kinds = [kind for kind in page if isinstance(kind, type) and issubclass(kind, PlainWords)]
    asked = [dict(_questions(kind)) for kind in kinds]
    most = max((len(sent & each.keys()) for each in asked), default=0)
    best = [each for each in asked if len(sent & each.keys()) == most]
    return {
        name: question
        for each in best
        for name, question in each.items()
        if {other[name].label for other in best if name in other} == {question.label}
    }


def _questions(kind: type) -> Iterator[tuple[str, Asked]]:
    for name, field in getattr(kind, "base_fields", {}).items():
        label = str(field.label or words_of(name))
        yield name, Asked(field, label)
        for part in getattr(field.widget, "widgets_names", ()):  # a date and a time are sent apart
            yield name + part, Asked(field, f"{label}: {part.strip('_')}")


def answer(field: forms.Field, text: str) -> str:
    """What was sent, in the words of the form where it has them without the database."""
    if isinstance(field, forms.BooleanField) and text == "on":
        return "Yes"
    if not isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return text
    # A list is at hand; anything else may be read from the database.
    known = field.choices if isinstance(field.choices, list) else []
    pairs: Iterable[tuple[Any, Any]] = flatten_choices(known)
    names = {str(value): str(name) for value, name in pairs}
    return names.get(text, NAMELESS.format(text))


def words_of(name: str) -> str:
    """A field's name as words."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def is_from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of this portal, as far as the browser says."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
