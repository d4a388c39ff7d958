"""Components that say or start something: tags, buttons, cards, callouts, banners, folds."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from continuity.core.nhs.markup import (
    Params,
    attrs,
    component,
    icon,
    join_names,
    on_off,
    outer,
    paragraph,
    part,
)

CARE = {
    "non-urgent": "Non-urgent advice",
    "urgent": "Urgent advice",
    "emergency": "Immediate action required",
}


def heading(given: Any, *, level: int, name: str, prefix: str = "", **defaults: Any) -> SafeString:
    """A heading element of class `name`, from words or options (level, size, id, classes, visually_hidden_text)."""
    options = {**defaults, **part(given)}
    if not options.get("text"):
        return SafeString("")
    size = f"{prefix}{options['size']}" if options.get("size") and prefix else ""
    hidden = options.get("visually_hidden_text")
    return format_html(
        "<{0}{1}>{2}{3}</{0}>",
        options.get("element") or f"h{options.get('level') or level}",
        outer(options, name, size),
        options["text"],
        format_html('<span class="nhsuk-u-visually-hidden"> {}</span>', hidden) if hidden else "",
    )


@component("tag", "text colour border")
def tag(p: Params) -> dict[str, Any]:
    colour = p.get("colour")
    modifiers = (
        f"nhsuk-tag--{colour}" if colour else colour is False and "nhsuk-tag--no-colour",
        p.get("border") is False and "nhsuk-tag--no-border",
    )
    return {"attrs": outer(p, "nhsuk-tag", *modifiers), "text": p.get("text", "")}


@component("button", "text variant small icon href type name value disabled prevent_double_click aria_label")
def button(p: Params) -> dict[str, Any]:
    """A link gets the role of a button; everything else is one, of type submit."""
    is_link = bool(p.get("href")) and not p.get("type")
    sign = p["icon"] if isinstance(p.get("icon"), dict) else {"name": p.get("icon"), "placement": "start"}
    names = (
        "nhsuk-button",
        p.get("variant") and f"nhsuk-button--{p['variant']}",
        p.get("icon") and "nhsuk-button--icon",
        p.get("small") and "nhsuk-button--small",
    )
    own = {"data_module": "nhsuk-button", "data_prevent_double_click": on_off(p.get("prevent_double_click"))}
    label = p.get("aria_label")
    if is_link:
        kind = {"href": p["href"], "role": "button", "draggable": "false", "aria_label": label}
    else:
        off = bool(p.get("disabled"))
        kind = {
            "type": p.get("type") or "submit",
            "value": p.get("value"),
            "disabled": off,
            "aria_label": label,
        }
        kind |= {"aria_disabled": "true" if off else None}
        own["name"] = p.get("name")
    return {
        "element": "a" if is_link else "button",
        "attrs": outer(p, *names, **own, **kind),
        "text": p.get("text", ""),
        "icon": icon(sign["name"]) if sign["name"] else "",
        "placement": sign["placement"],
    }


@component("action-link", "text href type variant")
def action_link(p: Params) -> dict[str, Any]:
    return _link(p, "nhsuk-action-link") | {"icon": icon("arrow-right-circle"), "text": p.get("text", "")}


@component("back-link", "text href type variant visually_hidden_text")
def back_link(p: Params) -> dict[str, Any]:
    words = {"text": p.get("text") or "Back", "hidden": p.get("visually_hidden_text")}
    return _link(p, "nhsuk-back-link") | words


def _link(p: Params, name: str) -> dict[str, Any]:
    """A link where there is an address and no button type was asked for, else a button."""
    is_link = bool(p.get("href")) and not p.get("type")
    kind = {"href": p["href"]} if is_link else {"type": p.get("type") or "submit"}
    variant = p.get("variant") and f"{name}--{p['variant']}"
    return {"element": "a" if is_link else "button", "attrs": outer(p, name, variant, **kind)}


@component("card", "heading text description actions variant clickable href")
def card(p: Params) -> dict[str, Any]:
    """`text` is the card's body as HTML, `description` plain words in a paragraph."""
    head, variant = part(p.get("heading")), p.get("variant")
    is_care = variant in CARE and bool(head.get("text"))
    acts = actions_of(p.get("actions"))
    names = (
        "nhsuk-card",
        p.get("clickable") and "nhsuk-card--clickable",
        variant
        and (f"nhsuk-card--care nhsuk-card--care--{variant}" if is_care else f"nhsuk-card--{variant}"),
    )
    about = p.get("description") or p.get("text")
    about = about.get("text") if isinstance(about, dict) else about
    return {
        "attrs": outer(p, *names),
        "heading": _card_heading(
            head, p.get("href") if variant != "feature" else None, variant if is_care else ""
        ),
        "stands_above": is_care or bool(acts),
        "actions": [action(each, about=head.get("text")) for each in acts],
        "text": paragraph(about, "nhsuk-card__description"),
        "icon": icon("chevron-right-circle") if variant == "primary" else "",
    }


