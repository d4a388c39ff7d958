"""The letters that a sample portal caught: read from their folder, without the server that wrote them."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

FOLDER = "mail"  # within the data folder
LETTER = re.compile(r"\d{19,}-\d+\.eml")  # nanoseconds since 1970 and a count, so that names sort by arrival


def letters(folder: Path) -> list[Path]:
    """The letters in a folder, newest first; none when there is no folder."""
    if not folder.is_dir():
        return []
    return sorted((file for file in folder.iterdir() if LETTER.fullmatch(file.name)), reverse=True)


def letter(folder: Path, name: str) -> EmailMessage | None:
    """One letter by its file's name, None when it is gone or is no letter's name."""
    if not LETTER.fullmatch(name):
        return None
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        return None
    return message_from_bytes(content, policy=policy.default)
