"""The words of a notice, in the NHS content style."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.core.level import Effect
from releases.notices import (
    Hit,
    body_of,
    checking_length,
    checking_words,
    headline,
    lines_of,
    names_words,
    stage_words,
)

FOUR_PM = datetime(2024, 11, 1, 16, tzinfo=UTC)
BACK = datetime(2024, 11, 2, 0, 36, tzinfo=UTC)
DONE = datetime(2024, 11, 2, 0, 44, tzinfo=UTC)
ERS = Hit("NHS e-Referral Service", Effect.DOWN, FOUR_PM, BACK)
POLLING = Hit("Slot polling", Effect.AT_RISK, FOUR_PM, BACK)
SPAN = "4pm on Friday 1 November to 12:36am on Saturday 2 November 2024"


def test_the_headline_is_the_worst_that_happens() -> None:
    assert headline([POLLING, ERS], FOUR_PM, DONE) == f"NHS e-Referral Service is not available from {SPAN}"


def test_work_that_nobody_notices_says_so() -> None:
    assert headline([], FOUR_PM, BACK) == f"Planned work from {SPAN}, with no outage planned"


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (Effect.DOWN, "A and B are not available"),
        (Effect.READ_ONLY, "A and B are read only"),
        (Effect.DEGRADED, "A and B are slow or partly working"),
        (Effect.AT_RISK, "A and B are at risk"),
    ],
)
def test_services_hit_alike_share_a_sentence(effect: Effect, words: str) -> None:
    (line,) = lines_of([Hit("B", effect, FOUR_PM, BACK), Hit("A", effect, FOUR_PM, BACK)])

    assert line.sentence == f"{words} from {SPAN}"
    assert line.length == "8 hours 36 minutes"


def test_the_minutes_of_checking_stand_apart() -> None:
    hits = [ERS, POLLING]

    assert checking_words(hits, DONE) == "12:36am to 12:44am: the service is back and being checked"
    assert checking_length(hits, DONE) == "8 minutes"
    assert checking_words(hits, BACK) == ""
    assert checking_length([], DONE) == ""


def test_checking_across_midnight_names_both_days() -> None:
    late = Hit("A", Effect.DOWN, FOUR_PM, FOUR_PM + timedelta(hours=7))

    assert checking_words([late], BACK) == (
        "11pm on Friday 1 November to 12:36am on Saturday 2 November 2024: "
        "the service is back and being checked"
    )


def test_a_message_says_what_is_hit_what_to_do_and_whom_to_ask() -> None:
    body = body_of(
        [ERS, POLLING],
        work=(FOUR_PM, DONE),
        summary="You cannot use e-RS.",
        steps={"During": ["Take urgent referrals by phone."]},
        contact="ext 6510",
    )

    assert body == (
        f"NHS e-Referral Service is not available from {SPAN} (8 hours 36 minutes).\n"
        f"Slot polling is at risk from {SPAN} (8 hours 36 minutes).\n"
        "12:36am to 12:44am: the service is back and being checked.\n\n"
        "You cannot use e-RS.\n\n"
        "During:\n- Take urgent referrals by phone.\n\n"
        "Contact: ext 6510"
    )


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_names_are_joined_as_people_say_them(names: list[str], words: str) -> None:
    assert names_words(names) == words


def test_a_stage_from_elsewhere_is_still_words() -> None:
    assert stage_words("checking") == "Back and being checked"
    assert stage_words("going_well") == "Going well"


hits = st.builds(
    Hit,
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from(Effect),
    st.integers(0, 500).map(lambda minutes: FOUR_PM + timedelta(minutes=minutes)),
    st.integers(501, 900).map(lambda minutes: FOUR_PM + timedelta(minutes=minutes)),
)


@given(found=st.lists(hits, max_size=6))
def test_no_hit_is_left_unsaid_and_the_worst_comes_first(found: list[Hit]) -> None:
    lines = lines_of(found)

    assert sorted(name for line in lines for name in line.names) == sorted(hit.name for hit in found)
    assert [line.effect.level for line in lines] == sorted(
        (line.effect.level for line in lines), reverse=True
    )
