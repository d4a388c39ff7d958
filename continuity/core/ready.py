"""Answers that are ready: a body with its codings made once, named by its ETag, and sent without another thought.

The name is weak (RFC 9110, 8.8.1): the same for the whole body and each coding of it, in every process.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from gzip import compress

import brotli
from django.utils.http import parse_etags

from continuity.core.answers import Header, Message, Send
from continuity.core.headers import router_headers

GZIP, BROTLI = "gzip", "br"
GZIP_LEVEL = 6
BROTLI_QUALITY = 5  # higher ones take ten times as long for a twentieth fewer bytes
LONGEST_HEADER = 1024  # bytes; what is longer is read each time, so that nobody fills the memory with it
ANY = "*"
# How a member of a gzip file begins (RFC 1952, 2.3): no name, no time, from no particular system.
GZIP_BEGINS = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

Asked = Mapping[bytes, bytes]
Codings = Mapping[str, bytes]


class Ready:
    """One body as the router sends it, to whoever may have it."""

    def __init__(
        self,
        codings: Codings,
        *,
        kind: bytes,
        tag: str = "",
        keep: bytes = b"no-cache",
        more: Iterable[Header] = (),
    ) -> None:
        """The body under "" and under the name of each coding it has; `keep` is its Cache-Control.

        `tag` names the content where its bytes are not the same in every process.
        """
        self.tag = tag or tag_of(codings[""])
        self._codings = codings
        self._heads: list[Header] = [
            (b"content-type", kind),
            (b"etag", f'W/"{self.tag}"'.encode()),
            (b"cache-control", keep),
            (b"vary", b"Accept, Accept-Encoding, Cookie"),
            *more,
            *router_headers(),
        ]

    @property
    def body(self) -> bytes:
        """The whole body, as it is."""
        return self._codings[""]

    async def send(self, asked: Asked, send: Send, *told: Header) -> None:
        """Answer a request by its headers (lower case, each once): 304 where its sender has this already.

        `told` are headers of this answer alone.
        """
        for message in self.messages(asked, *told):
            await send(message)

    def messages(self, asked: Asked, *told: Header) -> tuple[Message, Message]:
        """The two messages of that answer."""
        named = asked.get(b"if-none-match")
        if named is not None and self.is_named(named):
            return begun(304, [*self._heads, *told]), {"type": "http.response.body", "body": b""}
        taken = codings_taken(asked.get(b"accept-encoding", b""))
        coding = next((name for name in taken if name in self._codings), "")
        body = self._codings[coding]
        coded = [(b"content-encoding", coding.encode())] if coding else []
        heads = [*self._heads, *coded, (b"content-length", str(len(body)).encode()), *told]
        return begun(200, heads), {"type": "http.response.body", "body": body}

    def is_named(self, header: bytes) -> bool:
        """Whether an If-None-Match names this content, alone, in a list, weakly, or as anything (`*`)."""
        tags = tags_in(header)
        return self.tag in tags or ANY in tags


def begun(status: int, headers: list[Header]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def tag_of(body: bytes) -> str:
    """The name of a content, the same in every process that makes the same."""
    return hashlib.sha256(body).hexdigest()[:20]


def coded(body: bytes) -> Codings:
    """A body with every coding of it."""
    return {
        "": body,
        GZIP: compress(body, compresslevel=GZIP_LEVEL, mtime=0),
        BROTLI: brotli.compress(body, quality=BROTLI_QUALITY),
    }


class Sheet:
    """A body with one place left empty, compressed on both sides of it, so that filling it costs next to nothing."""

    def __init__(self, before: bytes, after: bytes) -> None:
        self.before, self.after = before, after
        self._zipped_before = _deflated(before, zlib.Z_FULL_FLUSH)
        self._zipped_after = _deflated(after, zlib.Z_FINISH)
        self._crc_before = zlib.crc32(before)

    def filled(self, part: bytes) -> Codings:
        """The whole body, and as gzip; brotli cannot be put together from pieces."""
        whole = self.before + part + self.after
        crc = zlib.crc32(self.after, zlib.crc32(part, self._crc_before))
        zipped = (
            *(GZIP_BEGINS, self._zipped_before, _deflated(part, zlib.Z_FULL_FLUSH), self._zipped_after),
            *(number.to_bytes(4, "little") for number in (crc, len(whole) & 0xFFFFFFFF)),
        )
        return {"": whole, GZIP: b"".join(zipped)}


def codings_taken(header: bytes) -> tuple[str, ...]:
    """The codings of ours that an Accept-Encoding takes (RFC 9110, 12.5.3), what it likes best first."""
    return _codings_taken(header) if len(header) <= LONGEST_HEADER else ()


def tags_in(header: bytes) -> frozenset[str]:
    """The tags an If-None-Match names, bare: comparing them is weak (RFC 9110, 13.1.2)."""
    read = _tags_in if len(header) <= LONGEST_HEADER else _tags_in.__wrapped__
    return read(header)


@lru_cache(maxsize=256)
def _codings_taken(header: bytes) -> tuple[str, ...]:
    weights: dict[str, float] = {}
    for asked in header.decode("latin-1").lower().split(","):
        name, _, weight = asked.partition(";")
        weights[name.strip()] = _weight(weight)
    liked = {name: weights.get(name, weights.get(ANY, 0.0)) for name in (BROTLI, GZIP)}
    return tuple(sorted((name for name in liked if liked[name]), key=lambda name: -liked[name]))


def _weight(written: str) -> float:
    """`q=0.5` as a number; 1 where none is said, 0 for one that cannot be read."""
    if not written.strip():
        return 1.0
    try:
        return min(1.0, max(0.0, float(written.strip().removeprefix("q="))))
    except ValueError:
        return 0.0


@lru_cache(maxsize=1024)
def _tags_in(header: bytes) -> frozenset[str]:
    named = parse_etags(header.decode("latin-1"))
    return frozenset(tag.removeprefix("W/").strip('"') for tag in named)


def _deflated(piece: bytes, flush: int) -> bytes:
    """A piece of a deflate stream that stands by itself: it looks back at nothing before it."""
    work = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return work.compress(piece) + work.flush(flush)
