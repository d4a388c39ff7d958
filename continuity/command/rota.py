"""Who is on call: who holds each post at an instant, and where nobody does. A stand-in goes before a shift."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import FilteredRelation, OuterRef, Q, Subquery
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.command.models import Override, Rota, Shift
from continuity.core.clock import at_local, local_day, window

# "Tonight" is asked about when most day staff have gone.
NIGHT = time(22)
# Gaps are seen so long beforehand that somebody can still be asked.
LOOKS_AHEAD = timedelta(days=14)
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """A rota at an instant: who holds it and until when; nobody where there is a gap."""

    rota: Rota
    person: User | None
    until: datetime | None
    is_stand_in: bool = False


def on_call(at: datetime) -> list[Post]:
    """Every rota by name, with whoever holds it at `at`. One query."""
    held = FilteredRelation("shifts", condition=Q(shifts__span__contains=at))
    stands = FilteredRelation("overrides", condition=Q(overrides__span__contains=at))
    later = Override.objects.filter(rota=OuterRef("pk"), span__startswith__gt=at).order_by("span")
    rotas = Rota.objects.annotate(
        held=held, stands=stands, stood_in_at=Subquery(later.values("span__startswith")[:1])
    )
    named = rotas.order_by("name").select_related("role", "held__person", "stands__person")  # type: ignore[misc]  # of the filtered relations
    return [_post(rota) for rota in named]


def tonight(at: datetime) -> datetime:
    """10pm today in London, or this instant when that is past."""
    return max(at, at_local(local_day(at), NIGHT))


def gaps(within: Range[datetime], spans: Iterable[Range[datetime]]) -> list[Range[datetime]]:
    """The parts of a window that none of the spans covers, in order. A span without an end goes on."""
    free_from, end = within.lower, within.upper
    if free_from is None or end is None:
        raise ValueError("A window needs both its ends.")
    found = []
    for span in sorted(spans, key=lambda one: one.lower or EVER):
        if span.lower is not None and free_from < min(span.lower, end):
            found.append(window(free_from, min(span.lower, end)))
        free_from = max(free_from, span.upper) if span.upper is not None else end
    return [*found, window(free_from, end)] if free_from < end else found


@dataclass(frozen=True)
class Turn:
    """One person on one rota for a span, by shift or standing in (primary keys)."""

    rota: int
    person: int
    span: Range[datetime]


def turns_ahead(at: datetime) -> list[Turn]:
    """Everybody who is on a rota in the next 14 days. Two queries."""
    ahead = window(at, at + LOOKS_AHEAD)
    rows = (held.objects.filter(span__overlap=ahead) for held in (Shift, Override))
    return [Turn(*row) for each in rows for row in each.values_list("rota_id", "person_id", "span")]


def gaps_ahead(at: datetime) -> dict[int, list[Range[datetime]]]:
    """For each rota that has any: when nobody holds it in the next 14 days. Three queries."""
    ahead = window(at, at + LOOKS_AHEAD)
    spans: dict[int, list[Range[datetime]]] = {key: [] for key in Rota.objects.values_list("pk", flat=True)}
    for turn in turns_ahead(at):
        spans[turn.rota].append(turn.span)
    return {rota: found for rota, held in spans.items() if (found := gaps(ahead, held))}


def _post(rota: Rota) -> Post:
    stand_in: Override | None = getattr(rota, "stands", None)
    shift: Shift | None = getattr(rota, "held", None)
    if stand_in:
        return Post(rota, stand_in.person, stand_in.span.upper, is_stand_in=True)
    if not shift:
        return Post(rota, None, None)
    ends = [each for each in (shift.span.upper, getattr(rota, "stood_in_at", None)) if each]
    return Post(rota, shift.person, min(ends, default=None))
