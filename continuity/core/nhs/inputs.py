"""Components that people fill in: inputs, choices, files, and the labels, hints and errors around them."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from continuity.core.nhs.content import heading, hidden_span
from continuity.core.nhs.markup import Params, attrs, component, join_names, on_off, outer, part, render

FIELD = "label hint error_message name disabled described_by form_group"


@component("label", "text heading size for_ visually_hidden_text")
def label(p: Params) -> dict[str, Any]:
    """A label; given a heading, the label stands inside it, as the page's only question does."""
    head = part(p.get("heading"))
    size = head.get("size") or p.get("size")
    hidden = head.get("visually_hidden_text") or p.get("visually_hidden_text")
    return {
        "attrs": outer(p, "nhsuk-label", size and f"nhsuk-label--{size}", for_=p.get("for_") or None),
        "text": head.get("text") or p.get("text", ""),
        "hidden": hidden_span(f" {hidden}") if hidden else "",
        "level": head.get("level") or 1,
        "heading_attrs": outer(head, "nhsuk-label-wrapper") if head else "",
    }


@component("legend", "text heading size visually_hidden_text")
def legend(p: Params) -> dict[str, Any]:
    head = part(p.get("heading"))
    size = head.pop("size", None) or p.get("size")
    text = heading(head, level=1, name="nhsuk-fieldset__heading") if head else p.get("text", "")
    hidden = p.get("visually_hidden_text")
    return {
        "attrs": outer(p, "nhsuk-fieldset__legend", size and f"nhsuk-fieldset__legend--{size}"),
        "text": text,
        "hidden": hidden_span(f" {hidden}") if hidden else "",
    }


@component("hint", "text")
def hint(p: Params) -> dict[str, Any]:
    return {"attrs": outer(p, "nhsuk-hint"), "text": p.get("text", "")}


@component("error-message", "text visually_hidden_text")
def error_message(p: Params) -> dict[str, Any]:
    hidden = p.get("visually_hidden_text", "Error")
    return {"attrs": outer(p, "nhsuk-error-message"), "text": p.get("text", ""), "hidden": hidden}


@component("fieldset", "legend text role described_by")
def fieldset(p: Params) -> dict[str, Any]:
    own = {"role": p.get("role") or None, "aria_describedby": p.get("described_by") or None}
    title = part(p.get("legend"))
    return {
        "attrs": outer(p, "nhsuk-fieldset", **own),
        "legend": render("legend", **title) if title else "",
        "text": p.get("text", ""),
    }


@component(
    "input",
    f"{FIELD} type value width code large prefix suffix spellcheck autocomplete inputmode placeholder autocapitalize input_wrapper",
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
        "id": _id(p),
        "name": p.get("name"),
        "type": p.get("type") or "text",
        "spellcheck": on_off(p.get("spellcheck")),
        "value": p.get("value") or None,
        "disabled": bool(p.get("disabled")),
        "aria_describedby": _described(p) or None,
        **{name: p.get(name) for name in ("autocomplete", "autocapitalize", "placeholder", "inputmode")},
    }
    group, wrapper = p.get("form_group") or {}, p.get("input_wrapper") or {}
    sides = {end: _affix(p.get(end), end) for end in ("prefix", "suffix")}
    after = part(group.get("after_input")).get("text")
    is_wrapped = bool(any(sides.values()) or after or wrapper)
    return {
        "field": _around(p),
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
        disabled=button.get("disabled") or p.get("disabled"),
        classes="nhsuk-password-input__toggle nhsuk-js-password-input-toggle",
        attributes={"aria-controls": _id(p), "hidden": True},
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
    go = render("button", **options, classes="nhsuk-search-input__button")
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
        "id": _id(p),
        "name": p.get("name"),
        "rows": p.get("rows") or 5,
        "spellcheck": on_off(p.get("spellcheck")),
        "disabled": bool(p.get("disabled")),
        "aria_describedby": _described(p) or None,
        "autocomplete": p.get("autocomplete"),
    }
    group = p.get("form_group") or {}
    return {
        "field": _around(p),
        "attrs": outer(p, "nhsuk-textarea", p.get("error_message") and "nhsuk-textarea--error", **own),
        "value": p.get("value") or "",
        "after": part(group.get("after_input")).get("text", ""),
    }


@component("character-count", f"{FIELD} value rows spellcheck autocomplete maxlength threshold")
def character_count(p: Params) -> dict[str, Any]:
    """A textarea that counts: a guide only, the server decides."""
    info = f"{_id(p)}-info"
    limit = p.get("maxlength")
    message = render(
        "hint",
        text=f"You can enter up to {limit} characters" if limit else "",
        id=info,
        classes="nhsuk-character-count__message",
        attributes={"hidden": not limit},
    )
    counted = {"data-module": "nhsuk-character-count", "data-maxlength": limit, "data-threshold": p.get("threshold")}
    rest = {name: value for name, value in p.items() if name not in {"maxlength", "threshold"}}
    group = {"classes": "nhsuk-character-count", "attributes": counted, "after_input": message}
    names = join_names("nhsuk-js-character-count", p.get("classes"))
    return textarea({**rest, "described_by": info, "classes": names, "form_group": group})


@component("select", f"{FIELD} items value")
def select(p: Params) -> dict[str, Any]:
    own = {
        "id": _id(p),
        "name": p.get("name"),
        "disabled": bool(p.get("disabled")),
        "aria_describedby": _described(p) or None,
    }
    chosen = p.get("value")
    group = p.get("form_group") or {}
    after = part(group.get("after_input")).get("text")
    return {
        "field": _around(p),
        "attrs": outer(p, "nhsuk-select", p.get("error_message") and "nhsuk-select--error", **own),
        "items": [{**item, "attrs": _option(item, chosen)} for item in p.get("items") or () if item],
        "wrapper_attrs": outer({}, "nhsuk-input-wrapper") if after else "",
        "after": after or "",
    }


