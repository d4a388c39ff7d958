"""Who is on call: who holds each post at an instant, and where nobody does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import FilteredRelation, Q
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.command.models import Rota, Shift
from continuity.core.clock import at_local, local_day, window

# "Tonight" is asked about when most day staff have gone.
NIGHT = time(22)
LOOKS_AHEAD = timedelta(days=7)
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """A rota at an instant: who holds it and until when; nobody where there is a gap."""

    rota: Rota
    person: User | None
    until: datetime | None


def on_call(at: datetime) -> list[Post]:
    """Every rota by name, with whoever holds it at `at`. One query."""
    held = FilteredRelation("shifts", condition=Q(shifts__span__contains=at))
    rotas = Rota.objects.annotate(held=held).order_by("name")
    rotas = rotas.select_related("role", "held__person")  # type: ignore[misc]  # of the filtered relation
    return [_post(rota) for rota in rotas]


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


def gaps_ahead(at: datetime) -> dict[int, list[Range[datetime]]]:
    """For each rota that has any: when nobody holds it in the next 7 days. Two queries."""
    ahead = window(at, at + LOOKS_AHEAD)
    spans: dict[int, list[Range[datetime]]] = {key: [] for key in Rota.objects.values_list("pk", flat=True)}
    for rota, span in Shift.objects.filter(span__overlap=ahead).values_list("rota_id", "span"):
        spans[rota].append(span)
    return {rota: found for rota, held in spans.items() if (found := gaps(ahead, held))}


def _post(rota: Rota) -> Post:
    shift: Shift | None = getattr(rota, "held", None)
    return Post(rota, shift.person, shift.span.upper) if shift else Post(rota, None, None)
