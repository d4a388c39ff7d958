"""What the trust's rules say about a notice, in plain words. Facts in, findings out: no query is asked here."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from continuity.core.clock import length
from continuity.core.wording import day_words
from continuity.core.working_days import enough_notice_from, working_days_between
from releases.lead import Asks, notice_asked
from releases.models.policy import Approver, Rule

# What an emergency that says why it cannot wait is let past.
EXCUSABLE = frozenset({Rule.NOTICE, Rule.FREEZE})


class TierRule(Asks, Protocol):
    """What the trust asks of work on one tier, as `Policy` keeps it."""

    @property
    def approvers(self) -> Collection[str]: ...

    @property
    def blocks(self) -> Collection[str]: ...


@dataclass(frozen=True)
class Struck:
    """An outage of a service that is more than a risk: which tier it is, whose it is, from when to when."""

    tier: int
    team: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Wanted:
    """An approval that the rules want: of which kind, and of which team where it is the service's owner."""

    kind: str
    team: int | None = None


@dataclass(frozen=True)
class Strictest:
    """What is asked of a notice by the strictest of the tiers that it hits."""

    notice_days: int = 0
    wanted: tuple[Wanted, ...] = ()
    blocks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Notice:
    """What of a notice is measured. `told_at` is when staff were, or would be, told of its start.

    `at` is when it is measured, unless said when it is told: another start would be told then at the earliest.
    """

    told_at: datetime
    starts_at: datetime
    why_soon: str = ""
    is_emergency: bool = False
    not_approved: tuple[str, ...] = ()  # roles
    unready: tuple[str, ...] = ()  # sentences about procedures
    freezes: tuple[str, ...] = ()  # titles
    at: datetime | None = None

    @property
    def is_excused(self) -> bool:
        """Whether it is an emergency that says why it cannot wait."""
        return self.is_emergency and bool(self.why_soon.strip())


@dataclass(frozen=True)
class Finding:
    """What a rule found: a sentence, whether it keeps from publishing, and how many days of notice are missing."""

    rule: str
    sentence: str
    blocks: bool
    days_short: int = 0


def strictest(struck: Iterable[Struck], rules: Mapping[int, TierRule]) -> Strictest:
    """The most notice, every approver and every block that any tier asks for; nothing of tiers without a rule."""
    found = [(each, rules[each.tier]) for each in struck if each.tier in rules]
    return Strictest(
        notice_asked([(each.tier, length(each.start, each.end)) for each, _ in found], rules),
        tuple(dict.fromkeys(_wanted(found))),
        frozenset(rule for _, asked in found for rule in asked.blocks),
    )


def days_given(notice: Notice) -> int:
    """Working days of notice that staff get."""
    return working_days_between(notice.told_at, notice.starts_at)


def days_short(notice: Notice, asked: Strictest) -> int:
    """How many working days of notice are missing; none where there are enough."""
    return max(0, asked.notice_days - days_given(notice))


def is_short(notice: Notice, asked: Strictest) -> bool:
    """Whether staff get less notice than the rules ask for."""
    return days_short(notice, asked) > 0


def findings(notice: Notice, asked: Strictest) -> list[Finding]:
    """What the rules say against publishing the notice, those that keep from it first.

    An emergency that says why it cannot wait is kept back neither for its notice nor by a freeze: the rule of
    change freezes everywhere is "emergency changes only".
    """
    excused = EXCUSABLE if notice.is_excused else frozenset()
    found = [
        Finding(rule, sentence, rule in asked.blocks and rule not in excused, missing)
        for rule, sentence, missing in _said(notice, asked)
    ]
    return sorted(found, key=lambda each: not each.blocks)


def newly_blocking(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Of what blocks after an edit, what did not before: another freeze or procedure, more days of notice missing.

    An approval is never among them: what changed is approved again, while the notice says that it is not yet.
    """
    stood = [each for each in before if each.blocks]
    short = max((each.days_short for each in stood), default=0)
    known = {(each.rule, each.sentence) for each in stood}
    return [
        each
        for each in after
        if each.blocks
        and each.rule != Rule.APPROVAL
        and (each.days_short > short if each.rule == Rule.NOTICE else (each.rule, each.sentence) not in known)
    ]


def _wanted(found: Iterable[tuple[Struck, TierRule]]) -> Iterator[Wanted]:
    """Peer and safety officer once each, and the owner of each service whose tier asks for its owner."""
    pairs = [(kind, each.team) for each, rule in found for kind in rule.approvers]
    for kind in Approver.values:
        yield from (
            Wanted(kind, team if kind == Approver.OWNER else None) for of, team in pairs if of == kind
        )


def _said(notice: Notice, asked: Strictest) -> Iterator[tuple[Rule, str, int]]:
    if missing := days_short(notice, asked):
        yield Rule.NOTICE, _notice_words(notice, asked.notice_days), missing
    if notice.not_approved:
        yield Rule.APPROVAL, f"Not approved yet. Still to approve: {', '.join(notice.not_approved)}.", 0
    for sentence in notice.unready:
        yield Rule.PROCEDURE, sentence, 0
    for title in notice.freezes:
        yield Rule.FREEZE, f"It touches a change freeze: {title}.", 0


def _notice_words(notice: Notice, asked: int) -> str:
    first = day_words(enough_notice_from(notice.at or notice.told_at, asked))
    reason = "Staff see why it cannot wait." if notice.why_soon.strip() else "Say why it cannot wait."
    return (
        f"Staff get {_days(days_given(notice))} of notice, and the trust asks for {asked}: "
        f"announced now, the work would start on {first} or later. {reason}"
    )


def _days(count: int) -> str:
    return {0: "no working day", 1: "1 working day"}.get(count, f"{count} working days")
