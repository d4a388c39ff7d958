"""Severity from impact and urgency: the national table, read on the trust's scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.severity import IMPACTS, LEVELS, MILDEST, URGENCIES, severity_of

LEVEL = st.sampled_from(LEVELS)
KNOWN_OR_NOT = st.one_of(st.none(), LEVEL)

# The table as printed in the guideline, a row an impact; its 5 is this trust's 4.
PRINTED = """
1 1 1 2 3
1 2 2 3 4
2 3 3 4 4
3 3 4 4 5
4 5 5 5 5
"""
CASES = [
    (impact, urgency, min(int(severity), 4))
    for impact, row in enumerate(PRINTED.split("\n")[1:6], 1)
    for urgency, severity in enumerate(row.split(), 1)
]


@pytest.mark.parametrize(("impact", "urgency", "severity"), CASES)
def test_the_table_says_how_severe(impact: int, urgency: int, severity: int) -> None:
    assert severity_of(impact, urgency) == severity


@given(KNOWN_OR_NOT, KNOWN_OR_NOT)
def test_severity_is_1_to_4_whatever_is_known(impact: int | None, urgency: int | None) -> None:
    assert 1 <= severity_of(impact, urgency) <= MILDEST


@given(LEVEL, LEVEL)
def test_what_is_not_known_counts_as_the_higher(impact: int, urgency: int) -> None:
    assert severity_of(None, urgency) <= severity_of(impact, urgency)
    assert severity_of(impact, None) <= severity_of(impact, urgency)
    assert severity_of(None, None) == 1


@given(LEVEL, LEVEL, LEVEL)
def test_more_impact_or_urgency_is_never_milder(one: int, other: int, third: int) -> None:
    more, less = sorted((one, other))

    assert severity_of(more, third) <= severity_of(less, third)
    assert severity_of(third, more) <= severity_of(third, less)


@given(st.integers().filter(lambda n: n not in LEVELS), KNOWN_OR_NOT)
def test_a_number_outside_the_table_is_refused(outside: int, level: int | None) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        severity_of(outside, level)
    with pytest.raises(ValueError, match="1 to 5"):
        severity_of(level, outside)


def test_every_level_has_words_and_an_example() -> None:
    for words in (IMPACTS, URGENCIES):
        assert list(words) == list(LEVELS)
        assert all(label and example for label, example in words.values())
