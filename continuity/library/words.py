"""From what somebody typed to what PostgreSQL looks for (`to_tsquery`). Pure."""

import re

from continuity.library.spelling import spellings

# More words narrow nothing down, they only take longer.
MOST_WORDS = 12
# A shorter beginning of a word fits half of all words.
SHORTEST_BEGINNING = 3
# Letters and digits, joined by single dots and hyphens: 14.7, wi-fi, INC-2026-0042. No sign of the query language.
_WORD = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")
# A joined word with a part so short that its beginnings are everywhere, as in e-RS and wi-fi.
_SHORT = re.compile(r"(?:^|-)[^\W\d_]{1,2}-|-[^\W\d_]{1,2}$")
_PART = re.compile(rf'"([^"]*)"|({_WORD.pattern})(\*?)')


def query_of(said: str, *, is_whole: bool = False) -> str:
    """Every word, in each of its spellings; words in double quotes one behind the other.

    Each before a star is looked for as the beginning of a word too, and the last one unless `is_whole`. Empty where
    nothing was said.
    """
    parts = list(_PART.finditer(said))[:MOST_WORDS]
    found = [_found(part, is_last=part is parts[-1] and not is_whole) for part in parts]
    return " & ".join(each for each in found if each)


def _found(part: re.Match[str], *, is_last: bool) -> str:
    phrase, word, star = part.groups()
    if word:
        is_beginning = bool(star) or (is_last and len(word) >= SHORTEST_BEGINNING and not _SHORT.search(word))
        return _any_spelling(word, mark=":*" if is_beginning else "")
    return " <-> ".join(_any_spelling(each) for each in _WORD.findall(phrase)[:MOST_WORDS])


def _any_spelling(word: str, *, mark: str = "") -> str:
    return "(" + " | ".join(f"'{each}'{mark}" for each in spellings(word)) + ")"
