"""What a step of a procedure asks for as evidence, read as people write it. Pure: no Django, no database."""

from decimal import Decimal, InvalidOperation

from continuity.core.spoken import ClockError, parse_time, say_time

LONGEST = 300
ASKS = {
    "none": "",
    "text": "What shows that it is done?",
    "number": "Which number shows that it is done?",
    "time": "At what time?",
    "file": "Where is the file kept?",
    "second_person": "Who checked it with you?",
}
HINTS = {
    "number": "For example, 12",
    "time": "For example, 3:20pm",
    "file": "A reference or the name of a folder. The file itself stays where it is",
    "second_person": "Somebody other than you, who saw it",
}

# What is wrong where nothing was given.
MISSING = {
    "text": "Say what shows that it is done",
    "number": "Enter the number",
    "time": "Enter the time",
    "file": "Say where the file is kept",
}


class EvidenceError(ValueError):
    """Evidence that is missing or cannot be read; the message is a sentence."""


def read_evidence(kind: str, text: str) -> str:
    """The evidence as it is kept: a number in figures, a time as 3:20pm, words as they are; "" where none is asked.

    Raises EvidenceError. That a second person is somebody else is not seen here.
    """
    text = " ".join(text.split())
    if kind in {"none", "second_person"}:
        return ""
    if not text:
        raise EvidenceError(MISSING[kind])
    if len(text) > LONGEST:
        raise EvidenceError(f"The evidence must be {LONGEST} characters or fewer")
    return _READ.get(kind, str)(text)


def _number(text: str) -> str:
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise EvidenceError("Write the number in figures, for example, 12") from None
    if not found.is_finite():
        raise EvidenceError("Write the number in figures, for example, 12")
    return f"{found:f}"


def _time(text: str) -> str:
    try:
        return say_time(parse_time(text))
    except ClockError as error:
        raise EvidenceError(error.sentence) from None


_READ = {"number": _number, "time": _time}
