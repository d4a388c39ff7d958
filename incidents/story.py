"""A part of the timeline, by key: what it costs does not grow with what happened before or after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from continuity.core.ledger import lines_about
from incidents.models import ENDED, Entry, Incident
from incidents.place import Place, Rank
from incidents.timeline import VERBS, Item, of_entries, of_lines, of_start, of_updates, with_links

A_PAGE = 100
IN_THE_ROOM = 25  # items: what a phone takes quickly; the rest is a page of its own
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Choice:
    """Which items are shown; None is all of their kind."""

    label: str
    verbs: frozenset[str] | None = frozenset()
    kinds: frozenset[str] | None = frozenset()
    updates: Q | None = None
    has_start: bool = False


# What a review looks at first: how far it was, how severe, what was decided and what staff were told.
KEY_VERBS = frozenset(
    f"incident.{verb}"
    for verb in (
        *("declared", "lead_taken", "severity_set", "impact_set", "impact_ended", "mitigated", "restored"),
        *("recovering", "stood_down", "reopened", "marked_duplicate", "cancelled", "closed", "restricted"),
        *("run_started", "run_completed", "run_abandoned", "safety_agreed", "alarm_exhausted"),
        *("role_taken", "role_accepted", "handover_accepted", "handover_phoned", "handover_forced"),
    )
)
KEY_KINDS = frozenset(Entry.Kind) - {Entry.Kind.ACTION, Entry.Kind.COMMUNICATION, Entry.Kind.WELFARE}
ALL = "all"
CHOICES: Mapping[str, Choice] = {
    ALL: Choice("Everything", None, None, Q(), has_start=True),
    "key": Choice("Key moments", KEY_VERBS, KEY_KINDS, Q(is_routine=False), has_start=True),
    "updates": Choice("Updates to staff", updates=Q()),
    "steps": Choice(
        "Steps of procedures",
        frozenset(verb for verb in VERBS if verb.startswith(("incident.run", "incident.step"))),
    ),
    **{kind.value: Choice(kind.label, kinds=frozenset({kind.value})) for kind in Entry.Kind},
}


@dataclass(frozen=True)
class Page:
    """Items, the latest first; `before` and `after` lead to what is older and newer, where there is any."""

    items: list[Item]
    before: Place | None = None
    after: Place | None = None


def page_of(
    incident: Incident, *, before: Place | None = None, after: Place | None = None, choice: str = ALL,
    limit: int = A_PAGE,
) -> Page:  # fmt: skip
    """At most `limit` items that happened before one, or after one; the latest where neither is given.

    Each table answers at most one more than the limit, along an index; six queries, of which three are empty where
    there are no entries or no words.
    """
    edge, is_older = (after, False) if after else (before, True)
    found = sorted(_items(incident, CHOICES[choice], edge, is_older, limit + 1), key=lambda item: item.place)
    shown = (found[-limit:] if is_older else found[:limit])[::-1]
    has_more = len(found) > limit
    if not shown:
        return Page([])
    return Page(
        shown,
        before=shown[-1].place if has_more or not is_older else None,
        after=shown[0].place if (has_more and not is_older) or (is_older and before) else None,
    )


def place_of(entry: Entry) -> Place:
    """The key just after an entry: a page before it begins with the entry."""
    return Place(entry.occurred_at, Rank.ENTRY, entry.pk + 1)


def to_look_at_again(incident: Incident, at: datetime) -> QuerySet[Entry]:
    """Decisions that were to be looked at again by now and were not, the longest due first."""
    if incident.state in ENDED:
        return Entry.objects.none()
    due = incident.entries.filter(look_again_at__lte=at, revisited_by__isnull=True)
    return due.order_by("look_again_at")


def _items(incident: Incident, choice: Choice, edge: Place | None, is_older: bool, most: int) -> list[Item]:
    def part(rows: QuerySet[Row], time: str, rank: Rank) -> QuerySet[Row]:
        order = (f"-{time}", "-pk") if is_older else (time, "pk")
        return rows.filter(_beyond(edge, time, rank, is_older)).order_by(*order)[:most]

    items = [item for item in of_start(incident) if choice.has_start and _is_beyond(item, edge, is_older)]
    if choice.kinds is None or choice.kinds:
        entries = with_links(incident.entries.all())
        entries = entries if choice.kinds is None else entries.filter(kind__in=choice.kinds)
        items += of_entries(part(entries, "occurred_at", Rank.ENTRY))
    if choice.verbs is None or choice.verbs:
        lines = lines_about(incident).filter(verb__in=sorted(choice.verbs or VERBS))
        items += of_lines(part(lines, "at", Rank.LINE))
    if choice.updates is not None:
        updates = incident.updates.filter(choice.updates)
        items += of_updates(part(updates, "published_at", Rank.UPDATE))
    return items


def _is_beyond(item: Item, edge: Place | None, is_older: bool) -> bool:
    return edge is None or (item.place < edge if is_older else item.place > edge)


def _beyond(edge: Place | None, time: str, rank: Rank, is_older: bool) -> Q:
    """What of one table stands before or after a place, so that an index on its time leads there."""
    if edge is None:
        return Q()
    way = "lt" if is_older else "gt"
    same_instant_counts = rank < edge.rank if is_older else rank > edge.rank
    if rank == edge.rank:
        beyond = Q(**{f"pk__{way}": edge.number}) | Q(**{f"{time}__{way}": edge.at})
        return Q(**{f"{time}__{way}e": edge.at}) & beyond
    return Q(**{f"{time}__{way}e" if same_instant_counts else f"{time}__{way}": edge.at})
