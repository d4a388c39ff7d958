"""A letter written once for everybody (RFC 5322, RFC 2045): its bytes, with blanks for what differs by recipient.

Twenty thousand people get one notice. Rendering and encoding it for each would cost more than sending it, so a
`Sheet` holds the finished bytes, and only links, addresses and ids are filled in.
"""

import binascii
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.header import Header
from secrets import token_hex

EOL = "\r\n"
SOFT = b"=\r\n"  # a line break that is none: quoted-printable breaks its lines with it (RFC 2045, 6.7)
LONGEST_HEADER, LONGEST_LINE = 76, 998
Pieces = list[bytes | str]


@dataclass(frozen=True)
class Sheet:
    """Bytes, and between them the names of blanks."""

    pieces: Sequence[bytes | str]

    def filled(self, blanks: Mapping[str, bytes]) -> bytes:
        """The letter whose blanks hold these bytes."""
        return b"".join([piece if isinstance(piece, bytes) else blanks[piece] for piece in self.pieces])


class Marks:
    """What stands for a blank while its text is written; nobody can guess it and so write it into a message."""

    def __init__(self) -> None:
        self.secret = token_hex(8)
        self.found = re.compile(f"{self.secret}([a-z]+){self.secret}")

    def mark(self, name: str) -> str:
        """The mark of a blank, made of letters and digits only, so that templates leave it alone."""
        return f"{self.secret}{name}{self.secret}"

    def part(self, content_type: str, text: str, *headers: str, prefix: str = "") -> Pieces:
        """A part of a letter in quoted-printable. Its blanks are named with the prefix of how they are filled."""
        top = [
            f"Content-Type: {content_type}",
            "Content-Transfer-Encoding: quoted-printable",
            *headers,
            "",
            "",
        ]
        pieces: Pieces = [EOL.join(top).encode("ascii")]
        for place, piece in enumerate(self.found.split(text)):
            pieces.append(prefix + piece if place % 2 else quoted(piece))
        return [*pieces, EOL.encode()]


def link_blanks(links: Mapping[str, str]) -> dict[str, bytes]:
    """How links fill the blanks of texts (their names) and of HTML ("html:" before): on lines of their own."""
    filled = {name: SOFT + quoted(link) + SOFT for name, link in links.items()}
    return filled | {f"html:{name}": SOFT + quoted(html.escape(link)) + SOFT for name, link in links.items()}


def quoted(text: str) -> bytes:
    """Text in UTF-8 and quoted-printable: short lines of ASCII, ended by CRLF."""
    plain = text.replace(EOL, "\n").replace("\r", "\n")
    return binascii.b2a_qp(plain.encode()).replace(b"\n", EOL.encode())


def joined(subtype: str, parts: Iterable[Pieces]) -> Pieces:
    """Parts as one of several (RFC 2046, 5.1), from its Content-Type on."""
    boundary = f"=_{token_hex(12)}"
    pieces: Pieces = [f'Content-Type: multipart/{subtype}; boundary="{boundary}"{EOL}{EOL}'.encode()]
    for part in parts:
        pieces += [f"--{boundary}{EOL}".encode(), *part]
    return [*pieces, f"--{boundary}--{EOL}".encode()]


def worded_header(name: str, words: str) -> str:
    """A header of words, folded, with signs beyond ASCII encoded (RFC 2047). It is one header whatever they hold."""
    one_line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    # What looks encoded is encoded once more, so that it is shown as it was written.
    charset = "us-ascii" if one_line.isascii() and "=?" not in one_line else "utf-8"
    header = Header(one_line, charset, maxlinelen=LONGEST_HEADER, header_name=name)
    return f"{name}: {header.encode(linesep=EOL)}"


def raw_header(name: str, value: str) -> str:
    """A header of one token, such as an address or an id, on one line: no line may part it.

    ValueError for what is not ASCII, and for what is longer than a line can be (RFC 5322, 2.1.1).
    """
    header = f"{name}: {value}"
    if not header.isascii() or not header.isprintable() or len(header) > LONGEST_LINE:
        raise ValueError(f"{name} cannot hold this.")
    return header
