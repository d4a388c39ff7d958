"""What the board's templates say about a cause, a voucher or a place."""

from datetime import datetime

from django import template

from continuity.board.known import Place, Service, Voucher
from continuity.board.newest import Kept
from continuity.board.status import Cause
from continuity.core.wording import ago_words, count_words, since_words, time_words

register = template.Library()

NAMED = 2


@register.filter
def when_of(cause: Cause, at: datetime) -> str:
    """Since 4pm, until 12:36am."""
    words = cause.when(at)
    return words[0].upper() + words[1:]


@register.filter
def is_overdue(cause: Cause, at: datetime) -> bool:
    return cause.is_overdue(at)


@register.filter
def said_by(source: Cause | Voucher, at: datetime) -> str:
    """IT manager, 4:02pm: who says so, and when they last did."""
    told_at = source.said_at if isinstance(source, Voucher) else source.told_at
    return f"{source.says}, {since_words(told_at, at)}" if told_at else source.says


@register.filter
def named(services: tuple[Service, ...]) -> str:
    """Wi-Fi and Network login; Wi-Fi, Network login and 3 more."""
    names = [service.name for service in services]
    if len(names) > NAMED:
        names = [*names[:NAMED], f"{len(names) - NAMED} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


@register.filter
def is_old(kept: Kept, at: datetime) -> bool:
    """Whether a board must not be taken for the present."""
    return kept.is_old(at)


@register.filter
def confirmed(kept: Kept, at: datetime) -> str:
    """Checked at 2:14pm; of an old board that it is one, and how old."""
    if not kept.is_old(at):
        return f"Checked at {time_words(kept.checked_at)}"
    return f"Not live. {last_confirmed(kept, at)}"


@register.filter
def last_confirmed(kept: Kept, at: datetime) -> str:
    """Last confirmed 2:14pm, 12 minutes ago."""
    return f"Last confirmed {since_words(kept.checked_at, at)}, {ago_words(kept.checked_at, at)}"


@register.filter
def services_in(place: Place) -> str:
    return count_words(len(place.services), "service")
