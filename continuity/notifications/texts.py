"""Text messages: news and its link in one text of 160 characters (GSM 03.38, as 3GPP TS 23.038 has it). Pure."""

import unicodedata

LIMIT = 160
# The alphabet a text is sent in without costing more than one; of the second, each takes the place of two.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
# Signs that people and word processors write, in those that a text can hold.
INSTEAD = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("•·", "-"),
        "…": "...",
        "×": "x",
    }
)
CUT = "..."


def text_of(words: str, link: str) -> str:
    """The words and, whole, the link, in one text; words that do not fit are cut after a whole one, with "...".

    A link that leaves no room for words stands alone.
    """
    words, link = _spaced(in_gsm(words)), in_gsm(link)
    room = LIMIT - length(link) - 1
    said = shortened(words, room) if link else shortened(words, LIMIT)
    return " ".join(part for part in (said, link) if part)


def shortened(words: str, room: int) -> str:
    """As many whole words as take no more than `room`, "..." and all; a first word that is too long is cut."""
    if length(words) <= room:
        return words
    kept, left = "", room - len(CUT)
    for word in words.split(" "):
        longer = f"{kept} {word}" if kept else word
        if length(longer) > left:
            break
        kept = longer
    kept = kept or _beginning(words, left)
    return f"{kept.rstrip(' .,:;-')}{CUT}" if kept else ""


def length(text: str) -> int:
    """How much of a text's 160 the characters take."""
    return len(text) + sum(sign in EXTENDED for sign in text)


def in_gsm(text: str) -> str:
    """The text in characters a text message has: without accents it lacks, and "?" for what it cannot say."""
    return "".join(_sign(sign) for sign in text.translate(INSTEAD))


def _sign(sign: str) -> str:
    if sign in BASIC or sign in EXTENDED:
        return sign
    if sign.isspace():
        return " "
    plain = [each for each in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(each)]
    return "".join(each if each in BASIC or each in EXTENDED else "?" for each in plain)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _beginning(words: str, room: int) -> str:
    while words and length(words) > room:
        words = words[:-1]
    return words
