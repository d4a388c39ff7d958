"""Text messages: what is said and where to read on, within the 160 characters of one."""

from hypothesis import given
from hypothesis import strategies as st

from continuity.notifications.texts import BASIC, EXTENDED, LIMIT, in_gsm, length, shortened, text_of

LINK = "https://continuity.ashcombe.example/releases/REL-2024-071/"
LINKS = st.text("abcXYZ0189-_./~", max_size=90).map(lambda path: f"https://a.example/{path}")


@given(words=st.text(max_size=400), link=LINKS)
def test_a_text_is_one_text_and_its_link_whole(words: str, link: str) -> None:
    text = text_of(words, link)

    assert length(text) <= LIMIT
    assert set(text) <= BASIC | EXTENDED
    assert text == link or text.endswith(f" {link}")


@given(words=st.lists(st.text("abcdé€[", min_size=1, max_size=12), max_size=60).map(" ".join), link=LINKS)
def test_words_are_cut_after_a_whole_one_and_only_when_they_must(words: str, link: str) -> None:
    said = text_of(words, link).removesuffix(link).rstrip()

    if length(f"{words} {link}") <= LIMIT:
        assert said == words.strip()
    else:
        assert said.endswith("...")
        kept = said.removesuffix("...").split(" ")
        assert words.split(" ")[: len(kept)] == kept
        another = words.split(" ")[len(kept)]
        assert length(f"{' '.join([*kept, another])}... {link}") > LIMIT


@given(text=st.text("^{}\\[~]|€abc"))
def test_signs_of_the_second_alphabet_count_twice(text: str) -> None:
    assert length(text) == sum(2 if sign in "^{}\\[~]|€" else 1 for sign in text)


def test_signs_of_word_processors_become_those_of_a_text() -> None:
    assert in_gsm("‘e-RS’ – “back”…") == "'e-RS' - \"back\"..."
    assert in_gsm("Zoë’s café, 50 £ or 50 €, 4\u00a0pm") == "Zoe's café, 50 £ or 50 €, 4 pm"
    assert in_gsm("名前 and ﬁre") == "?? and fire"


def test_news_fit_with_their_link() -> None:
    said = (
        "NHS e-Referral Service is not available from 4pm on Friday 1 November "
        "to 12:36am on Saturday 2 November 2024."
    )

    assert text_of(said, LINK) == (
        "NHS e-Referral Service is not available from 4pm on Friday 1 November to 12:36am on Saturday 2... "
        + LINK
    )
    assert text_of("It is back.", LINK) == f"It is back. {LINK}"
    assert text_of("", LINK) == LINK


def test_a_link_that_leaves_no_room_stands_alone() -> None:
    link = f"https://a.example/{'x' * 140}"

    assert text_of("Words", link) == link
    assert shortened("abcdefghij", 8) == "abcde..."
