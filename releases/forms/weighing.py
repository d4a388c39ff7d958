"""A notice form that is still being filled: what can be weighed of it, and what stays when a window is taken."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from continuity.catalogue.models import Service
from continuity.core.clock import ClockError, length, window
from continuity.core.fields import LocalMomentField, read_moment
from continuity.core.level import Effect
from releases.forms.notice import NoticeForm
from releases.schedule import ends
from releases.weighing.facts import Hit, Plan


def plan_in(form: NoticeForm) -> Plan | None:
    """What a sent form says so far; None while it does not say when.

    Faults elsewhere do not matter. Services whose effect is not chosen yet are weighed as down.
    """
    form.is_valid()
    usual = _usual(form)
    hits = [*_hits(form), *(_undecided(form, *usual) if usual else ())]
    spans = [*([usual] if usual else ()), *((hit.start, hit.end) for hit in hits)]
    spans += [ends(form.work)] if form.work else []
    if not spans:
        return None
    services = frozenset({*(service.pk for service in form.chosen), *(hit.service for hit in hits)})
    return Plan(min(start for start, _ in spans), max(end for _, end in spans), tuple(hits), services)


def hit_in(form: NoticeForm) -> list[Service]:
    """Every service that a sent form ticks or hits, by name."""
    ticked = form["at_risk"].value() or []
    found = {service.pk: service for service in form.chosen}
    found |= {form.known[key].pk: form.known[key] for key in map(str, ticked) if key in form.known}
    found |= {outage.service.pk: outage.service for _, outage in form.outages}
    return sorted(found.values(), key=lambda service: service.name)


def as_typed(form: NoticeForm) -> dict[str, Any]:
    """What was sent, as a form begins with it: shown again it keeps every word and complains of none."""
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, field in form.fields.items()
    }


def taken(initial: Mapping[str, Any], fields: Iterable[str], start: datetime, to: datetime) -> dict[str, Any]:
    """What a form begins with, every moment of it as much later as `to` is than `start`; nothing else changes."""
    by = length(start, to)
    moved = {name: at + by for name in fields if (at := _moment(initial.get(name)))}
    return {**initial, **moved}


def moments_of(form: NoticeForm) -> list[str]:
    """The names of a form's fields that say when."""
    return [name for name, field in form.fields.items() if isinstance(field, LocalMomentField)]


def first_moment(initial: Mapping[str, Any], fields: Iterable[str]) -> datetime | None:
    """When the work starts that a form begins with."""
    starts = [_moment(initial.get(name)) for name in fields if name.endswith("_from")]
    return min((start for start in starts if start), default=None)


def _usual(form: NoticeForm) -> tuple[datetime, datetime] | None:
    """The usual outage, where both its moments can be read and are in order."""
    start, end = (_moment(_typed(form, name)) for name in ("outage_from", "outage_to"))
    try:
        return ends(window(start, end)) if start and end else None
    except ClockError:
        return None


def _typed(form: NoticeForm, name: str) -> Any:
    return form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


def _hits(form: NoticeForm) -> list[Hit]:
    outages: list[tuple[str, Any]] = form.outages
    return [Hit(each.service.pk, Effect(each.effect), *ends(each.span)) for _, each in outages]


def _undecided(form: NoticeForm, start: datetime, end: datetime) -> list[Hit]:
    if form.cleaned_data.get("effect"):
        return []
    return [Hit(service.pk, Effect.DOWN, start, end) for service in form.chosen]


def _moment(value: Any) -> datetime | None:
    """An instant, or the texts of one, understood."""
    if isinstance(value, list | tuple):
        return read_moment(*(*(str(text or "") for text in value), "", "", "")[:3]).at
    return value if isinstance(value, datetime) else None
