"""What every component is made of: attributes, class names, parts, icons, and the table of components."""

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

Params = Mapping[str, Any]
Prepare = Callable[[Params], dict[str, Any]]


@dataclass(frozen=True)
class Component:
    """A template of `templates/components/`, the options it takes, and what turns options into its context."""

    template: str
    offers: frozenset[str]
    prepare: Prepare

    def render(self, params: Params) -> SafeString:
        """The component's HTML; raises TypeError for an option it does not take."""
        if unknown := set(params) - self.offers:
            raise TypeError(f"{self.template} does not take {', '.join(sorted(unknown))}.")
        return trimmed(_template(self.template).render(self.prepare(params)))


@cache
def _template(name: str) -> Any:
    """The template of that name, looked up once a process."""
    return get_template(name)


COMPONENTS: dict[str, Component] = {}
EVERYWHERE = "id classes attributes"


def component(name: str, offers: str) -> Callable[[Prepare], Prepare]:
    """Register a component under the design system's name for it, with the options it takes."""

    def keep(prepare: Prepare) -> Prepare:
        template = f"components/{name.replace('-', '_')}.html"
        COMPONENTS[name] = Component(template, frozenset(f"{offers} {EVERYWHERE}".split()), prepare)
        return prepare

    return keep


def render(which: str, /, **params: Any) -> SafeString:
    """The HTML of the component of that name."""
    return COMPONENTS[which].render(params)


def part(given: Any) -> dict[str, Any]:
    """A part of a component, given as words or as a mapping of options, as a mapping."""
    if isinstance(given, Mapping):
        return dict(given)
    return {"text": given} if given not in (None, False, "") else {}


def trimmed(markup: SafeString) -> SafeString:
    """The same HTML without space around it; `str.strip` would forget that it is safe."""
    return SafeString(markup.strip())


def is_html(text: Any) -> bool:
    return hasattr(text, "__html__")


def paragraph(text: Any, names: str = "") -> SafeString:
    """Words in a paragraph of their own; HTML as it is."""
    if is_html(text) or not text:
        return conditional_escape(text or "")
    return format_html("<p{}>{}</p>", attrs({"class": names or None}), text)


def join_names(*names: Any) -> str:
    """Class names that are not empty, in order."""
    return " ".join(str(name) for name in names if name)


def attrs(given: Params) -> SafeString:
    """The pairs as HTML, a space before each. None and False leave a name out, True writes it without a value."""
    pairs = (
        f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"'
        for name, value in given.items()
        if value is not None and value is not False
    )
    # Each name and value is escaped.
    return mark_safe("".join(pairs))  # noqa: S308


def _escaped(value: Any) -> str:
    """As Django's `conditional_escape`, in a third of its time: a long form asks it a thousand times."""
    return str(value.__html__() if hasattr(value, "__html__") else html.escape(str(value)))


def outer(params: Params, *names: Any, **more: Any) -> SafeString:
    """The attributes of a component's outermost element: classes, id, those of the component, those asked for.

    An underscore in a keyword stands for a hyphen.
    """
    own = {name.rstrip("_").replace("_", "-"): value for name, value in more.items()}
    known = {"class": join_names(*names, params.get("classes")), "id": params.get("id") or None, **own}
    return attrs({**known, **(params.get("attributes") or {})})


def on_off(value: Any) -> str | None:
    """A true or false as a data attribute writes it; None stays away."""
    return None if value is None else str(bool(value)).lower()


@cache
def _icon_paths() -> dict[str, str]:
    """The paths that the build took from the design system; icons are decoration, so none is no error."""
    table = settings.BUILD_DIR / "icons.json"
    return dict(json.loads(table.read_text())) if table.exists() else {}


def icon(name: str) -> SafeString:
    """An icon of the design system, hidden from screen readers."""
    shape = {"class": f"nhsuk-icon nhsuk-icon--{name}", "xmlns": "http://www.w3.org/2000/svg"}
    box = {"viewBox": "0 0 24 24", "width": 16, "height": 16, "focusable": "false", "aria-hidden": "true"}
    # The paths come from the installed package, not from people.
    path = mark_safe(_icon_paths().get(name, ""))  # noqa: S308
    return format_html("<svg{}>{}</svg>", attrs(shape | box), path)
