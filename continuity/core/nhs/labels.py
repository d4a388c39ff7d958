"""What stands around an input: label, legend, hint, error message, fieldset, and the group that holds them."""

from typing import Any

from django.utils.safestring import SafeString

from continuity.core.nhs.content import heading, hidden_span
from continuity.core.nhs.markup import Params, component, join_names, outer, part, render


@component("label", "text heading size for_ visually_hidden_text")
def label(p: Params) -> dict[str, Any]:
    """A label; given a heading, the label stands inside it, as the page's only question does."""
    head = _question(p)
    size = head.get("size") or p.get("size")
    return {
        "attrs": outer(p, "nhsuk-label", size and f"nhsuk-label--{size}", for_=p.get("for_") or None),
        "text": head.get("text") or p.get("text", ""),
        "hidden": _hidden(head.get("visually_hidden_text") or p.get("visually_hidden_text")),
        "level": head.get("level") or 1,
        "heading_attrs": outer(head, "nhsuk-label-wrapper") if head else "",
    }


@component("legend", "text heading size visually_hidden_text")
def legend(p: Params) -> dict[str, Any]:
    """A legend; given a heading, the heading stands inside it."""
    head = _question(p)
    size = head.pop("size", None) or p.get("size")
    return {
        "attrs": outer(p, "nhsuk-fieldset__legend", size and f"nhsuk-fieldset__legend--{size}"),
        "text": heading(head, level=1, name="nhsuk-fieldset__heading") if head else p.get("text", ""),
        "hidden": _hidden(p.get("visually_hidden_text")),
    }


def _question(p: Params) -> dict[str, Any]:
    """The heading of a label or legend, which takes the label's own words where it has none."""
    given = p.get("heading")
    return {"text": p.get("text", ""), **({} if given is True else part(given))} if given else {}


def _hidden(words: Any) -> SafeString | str:
    return hidden_span(f" {words}") if words else ""


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


def own_id(p: Params) -> str:
    return str(p.get("id") or p.get("name") or "")


def messages_of(p: Params, prefix: str, described: str = "") -> tuple[list[SafeString], str]:
    """Hint and error message, and the ids that describe the input with them."""
    found: list[SafeString] = []
    for name, ending, key in (("hint", "hint", "hint"), ("error-message", "error", "error_message")):
        given = p.get(key)
        options = part(given) if given is not True else {}
        if options.get("text"):
            options.setdefault("id", f"{prefix}-{ending}")
            found.append(render(name, **options))
            described = join_names(described, options["id"])
    return found, described


def described_by(p: Params) -> str:
    return messages_of(p, own_id(p), p.get("described_by") or "")[1]


def group_attrs(p: Params) -> SafeString:
    group = p.get("form_group") or {}
    wrong = p.get("error_message") and "nhsuk-form-group--error"
    given = {"classes": group.get("classes"), "attributes": group.get("attributes")}
    return outer(given, "nhsuk-form-group", wrong)


def around(p: Params) -> dict[str, Any]:
    """What stands around one input: its group's attributes, label, hint and error."""
    words = part(p.get("label"))
    text = render("label", **{"for_": own_id(p), **words}) if words else ""
    return {"attrs": group_attrs(p), "label": text, "messages": messages_of(p, own_id(p))[0]}
