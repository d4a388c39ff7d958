"""Components that people type into, choose a file with, or choose one thing from a list with."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from continuity.core.nhs.labels import around, described_by, own_id
from continuity.core.nhs.markup import Params, attrs, component, join_names, on_off, outer, part, render

# The options that every single input has.
FIELD = "label hint error_message name disabled described_by form_group"


@component(
    "input",
    f"{FIELD} type value width code large prefix suffix spellcheck autocomplete inputmode placeholder"
    " autocapitalize input_wrapper",
)
def text_input(p: Params) -> dict[str, Any]:
    is_wrong = bool(p.get("error_message"))
    names = (
        "nhsuk-input",
        p.get("large") and "nhsuk-input--large",
        p.get("code") and "nhsuk-input--code",
        is_wrong and "nhsuk-input--error",
        p.get("width") and f"nhsuk-input--width-{p['width']}",
    )
    own = {
        "id": own_id(p),
        "name": p.get("name"),
        "type": p.get("type") or "text",
        "spellcheck": on_off(p.get("spellcheck")),
        "value": p.get("value") or None,
        "disabled": bool(p.get("disabled")),
        "aria_describedby": described_by(p) or None,
        **{name: p.get(name) for name in ("autocomplete", "autocapitalize", "placeholder", "inputmode")},
    }
    group, wrapper = p.get("form_group") or {}, p.get("input_wrapper") or {}
    sides = {end: _affix(p.get(end), end) for end in ("prefix", "suffix")}
    after = part(group.get("after_input")).get("text")
    is_wrapped = bool(any(sides.values()) or after or wrapper)
    return {
        "field": around(p),
        "attrs": outer(p, *names, **own),
        "wrapper_attrs": _wrapper(p, wrapper) if is_wrapped else "",
        "after": after or "",
        **sides,
    }


def _wrapper(p: Params, wrapper: Params) -> SafeString:
    return outer(wrapper, "nhsuk-input-wrapper", p.get("large") and "nhsuk-input-wrapper--large")


def _affix(given: Any, end: str) -> SafeString | str:
    """The sign before or behind an input, which screen readers skip."""
    options = part(given)
    if not options.get("text"):
        return ""
    own = {"class": f"nhsuk-input-wrapper__{end}", "aria-hidden": "true"}
    return format_html("<div{}>{}</div>", attrs(own), options["text"])


@component(
    "password-input",
    f"{FIELD} value width code prefix autocomplete button",
)
def password_input(p: Params) -> dict[str, Any]:
    """A password that can be shown: the button appears only where scripts run."""
    button = part(p.get("button"))
    show = render(
        "button",
        text="Show",
        aria_label="Show password",
        type="button",
        small=True,
        variant=button.get("variant") or "secondary",
        prevent_double_click=button.get("prevent_double_click"),
        disabled=button.get("disabled", p.get("disabled")),
        classes="nhsuk-password-input__toggle nhsuk-js-password-input-toggle",
        attributes={"aria-controls": own_id(p), "hidden": True},
    )
    group = {"classes": "nhsuk-password-input", "attributes": {"data-module": "nhsuk-password-input"}}
    own = {
        "type": "password",
        "spellcheck": False,
        "autocomplete": p.get("autocomplete") or "current-password",
        "autocapitalize": "none",
        "classes": join_names("nhsuk-password-input__input nhsuk-js-password-input-input", p.get("classes")),
        "form_group": {**group, "after_input": show},
    }
    return text_input({**{name: value for name, value in p.items() if name != "button"}, **own})


@component("search-input", f"{FIELD} value width code large prefix placeholder button")
def search_input(p: Params) -> dict[str, Any]:
    """A search field with its button."""
    given = part(p.get("button"))
    options = {
        "aria_label": "Search",
        "icon": "search",
        "small": not p.get("large"),
        "disabled": p.get("disabled"),
        **given,
    }
    is_alone = p.get("button") is False or p.get("button") == ""
    go = "" if is_alone else render("button", **options, classes="nhsuk-search-input__button")
    own = {
        "type": "search",
        "autocomplete": "off",
        "classes": join_names("nhsuk-search-input__input", p.get("classes")),
        "form_group": {
            "classes": join_names("nhsuk-search-input", p.get("large") and "nhsuk-search-input--large"),
            "after_input": go,
        },
        "input_wrapper": {"classes": "nhsuk-search-input__wrapper"},
    }
    return text_input({**{name: value for name, value in p.items() if name != "button"}, **own})


@component("textarea", f"{FIELD} value rows spellcheck autocomplete")
def textarea(p: Params) -> dict[str, Any]:
    own = {
        "id": own_id(p),
        "name": p.get("name"),
        "rows": p.get("rows") or 5,
        "spellcheck": on_off(p.get("spellcheck")),
        "disabled": bool(p.get("disabled")),
        "aria_describedby": described_by(p) or None,
        "autocomplete": p.get("autocomplete"),
    }
    group = p.get("form_group") or {}
    return {
        "field": around(p),
        "attrs": outer(p, "nhsuk-textarea", p.get("error_message") and "nhsuk-textarea--error", **own),
        "value": p.get("value") or "",
        "after": part(group.get("after_input")).get("text", ""),
    }


@component("character-count", f"{FIELD} value rows spellcheck autocomplete maxlength threshold")
def character_count(p: Params) -> dict[str, Any]:
    """A textarea that counts: a guide only, the server decides."""
    info = f"{own_id(p)}-info"
    limit = p.get("maxlength")
    message = render(
        "hint",
        text=f"You can enter up to {limit} characters" if limit else "",
        id=info,
        classes="nhsuk-character-count__message",
        attributes={"hidden": not limit},
    )
    counted = {
        "data-module": "nhsuk-character-count",
        "data-maxlength": limit,
        "data-threshold": p.get("threshold"),
    }
    rest = {name: value for name, value in p.items() if name not in {"maxlength", "threshold"}}
    group = {"classes": "nhsuk-character-count", "attributes": counted, "after_input": message}
    names = join_names("nhsuk-js-character-count", p.get("classes"))
    return textarea({**rest, "described_by": info, "classes": names, "form_group": group})


@component("select", f"{FIELD} items value")
def select(p: Params) -> dict[str, Any]:
    own = {
        "id": own_id(p),
        "name": p.get("name"),
        "disabled": bool(p.get("disabled")),
        "aria_describedby": described_by(p) or None,
    }
    chosen = p.get("value")
    group = p.get("form_group") or {}
    after = part(group.get("after_input")).get("text")
    return {
        "field": around(p),
        "attrs": outer(p, "nhsuk-select", p.get("error_message") and "nhsuk-select--error", **own),
        "items": [_choice(item, chosen) for item in p.get("items") or () if item],
        "wrapper_attrs": outer({}, "nhsuk-input-wrapper") if after else "",
        "after": after or "",
    }


def _choice(item: Params, chosen: Any) -> Params:
    """An option, or a group of options, with the attributes of each."""
    if item.get("group"):
        return {**item, "items": [_choice(option, chosen) for option in item["items"]]}
    return {**item, "attrs": _option(item, chosen)}


def _option(item: Params, chosen: Any) -> SafeString:
    is_chosen = item.get("selected", bool(chosen) and item.get("value", item.get("text")) == chosen)
    own = {"value": item.get("value"), "selected": bool(is_chosen), "disabled": bool(item.get("disabled"))}
    return attrs({**own, **(item.get("attributes") or {})})


@component("file-upload", f"{FIELD} multiple")
def file_upload(p: Params) -> dict[str, Any]:
    own = {
        "id": own_id(p),
        "name": p.get("name"),
        "type": "file",
        "disabled": bool(p.get("disabled")),
        "multiple": bool(p.get("multiple")),
        "aria_describedby": described_by(p) or None,
    }
    group = {"classes": "nhsuk-file-upload", "attributes": {"data-module": "nhsuk-file-upload"}}
    return {"field": around({**p, "form_group": group}), "attrs": outer(p, "nhsuk-file-upload__input", **own)}
