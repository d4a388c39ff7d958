"""Words that are written in more than one way: British and American, with a hyphen and without. Pure."""

import re
from collections.abc import Iterator

# British, American: whole words, with an s behind them or not.
_PAIRS = (
    ("programme", "program"),
    ("catalogue", "catalog"),
    ("dialogue", "dialog"),
    ("analogue", "analog"),
    ("artefact", "artifact"),
    ("disc", "disk"),
    ("grey", "gray"),
    ("mould", "mold"),
    ("fulfil", "fulfill"),
    ("enrol", "enroll"),
    ("instalment", "installment"),
    ("judgement", "judgment"),
    ("ageing", "aging"),
    ("sceptic", "skeptic"),
    ("aluminium", "aluminum"),
    ("licence", "license"),
    ("defence", "defense"),
    ("offence", "offense"),
    ("practise", "practice"),
    # One thing, with a hyphen or without.
    ("wi-fi", "wifi"),
    ("e-rs", "ers"),
    ("e-mail", "email"),
    ("log-in", "login"),
    ("log-on", "logon"),
    ("log-out", "logout"),
    ("back-up", "backup"),
    ("on-line", "online"),
    ("hand-over", "handover"),
)
# Parts of medical words that keep or lose a vowel.
_VOWELS = (
    ("haem", "hem"),
    ("aemi", "emi"),
    ("paediatr", "pediatr"),
    ("orthopaed", "orthoped"),
    ("anaesth", "anesth"),
    ("gynaec", "gynec"),
    ("oesoph", "esoph"),
    ("oedem", "edem"),
    ("oestr", "estr"),
    ("foet", "fet"),
    ("rrhoea", "rrhea"),
    ("caesar", "cesar"),
    ("faec", "fec"),
    ("aetiol", "etiol"),
    ("manoeuvr", "maneuver"),
)
_OUR = "behavi|col|fav|flav|harb|hon|hum|lab|neighb|od|rum|tum|vap|vig|endeav|arm"
_RE = r"\w*met|\w*cent|\w*lit|theat|fib|calib"
# A pattern and what is written in place of it, there and back. What comes of other words is no word and finds nothing.
_RULES = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"^(\w{2,})is(e|es|ed|er|ers|ing|ation|ations|able)$", r"\1iz\2"),
        (r"^(\w{2,})iz(e|es|ed|er|ers|ing|ation|ations|able)$", r"\1is\2"),
        (r"^(\w{2,})ys(e|es|ed|er|ers|ing)$", r"\1yz\2"),
        (r"^(\w{2,})yz(e|es|ed|er|ers|ing)$", r"\1ys\2"),
        (rf"^({_OUR})our(\w*)$", r"\1or\2"),
        (rf"^({_OUR})or(\w*)$", r"\1our\2"),
        (rf"^({_RE})re(s?)$", r"\1er\2"),
        (rf"^({_RE})er(s?)$", r"\1re\2"),
        (r"^(\w{2,}[aeiou])ll(ed|ing|er|ers)$", r"\1l\2"),
        (r"^(\w{2,}[aeiou])l(ed|ing|er|ers)$", r"\1ll\2"),
        *((rf"^{one}(s?)$", rf"{other}\1") for pair in _PAIRS for one, other in (pair, pair[::-1])),
    )
)


def spellings(word: str) -> list[str]:
    """The word in small letters as it was written, then the other ways in which people write it."""
    written = word.lower()
    return list(dict.fromkeys([written, *_others(written)]))


def _others(word: str) -> Iterator[str]:
    for pattern, written in _RULES:
        if pattern.search(word):
            yield pattern.sub(written, word)
    for british, american in _VOWELS:
        if british in word:
            yield word.replace(british, american)
        elif american in word:
            yield word.replace(american, british)
