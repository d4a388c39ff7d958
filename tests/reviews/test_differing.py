"""Two texts as one, with what goes and what comes marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.reviews.differing import GONE, NEW, SAME, Stretch, marked

WORDS = st.lists(st.sampled_from(["Wi-Fi ", "was ", "down\n", "again ", "  ", "back"])).map("".join)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "", []),
        ("Wards rang.", "Wards rang.", [Stretch(SAME, "Wards rang.")]),
        ("", "Wards rang.", [Stretch(NEW, "Wards rang.")]),
        (
            "3 wards rang.", "9 wards rang.",
            [Stretch(GONE, "3 "), Stretch(NEW, "9 "), Stretch(SAME, "wards rang.")],
        ),
    ],
)  # fmt: skip
def test_what_goes_and_what_comes_is_told_apart(before: str, after: str, told: list[Stretch]) -> None:
    assert marked(before, after) == told


@given(WORDS, WORDS)
def test_both_texts_can_be_read_out_of_it(before: str, after: str) -> None:
    told = marked(before, after)

    assert "".join(each.text for each in told if each.kind != NEW) == before
    assert "".join(each.text for each in told if each.kind != GONE) == after
