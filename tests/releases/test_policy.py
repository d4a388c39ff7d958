"""What the trust's rules say about a notice: the strictest tier counts, in working days, and only asked rules block."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.models.policy import Approver, Policy, Rule
from releases.policy import (
    Finding,
    Notice,
    Strictest,
    Struck,
    Wanted,
    findings,
    is_short,
    newly_blocking,
    strictest,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Friday 18 October 2024 to Friday 1 November: 9 working days between them.
TOLD, STARTS = datetime(2024, 10, 18, 8, tzinfo=UTC), datetime(2024, 11, 1, 16, tzinfo=UTC)
NOTICE = Notice(TOLD, STARTS)


@dataclass(frozen=True)
class Ask:
    """A tier's rule: the same notice however long the outage is."""

    days: int = 0
    approvers: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()

    def notice_days(self, _: timedelta, /) -> int:
        return self.days


def struck(tier: int, *, team: int = 1, hours: float = 1) -> Struck:
    return Struck(tier, team, STARTS, STARTS + hours * HOUR)


tiers = st.integers(1, 4)
rules = st.dictionaries(
    tiers,
    st.builds(
        Ask,
        st.integers(0, 30),
        st.lists(st.sampled_from(Approver.values), unique=True).map(tuple),
        st.lists(st.sampled_from(Rule.values), unique=True).map(tuple),
    ),
)
strikes = st.lists(st.builds(struck, tiers, team=st.integers(1, 3), hours=st.floats(0.1, 40)), max_size=5)


@given(rules, strikes, strikes)
def test_one_more_service_never_asks_for_less(
    asked: dict[int, Ask], some: list[Struck], more: list[Struck]
) -> None:
    fewer, all_ = strictest(some, asked), strictest([*some, *more], asked)

    assert all_.notice_days >= fewer.notice_days
    assert set(all_.wanted) >= set(fewer.wanted)
    assert all_.blocks >= fewer.blocks


@given(rules, strikes)
def test_each_approval_is_wanted_once_and_only_the_owners_names_a_team(
    asked: dict[int, Ask], some: list[Struck]
) -> None:
    wanted = strictest(some, asked).wanted

    assert len(set(wanted)) == len(wanted)
    assert all((each.team is not None) == (each.kind == Approver.OWNER) for each in wanted)


@given(rules, strikes, st.booleans(), st.text(max_size=3), st.integers(-3, 60))
def test_a_finding_blocks_only_where_its_rule_does(
    asked: dict[int, Ask], some: list[Struck], is_emergency: bool, why: str, days: int
) -> None:
    found = strictest(some, asked)
    notice = Notice(TOLD, TOLD + timedelta(days=days), why, is_emergency, ("Peer",), ("No.",), ("Yule",))

    said = findings(notice, found)

    assert all(each.rule in found.blocks for each in said if each.blocks)
    assert is_short(notice, found) == any(each.rule == Rule.NOTICE for each in said)
    assert [each.blocks for each in said] == sorted((each.blocks for each in said), reverse=True)


@st.composite
def found_in_any_notice(draw: st.DrawFn) -> list[Finding]:
    days, why = draw(st.integers(-3, 60)), draw(st.sampled_from(["", "It ends tonight"]))
    notice = Notice(
        TOLD, TOLD + timedelta(days=days), why, draw(st.booleans()), ("Peer",), ("No procedure.",),
        tuple(draw(st.sets(st.sampled_from(["Yule", "Easter"])))),
    )  # fmt: skip
    return findings(notice, strictest(draw(strikes), draw(rules)))


@given(found_in_any_notice(), found_in_any_notice())
def test_an_edit_is_kept_back_only_by_what_blocks_now_and_did_not_before(
    before: list[Finding], after: list[Finding]
) -> None:
    new = newly_blocking(before, after)

    assert newly_blocking(after, after) == []
    assert all(each.blocks and each.rule != Rule.APPROVAL for each in new)
    assert newly_blocking([], after) == [each for each in after if each.blocks and each.rule != Rule.APPROVAL]
    assert not {(each.rule, each.sentence) for each in new} & {
        (each.rule, each.sentence) for each in before if each.blocks
    }


def test_notice_that_is_shorter_still_keeps_an_edit_back() -> None:
    asked = Strictest(notice_days=10, blocks=frozenset({Rule.NOTICE}))
    short, shorter = (findings(replace(NOTICE, starts_at=TOLD + days), asked) for days in (5 * DAY, 3 * DAY))

    assert newly_blocking(short, shorter) == shorter
    assert newly_blocking(shorter, short) == []


def test_the_notice_asked_for_grows_with_the_length_of_the_outage() -> None:
    policy = Policy(tier=2, notice_short=5, notice_long=10, notice_longest=30)

    days = [strictest([struck(2, hours=hours)], {2: policy}).notice_days for hours in (4, 4.1, 12, 12.1)]

    assert days == [5, 10, 10, 30]


def test_owners_are_asked_only_for_services_of_the_tiers_that_ask_them() -> None:
    asked = {1: Ask(approvers=(Approver.OWNER,)), 3: Ask(approvers=(Approver.PEER,))}

    wanted = strictest([struck(1, team=7), struck(3, team=8), struck(1, team=9)], asked).wanted

    assert wanted == (Wanted("peer"), Wanted("service_owner", 7), Wanted("service_owner", 9))


def test_bank_holidays_and_weekends_are_no_notice() -> None:
    christmas = Notice(datetime(2024, 12, 24, 9, tzinfo=UTC), datetime(2024, 12, 30, 9, tzinfo=UTC))

    (finding,) = findings(christmas, Strictest(notice_days=2))

    assert finding.sentence == (
        "Staff get 1 working day of notice, and the trust asks for 2: announced now, the work would start on "
        "Tuesday 31 December 2024 or later. Say why it cannot wait."
    )


def test_enough_notice_is_not_remarked_on() -> None:
    assert findings(NOTICE, Strictest(notice_days=9)) == []


@pytest.mark.parametrize(
    ("is_emergency", "why", "is_blocked"),
    [(True, "The certificate ends tonight", False), (True, " ", True), (False, "We want to", True)],
)
def test_only_an_emergency_with_its_reason_is_let_past_short_notice_and_a_freeze(
    is_emergency: bool, why: str, is_blocked: bool
) -> None:
    notice = replace(NOTICE, is_emergency=is_emergency, why_soon=why, freezes=("Christmas freeze",))
    asked = Strictest(notice_days=10, blocks=frozenset({Rule.NOTICE, Rule.FREEZE}))

    found = {each.rule: each.blocks for each in findings(notice, asked)}

    assert found == {Rule.NOTICE: is_blocked, Rule.FREEZE: is_blocked}


def test_an_emergency_still_waits_for_an_approval_that_blocks() -> None:
    notice = replace(NOTICE, is_emergency=True, why_soon="Now", not_approved=("Clinical safety officer",))

    (finding,) = findings(notice, Strictest(blocks=frozenset({Rule.APPROVAL})))

    assert finding.blocks
    assert finding.sentence == "Not approved yet. Still to approve: Clinical safety officer."
