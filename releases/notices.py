"""What staff read about planned work, in the words of the NHS content style. Pure: facts in, sentences out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from continuity.core.clock import clock_change_inside, length, local_day
from continuity.core.level import Effect
from continuity.core.wording import length_words, span_words, time_words

# How a service is while it is hit: what follows "is" or "are".
HOW = {
    Effect.DOWN: "not available",
    Effect.READ_ONLY: "read only",
    Effect.DEGRADED: "slow or partly working",
    Effect.AT_RISK: "at risk",
}
# What an update was about, as its heading says it. Other stages come with imported records.
STAGES = {
    "published": "Notice published",
    "changed": "Notice changed",
    "in_progress": "Started",
    "extended": "Extended",
    "checking": "Back and being checked",
    "resumed": "Not back after all",
    "completed": "Completed",
    "rolled_back": "Rolled back",
    "cancelled": "Cancelled",
    "postponed": "Postponed",
    "update": "Update",
}


@dataclass(frozen=True)
class Hit:
    """How one service is hit, from when to when."""

    name: str
    effect: Effect
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Line:
    """What is said about the services that are hit alike: the sentence and how long it lasts."""

    effect: Effect
    names: tuple[str, ...]
    start: datetime
    end: datetime

    @property
    def condition(self) -> str:
        """NHS e-Referral Service is not available."""
        return f"{names_words(self.names)} {_is(self.names)} {HOW[self.effect]}"

    @property
    def sentence(self) -> str:
        """NHS e-Referral Service is not available from 4pm on ... to 12:36am on Saturday 2 November 2024."""
        return f"{self.condition} from {span_words(self.start, self.end)}"

    @property
    def length(self) -> str:
        return length_words(length(self.start, self.end))


def lines_of(hits: Iterable[Hit]) -> list[Line]:
    """One line for the services hit alike at the same time: the worst effect first, then the earliest."""
    ordered = sorted(hits, key=lambda hit: (*_alike(hit), hit.name))
    return [
        Line(group[0].effect, tuple(hit.name for hit in group), group[0].start, group[0].end)
        for group in (list(each) for _, each in groupby(ordered, key=_alike))
    ]


def headline(hits: Sequence[Hit], start: datetime, end: datetime) -> str:
    """The one sentence that matters most, without a full stop: the worst effect, or work that nobody notices."""
    lines = lines_of(hits)
    return (
        lines[0].sentence if lines else f"Planned work from {span_words(start, end)}, with no outage planned"
    )


def checking_words(hits: Sequence[Hit], end: datetime) -> str:
    """What follows the last outage until the work ends: "12:36am to 12:44am: the service is back and being checked".

    Empty where the work ends with its last outage.
    """
    outages = [hit for hit in hits if hit.effect is not Effect.AT_RISK] or hits
    back = max((hit.end for hit in outages), default=end)
    if back >= end:
        return ""
    count = len({hit.name for hit in outages})
    what = "the service is" if count == 1 else "the services are"
    return f"{_short_span(back, end)}: {what} back and being checked"


def checking_length(hits: Sequence[Hit], end: datetime) -> str:
    """How long the checking takes, in words; empty where there is none."""
    outages = [hit for hit in hits if hit.effect is not Effect.AT_RISK] or hits
    back = max((hit.end for hit in outages), default=end)
    return length_words(length(back, end)) if back < end else ""


def body_of(
    hits: Sequence[Hit],
    *,
    work: tuple[datetime, datetime],
    summary: str,
    steps: Mapping[str, Sequence[str]],
    contact: str,
) -> str:
    """The text of a message about the notice: what is hit, what it means, what to do, whom to ask.

    `steps` holds what to do by phase ("Before").
    """
    said = [f"{line.sentence} ({line.length})." for line in lines_of(hits)] or [headline(hits, *work) + "."]
    checking = checking_words(hits, work[1])
    parts = [
        "\n".join([*said, f"{checking[0].upper()}{checking[1:]}." if checking else ""]).strip(),
        summary,
        *("\n".join([f"{phase}:", *(f"- {text}" for text in texts)]) for phase, texts in steps.items()),
        f"Contact: {contact}" if contact else "",
    ]
    return "\n\n".join(part for part in parts if part)


def names_words(names: Sequence[str]) -> str:
    """A; A and B; A, B and C."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def stage_words(stage: str) -> str:
    """The heading of an update."""
    return STAGES.get(stage, stage.replace("_", " ").capitalize())


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _alike(hit: Hit) -> tuple[int, datetime, datetime]:
    return (-hit.effect.level, hit.start, hit.end)


def _short_span(start: datetime, end: datetime) -> str:
    if local_day(start) == local_day(end) and not clock_change_inside(start, end):
        return f"{time_words(start)} to {time_words(end)}"
    return span_words(start, end)
