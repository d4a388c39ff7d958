"""Times on a page, in NHS words. Nothing is answered for nothing: an unknown time stays blank."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from psycopg.types.range import Range

from continuity.core import wording
from continuity.core.clock import length, now

register = template.Library()

Moment = datetime | None
Day = date | datetime | None
Window = Range[datetime]


@register.filter
def nhs_time(at: Moment) -> str:
    """4pm, 5:30pm, midday, midnight."""
    return wording.time_words(at) if at else ""


@register.filter
def nhs_date(day: Day) -> str:
    """1 November 2024, for a date or an instant."""
    return wording.date_words(day) if day else ""


@register.filter
def nhs_day(day: Day) -> str:
    """Friday 1 November 2024, for a date or an instant."""
    return wording.day_words(day) if day else ""


@register.filter
def nhs_datetime(at: Moment) -> str:
    """4pm on Friday 1 November 2024."""
    return wording.moment_words(at) if at else ""


@register.filter
def nhs_span(start: Moment | Window, end: Moment = None) -> str:
    """`{{ start|nhs_span:end }}` or `{{ window|nhs_span }}`; "from" and the start while no end is known."""
    first, last = (start.lower, start.upper) if isinstance(start, Range) else (start, end)
    if first and last:
        return wording.span_words(first, last)
    return f"from {wording.moment_words(first)}" if first else ""


@register.filter
def nhs_length(span: timedelta | Moment | Window, end: Moment = None) -> str:
    """8 hours 36 minutes: `{{ span|nhs_length }}` of a length or a window, `{{ start|nhs_length:end }}`."""
    if isinstance(span, timedelta):
        return wording.length_words(span)
    start, end = (span.lower, span.upper) if isinstance(span, Range) else (span, end)
    return wording.length_words(length(start, end)) if start and end else ""


@register.filter
def nhs_until(at: Moment, seen_at: Moment = None) -> str:
    """What follows "until", seen from an instant, or from now: 12:36am tomorrow."""
    return wording.until_words(at, seen_at or now()) if at else ""


@register.filter
def nhs_since(at: Moment, seen_at: Moment = None) -> str:
    """What follows "since", seen from an instant, or from now: 4pm yesterday."""
    return wording.since_words(at, seen_at or now()) if at else ""


@register.filter
def nhs_ago(at: Moment, seen_at: Moment = None) -> str:
    """How old news is at an instant, or now: 3 minutes ago."""
    return wording.ago_words(at, seen_at or now()) if at else ""


@register.filter
def nhs_number(count: int | None) -> str:
    """A count in figures, with a comma from 1,000."""
    return "" if count is None else wording.number_words(count)


@register.simple_tag
def when(at: Moment, style: str = "moment", seen_at: Moment = None) -> SafeString:
    """`{% when at %}`, `{% when at "until" seen_at %}`: words in a `<time>` that carries the exact instant.

    Styles are `moment`, `time`, `day`, `date`, and seen from an instant or now: `until`, `since`, `ago`.
    """
    if not at:
        return SafeString("")
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}">{}</time>', stamp, _words(at, style, seen_at or now()))


def _words(at: datetime, style: str, seen_at: datetime) -> str:
    seen: dict[str, Callable[[datetime, datetime], str]] = {
        "until": wording.until_words, "since": wording.since_words, "ago": wording.ago_words,
    }  # fmt: skip
    plain: dict[str, Callable[[datetime], str]] = {
        "moment": wording.moment_words, "time": wording.time_words,
        "day": wording.day_words, "date": wording.date_words,
    }  # fmt: skip
    return seen[style](at, seen_at) if style in seen else plain[style](at)