def _card_heading(given: dict[str, Any], href: str | None, care: str | None) -> SafeString:
    text = given.get("text")
    if not text:
        return SafeString("")
    hidden = given.pop("visually_hidden_text", None) or CARE.get(care or "")
    if href:
        inner = format_html('<a class="nhsuk-card__link" href="{}">{}</a>', href, text)
    elif hidden:
        words = '<span role="text"><span class="nhsuk-u-visually-hidden">{}: </span>{}</span>'
        inner = format_html(words, hidden, text)
    else:
        inner = text
    title = heading({**given, "text": inner}, level=2, name="nhsuk-card__heading", prefix="nhsuk-heading-")
    arrow = '<span class="nhsuk-card--care__arrow" aria-hidden="true"></span>'
    return format_html("{}{}", title, SafeString(arrow if care else ""))


def actions_of(given: Any) -> list[Params]:
    """Actions are a list, or a mapping with their list under `items`."""
    return [each for each in (given["items"] if isinstance(given, dict) else given or ()) if each]


def action(p: Params, *, about: Any = "") -> SafeString:
    """A link or button of a card or a summary row, whose hidden words name what it acts on."""
    own, hidden = p.get("visually_hidden_text"), ""
    is_link = bool(p.get("href")) and not p.get("type")
    kind = {"href": p["href"]} if is_link else {"type": p.get("type") or "submit"}
    if own or about:
        words = join_names(own and f" {own}", about and f"({about})")
        spaced = words if words.startswith(" ") else f" {words}"
        hidden = format_html('<span class="nhsuk-u-visually-hidden">{}</span>', spaced)
    form = ("a" if is_link else "button", outer(p, "nhsuk-link", **kind), p.get("text", ""), hidden)
    return format_html("<{0}{1}>{2}{3}</{0}>", *form)


@component("warning-callout", "heading text")
def warning_callout(p: Params) -> dict[str, Any]:
    """A warning card; screen readers hear "Important: " first unless the heading says so."""
    head = part(p.get("heading"))
    says_so = "important" in str(head.get("text", "")).lower()
    head = {"level": 3, **head} | ({} if says_so else {"visually_hidden_text": "Important"})
    shared = {key: p[key] for key in ("id", "classes", "attributes", "text") if key in p}
    return card({**shared, "heading": head, "variant": "warning"})


@component("inset-text", "text visually_hidden_text")
def inset_text(p: Params) -> dict[str, Any]:
    hidden = p.get("visually_hidden_text") or "Information"
    return {"attrs": outer(p, "nhsuk-inset-text"), "hidden": hidden, "text": paragraph(p.get("text"))}


@component("notification-banner", "title heading text variant role disable_auto_focus")
def notification_banner(p: Params) -> dict[str, Any]:
    title, variant = part(p.get("title")), p.get("variant")
    title_id = title.pop("id", None) or "nhsuk-notification-banner-title"
    title = {"text": "Success" if variant == "success" else "Important", **title, "id": title_id}
    head = heading(p.get("heading"), level=3, name="nhsuk-notification-banner__heading")
    names = ("nhsuk-notification-banner", variant == "success" and "nhsuk-notification-banner--success")
    own = {
        "data_module": "nhsuk-notification-banner",
        "data_disable_auto_focus": on_off(p.get("disable_auto_focus")),
        "role": p.get("role") or ("alert" if variant == "success" else "region"),
        "aria_labelledby": title_id,
    }
    return {
        "attrs": outer(p, *names, **own),
        "title": heading(title, level=2, name="nhsuk-notification-banner__title"),
        "heading": head,
        "text": paragraph(p.get("text"), "nhsuk-body" if head else "nhsuk-notification-banner__heading"),
    }


@component("details", "summary text open variant")
def details(p: Params) -> dict[str, Any]:
    summary = part(p.get("summary"))
    return {
        "attrs": outer(
            p,
            "nhsuk-details",
            p.get("variant") and f"nhsuk-details--{p['variant']}",
            open=bool(p.get("open")),
        ),
        "summary_attrs": outer(summary, "nhsuk-details__summary"),
        "summary": summary.get("text", ""),
        "text": p.get("text", ""),
    }


@component("panel", "heading text variant")
def panel(p: Params) -> dict[str, Any]:
    name = "nhsuk-panel__heading"
    return {
        "attrs": outer(p, "nhsuk-panel", p.get("variant") and f"nhsuk-panel--{p['variant']}"),
        "heading": heading(p.get("heading"), level=1, name=name, prefix=f"{name}--"),
        "text": p.get("text", ""),
    }


@component("skip-link", "text href")
def skip_link(p: Params) -> dict[str, Any]:
    own = {"data_module": "nhsuk-skip-link", "href": p.get("href") or "#maincontent"}
    return {"attrs": outer(p, "nhsuk-skip-link", **own), "text": p.get("text") or "Skip to main content"}


def hidden_span(words: Any) -> SafeString:
    """Words for screen readers alone."""
    return format_html("<span{}>{}</span>", attrs({"class": "nhsuk-u-visually-hidden"}), words)
