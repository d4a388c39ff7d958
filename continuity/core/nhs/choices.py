"""Radios and checkboxes: several choices under one legend, some of which open more."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from continuity.core.nhs.labels import group_attrs, messages_of
from continuity.core.nhs.markup import Params, attrs, component, join_names, outer, part, render

CHOICES = "fieldset hint error_message name items id_prefix disabled small inline form_group"


@component("radios", f"{CHOICES} value")
def radios(p: Params) -> dict[str, Any]:
    chosen = p.get("value")
    return Choices(p, "nhsuk-radios", "radio", {chosen} if chosen else set()).context()


@component("checkboxes", f"{CHOICES} values described_by")
def checkboxes(p: Params) -> dict[str, Any]:
    return Choices(p, "nhsuk-checkboxes", "checkbox", set(p.get("values") or ())).context()


@dataclass(frozen=True)
class Choices:
    """The options of one group of choices, its class name, the type of its inputs, and the chosen values."""

    params: Params
    name: str
    kind: str
    chosen: set[Any]

    def context(self) -> dict[str, Any]:
        p, prefix = self.params, self.params.get("id_prefix") or self.params.get("name") or ""
        frame = dict(p.get("fieldset") or {})
        given = frame.pop("described_by", None) or p.get("described_by") or ""
        messages, described = messages_of(p, prefix, given)
        # Without a fieldset that could say it, each box says what describes it.
        loose = described if self.kind == "checkbox" and not frame else ""
        items = enumerate(p.get("items") or (), start=1)
        inner = {
            "messages": messages,
            "attrs": self.attrs(),
            "items": [
                self.choice(item, f"{prefix}-{at}" if at > 1 else prefix, loose) for at, item in items if item
            ],
            "name": self.name,
        }
        body = render_to_string("components/choices.html", inner)
        if frame:
            body = render("fieldset", **frame, text=body, described_by=described)
        return {"attrs": group_attrs(p), "text": body}

    def attrs(self) -> SafeString:
        p = self.params
        modifiers = (f"{self.name}--{size}" for size in ("small", "inline") if p.get(size))
        own = {key: p.get(key) for key in ("id", "classes", "attributes")}
        # The design system's script complains about a group without choices.
        module = self.name if any(p.get("items") or ()) else None
        return outer(own, self.name, *modifiers, data_module=module)

    def choice(self, item: Params, prefix: str, described: str) -> dict[str, Any]:
        """One choice; the first of a group has the group's own id, so that an error can lead to it."""
        own_id = item.get("id") or prefix
        words, hint = part(item.get("label") or item.get("text")), part(item.get("hint"))
        hint = {"id": f"{own_id}-item-hint", **hint, "classes": f"{self.name}__hint"} if hint else {}
        folded = part(item.get("conditional")).get("text")
        is_on = item["checked"] if item.get("checked") is not None else item.get("value") in self.chosen
        own = {
            "id": own_id,
            "name": item.get("name") or self.params.get("name"),
            "type": self.kind,
            "value": item.get("value", ""),
            "checked": bool(is_on),
            "disabled": bool(item.get("disabled", self.params.get("disabled"))),
            "data-behaviour": item.get("behaviour"),
            "data-behaviour-group": item.get("behaviour_group"),
            "data-aria-controls": f"conditional-{own_id}" if folded else None,
            "aria-describedby": join_names(described, hint.get("id")) or None,
        }
        label = {**words, "for_": own_id, "classes": join_names(f"{self.name}__label", words.get("classes"))}
        closed = "" if is_on else f"{self.name}__conditional--hidden"
        fold = {"class": join_names(f"{self.name}__conditional", closed), "id": f"conditional-{own_id}"}
        return {
            "divider": item.get("divider"),
            "only_scripted": item.get("behaviour") == "inclusive",
            "attrs": attrs({"class": f"{self.name}__input", **own, **(item.get("attributes") or {})}),
            "label": render("label", **label),
            "hint": render("hint", **hint) if hint else "",
            "folded": folded,
            "folded_attrs": attrs(fold),
        }