def _option(item: Params, chosen: Any) -> SafeString:
    is_chosen = item.get("selected", bool(chosen) and item.get("value", item.get("text")) == chosen)
    own = {"value": item.get("value"), "selected": bool(is_chosen), "disabled": bool(item.get("disabled"))}
    return attrs({**own, **(item.get("attributes") or {})})


@component("file-upload", f"{FIELD} multiple")
def file_upload(p: Params) -> dict[str, Any]:
    own = {
        "id": _id(p),
        "name": p.get("name"),
        "type": "file",
        "disabled": bool(p.get("disabled")),
        "multiple": bool(p.get("multiple")),
        "aria_describedby": _described(p) or None,
    }
    group = {"classes": "nhsuk-file-upload", "attributes": {"data-module": "nhsuk-file-upload"}}
    around = _around({**p, "form_group": group})
    return {"field": around, "attrs": outer(p, "nhsuk-file-upload__input", **own)}


CHOICES = "fieldset hint error_message name items id_prefix disabled small inline form_group"


@component("radios", f"{CHOICES} value")
def radios(p: Params) -> dict[str, Any]:
    chosen = p.get("value")
    return _choices(p, "nhsuk-radios", "radio", {chosen} if chosen else set())


@component("checkboxes", f"{CHOICES} values described_by")
def checkboxes(p: Params) -> dict[str, Any]:
    return _choices(p, "nhsuk-checkboxes", "checkbox", set(p.get("values") or ()))


def _choices(p: Params, name: str, kind: str, chosen: set[Any]) -> dict[str, Any]:
    prefix = p.get("id_prefix") or p.get("name") or ""
    frame = dict(p.get("fieldset") or {})
    described = frame.pop("described_by", None) or p.get("described_by") or ""
    messages, described = _messages(p, prefix, described)
    small, inline = p.get("small") and f"{name}--small", p.get("inline") and f"{name}--inline"
    loose = described if kind == "checkbox" and not frame else ""
    items = [
        _choice(item, p, f"{prefix}-{at}" if at > 1 else prefix, name, kind, chosen, loose)
        for at, item in enumerate(p.get("items") or (), start=1)
        if item
    ]
    inner = {
        "messages": messages,
        "attrs": outer({k: p.get(k) for k in ("id", "classes", "attributes")}, name, small, inline, data_module=name),
        "items": items,
        "name": name,
    }
    body = render_to_string("components/choices.html", inner)
    if frame:
        body = render("fieldset", **frame, text=body, described_by=described)
    return {"attrs": _group(p), "text": body}


def _choice(
    item: Params, p: Params, own_id: str, name: str, kind: str, chosen: set[Any], described: str
) -> dict[str, Any]:
    own_id = item.get("id") or own_id
    words, hinted = part(item.get("label") or item.get("text")), part(item.get("hint"))
    hint_id = hinted.get("id") or f"{own_id}-item-hint"
    folded = part(item.get("conditional")).get("text")
    is_on = bool(item["checked"]) if item.get("checked") is not None else item.get("value") in chosen
    own = {
        "id": own_id,
        "name": item.get("name") or p.get("name"),
        "type": kind,
        "value": item.get("value", ""),
        "checked": is_on,
        "disabled": bool(item.get("disabled", p.get("disabled"))),
        "data-behaviour": item.get("behaviour"),
        "data-behaviour-group": item.get("behaviour_group"),
        "data-aria-controls": f"conditional-{own_id}" if folded else None,
        "aria-describedby": join_names(described, hinted.get("text") and hint_id) or None,
    }
    return {
        "divider": item.get("divider"),
        "only_scripted": item.get("behaviour") == "inclusive",
        "attrs": attrs({"class": f"{name}__input", **own, **(item.get("attributes") or {})}),
        "label": render("label", **{**words, "for_": own_id, "classes": join_names(f"{name}__label", words.get("classes"))}),
        "hint": render("hint", **{**hinted, "id": hint_id, "classes": f"{name}__hint"}) if hinted.get("text") else "",
        "folded": folded,
        "folded_attrs": attrs({
            "class": join_names(f"{name}__conditional", not is_on and f"{name}__conditional--hidden"),
            "id": f"conditional-{own_id}",
        }),
    }


def _id(p: Params) -> str:
    return str(p.get("id") or p.get("name") or "")


def _messages(p: Params, own_id: str, described: str = "") -> tuple[list[SafeString], str]:
    """Hint and error message, and the ids that describe the input with them."""
    found: list[SafeString] = []
    for name, ending, key in (("hint", "hint", "hint"), ("error-message", "error", "error_message")):
        given = p.get(key)
        options = part(given) if given is not True else {}
        if options.get("text"):
            options.setdefault("id", f"{own_id}-{ending}")
            found.append(render(name, **options))
            described = join_names(described, options["id"])
    return found, described


def _described(p: Params) -> str:
    return _messages(p, _id(p), p.get("described_by") or "")[1]


def _group(p: Params) -> SafeString:
    group = p.get("form_group") or {}
    wrong = p.get("error_message") and "nhsuk-form-group--error"
    given = {"classes": group.get("classes"), "attributes": group.get("attributes")}
    return outer(given, "nhsuk-form-group", wrong)


def _around(p: Params) -> dict[str, Any]:
    """What stands around one input: its group's attributes, label, hint and error."""
    words = part(p.get("label"))
    own_id = _id(p)
    text = render("label", **{"for_": own_id, **words}) if words else ""
    return {"attrs": _group(p), "label": text, "messages": _messages(p, own_id)[0]}
