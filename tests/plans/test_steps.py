"""Steps as they are written and sealed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.plans.steps import Line, StepError, content_hash, parse_lines, text_of

WORDS = st.text("abcdefgh", min_size=1, max_size=12)
LINES = st.lists(st.builds(Line, text=WORDS, section=st.sampled_from(["", "Now", "Later"])), max_size=8)


def test_each_line_is_a_step_and_a_hash_begins_a_section() -> None:
    lines = parse_lines("Open the downtime box.\n\n# After one hour\nSend a runner.\n")

    assert lines == [Line("Open the downtime box."), Line("Send a runner.", section="After one hour")]


@pytest.mark.parametrize(
    "pasted", ["1. Ring ext 5000.", "2) Ring ext 5000.", "- Ring ext 5000.", "• Ring  ext 5000."]
)
def test_numbers_and_bullets_that_were_pasted_along_are_left_out(pasted: str) -> None:
    assert parse_lines(pasted) == [Line("Ring ext 5000.")]


def test_a_step_that_keeps_its_words_keeps_its_details() -> None:
    before = [Line("Ring ext 5000.", owner_role="Nurse in charge", due_after_min=5, depends_on=(1,))]

    after = parse_lines("Stay calm.\nRing ext 5000.", before)

    assert after == [
        Line("Stay calm."),
        Line("Ring ext 5000.", owner_role="Nurse in charge", due_after_min=5),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x" * 501, "Step 1 must be 500 characters or fewer"),
        ("# " + "x" * 81, "The section must be 80 characters or fewer"),
        ("a\n" * 61, "at most 60 steps"),
    ],
)
def test_what_is_too_long_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(StepError, match=sentence):
        parse_lines(text)


@given(LINES)
def test_steps_survive_being_written_and_read(lines: list[Line]) -> None:
    assert parse_lines(text_of(lines)) == lines


@given(LINES)
def test_the_same_steps_have_the_same_hash(lines: list[Line]) -> None:
    assert content_hash(lines) == content_hash(list(lines))


@given(LINES, WORDS)
def test_one_more_step_changes_the_hash(lines: list[Line], text: str) -> None:
    assert content_hash(lines) != content_hash([*lines, Line(text)])


def test_the_hash_does_not_depend_on_this_program() -> None:
    assert content_hash([]) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
