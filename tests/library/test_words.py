"""What somebody types becomes a question that PostgreSQL can read, in every spelling; what is found is marked."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.library.marks import START, STOP, marked
from continuity.library.spelling import spellings
from continuity.library.words import MOST_WORDS, query_of

A_WORD = r"'[^\W_]+(?:[.-][^\W_]+)*'(?::[*]?[ABCD]*)?"
GROUP = rf"\({A_WORD}(?: \| {A_WORD})*\)"
READABLE = re.compile(rf"(?:{GROUP}(?: (?:&|<->) {GROUP})*)?")


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("organisation", "organization"),
        ("prioritised", "prioritized"),
        ("analyse", "analyze"),
        ("colour", "color"),
        ("behavioural", "behavioral"),
        ("centre", "center"),
        ("theatres", "theaters"),
        ("programmes", "programs"),
        ("cancelled", "canceled"),
        ("modelling", "modeling"),
        ("haematology", "hematology"),
        ("anaemia", "anemia"),
        ("paediatrics", "pediatrics"),
        ("anaesthetic", "anesthetic"),
        ("licence", "license"),
        ("disc", "disk"),
        ("wi-fi", "wifi"),
        ("e-rs", "ers"),
    ],
)
def test_a_word_is_found_as_the_british_and_the_americans_write_it(british: str, american: str) -> None:
    assert american in spellings(british)
    assert british in spellings(american)


@given(st.text(alphabet="abcdefghilmnorstuyzAEI-", min_size=1, max_size=14))
def test_a_word_is_first_looked_for_as_it_was_written(word: str) -> None:
    found = spellings(word)

    assert found[0] == word.lower()
    assert len(found) == len(set(found)) <= 6


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("", ""),
        ("& | ! ( ) : * ' \\", ""),
        ("printer", "('printer':*)"),
        ("a pc", "('a') & ('pc')"),
        ("Wi-Fi printer", "('wi-fi' | 'wifi') & ('printer':*)"),
        ("print* queue", "('print':*) & ('queue':*)"),
        ('"slot polls" failed', "('slot') <-> ('polls') & ('failed':* | 'failled':*)"),
        ("printer e-RS", "('printer') & ('e-rs' | 'ers')"),
        ("e-RS*", "('e-rs':* | 'ers':*)"),
        ("INC-2026-0042", "('inc-2026-0042':*)"),
        ("e-RS 14.7.", "('e-rs' | 'ers') & ('14.7':*)"),
        ("O'Brien", "('o') & ('brien':*)"),
    ],
)
def test_words_are_looked_for_together_and_the_last_as_a_beginning(said: str, query: str) -> None:
    assert query_of(said) == query


@given(st.text(max_size=200))
def test_whatever_is_typed_the_question_can_be_read(said: str) -> None:
    query = query_of(said)

    assert READABLE.fullmatch(query)
    assert query.count(" & ") < MOST_WORDS


@given(st.lists(st.sampled_from([START, STOP, "<", "&", "'", "script", " ", "é"]), max_size=12).map("".join))
def test_a_text_is_escaped_whatever_it_holds(text: str) -> None:
    html = marked(text)

    without_marks = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in without_marks
    assert unescape(without_marks) == text.replace(START, "").replace(STOP, "")
    assert html.count("<mark>") == html.count("</mark>")


def test_what_was_found_is_marked() -> None:
    assert marked(f"a {START}<b>{STOP} c") == "a <mark>&lt;b&gt;</mark> c"
