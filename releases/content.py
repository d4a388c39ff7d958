"""A notice as plain data: what is kept of each version, what a series repeats, what a template hands on.

The shape, all of it JSON: the plain fields by their names; `work` and each outage's `from` and `to` as ISO 8601
in UTC; `services` and each outage's `service` by key; `steps` by phase.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg.types.range import Range

from continuity.catalogue.models import Service
from continuity.core.level import Effect
from continuity.core.wording import moment_words, window_words
from releases.models import Outage, Release
from releases.schedule import NO_TIME, ends, moved

Content = Mapping[str, Any]
WORDS = ("title", "contact", "reason", "summary", "local_note", "why_soon", "rollback_plan")
CHOICES = ("kind", "source", "is_held", "may_monitor_end")
PHASES = ("before", "during", "after")


class Difference(NamedTuple):
    """One thing that two versions of a notice say differently, in words."""

    label: str
    before: str
    after: str


def content_of(release: Release) -> dict[str, Any]:
    """The whole notice as it stands in its rows; three queries, fewer where they are fetched already."""
    steps = [(step.phase, step.text) for step in release.instructions.all()]
    return {
        **{name: getattr(release, name) for name in (*WORDS, *CHOICES)},
        "rollback_by": release.rollback_by.isoformat() if release.rollback_by else None,
        "work": _written(release.work),
        "outages": [
            {"service": each.service.key, "effect": each.effect, "span": _written(each.span)}
            for each in release.disruptions.all()
        ],
        "services": sorted(service.key for service in release.services.all()),
        "steps": {phase: [text for at, text in steps if at == phase] for phase in PHASES},
    }


def starts_at(content: Content) -> datetime:
    return ends(_read(content["work"]))[0]


def facts_of(content: Content, *, services: Mapping[str, Service], by: timedelta = NO_TIME) -> dict[str, Any]:
    """What `draft` takes, with every instant later by `by`; `services` holds those of the content by key.

    A service that is no longer there is left out, with its outages.
    """
    outages = [
        Outage(services[each["service"]], each["effect"], moved(_read(each["span"]), by))
        for each in content["outages"]
        if each["service"] in services
    ]
    rollback_by = content["rollback_by"]
    return {
        **{name: content[name] for name in (*WORDS, *CHOICES)},
        "rollback_by": datetime.fromisoformat(rollback_by) + by if rollback_by else None,
        "work": moved(_read(content["work"]), by),
        "outages": outages,
        "services": [services[key] for key in content["services"] if key in services],
        "steps": content["steps"],
    }


def services_of(content: Content) -> dict[str, Service]:
    """Every service that the content names and that is still there, by key; one query."""
    keys = {*content["services"], *(each["service"] for each in content["outages"])}
    return {service.key: service for service in Service.objects.filter(key__in=keys)}


def differences(before: Content, after: Content, names: Mapping[str, str]) -> list[Difference]:
    """What changed between two versions, in the order of the notice; `names` are those of services by key."""
    return [
        Difference(label, old, new)
        for label, say in SAID.items()
        if (old := say(before, names)) != (new := say(after, names))
    ]


def _written(span: Range[datetime]) -> list[str]:
    return [each.isoformat() for each in ends(span)]


def _read(span: list[str]) -> Range[datetime]:
    start, end = (datetime.fromisoformat(each) for each in span)
    return Range(start, end, "[)")


def _outages(content: Content, names: Mapping[str, str]) -> str:
    return "\n".join(_outage_lines(content, names))


def _outage_lines(content: Content, names: Mapping[str, str]) -> Iterator[str]:
    for each in content["outages"]:
        effect = Effect(each["effect"]).label
        yield f"{names.get(each['service'], each['service'])}: {effect}, {window_words(_read(each['span']))}"


def _rollback_by(content: Content, _: Mapping[str, str]) -> str:
    return moment_words(datetime.fromisoformat(content["rollback_by"])) if content["rollback_by"] else ""


def _word(name: str) -> Callable[[Content, Mapping[str, str]], str]:
    return lambda content, _: str(content[name])


def _yes(name: str) -> Callable[[Content, Mapping[str, str]], str]:
    return lambda content, _: "Yes" if content[name] else "No"


def _steps(phase: str) -> Callable[[Content, Mapping[str, str]], str]:
    return lambda content, _: "\n".join(content["steps"].get(phase, ()))


def _services(content: Content, names: Mapping[str, str]) -> str:
    return "\n".join(names.get(key, key) for key in content["services"])


def _kind(content: Content, _: Mapping[str, str]) -> str:
    return str(Release.Kind(content["kind"]).label)


def _source(content: Content, _: Mapping[str, str]) -> str:
    return str(Release.Source(content["source"]).label)


# Everything a version says, by its label, each in words.
SAID: dict[str, Callable[[Content, Mapping[str, str]], str]] = {
    "Title": _word("title"),
    "Services": _services,
    "Outages": _outages,
    "Work": lambda content, _: window_words(_read(content["work"])),
    "Contact": _word("contact"),
    "What it means for staff": _word("summary"),
    "Before": _steps("before"),
    "During": _steps("during"),
    "After": _steps("after"),
    "What carries on locally": _word("local_note"),
    "Kind of work": _kind,
    "Who does the work": _source,
    "Why it is done": _word("reason"),
    "Why it cannot wait": _word("why_soon"),
    "How it is undone": _word("rollback_plan"),
    "Last moment to begin the rollback": _rollback_by,
    "Started by hand": _yes("is_held"),
    "A watched job may say that it is back": _yes("may_monitor_end"),
}
