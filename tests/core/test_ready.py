"""Answers that are ready: which coding a client gets, when it has the content already, pages filled from pieces."""

import asyncio
import gzip
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.core.ready import LONGEST_HEADER, Ready, Sheet, coded, codings_taken, tags_in

BODY = b"Wi-Fi is down. " * 40
TOLD = (b"x-portal-checked", b"2024-11-01T16:00:00+00:00")
UNPACKED = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


def sent(ready: Ready, **asked: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to a request with these headers."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    named = {name.replace("_", "-").encode(): value.encode() for name, value in asked.items()}
    asyncio.run(ready.send(named, send, TOLD))
    begun, body = messages
    return begun["status"], {name.decode(): value.decode() for name, value in begun["headers"]}, body["body"]


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("", ()),
        ("gzip", ("gzip",)),
        ("gzip, deflate, br, zstd", ("br", "gzip")),
        ("GZIP;Q=1", ("gzip",)),
        ("br;q=0.5, gzip", ("gzip", "br")),
        ("br;q=0, gzip;q=0.1", ("gzip",)),
        ("*", ("br", "gzip")),
        ("*;q=0, gzip", ("gzip",)),
        ("gzip;q=often", ()),
        ("identity", ()),
        ("gzip" + " " * LONGEST_HEADER, ()),
    ],
)
def test_a_client_gets_the_coding_it_likes_best(header: str, taken: tuple[str, ...]) -> None:
    assert codings_taken(header.encode()) == taken


@pytest.mark.parametrize(("header", "coding"), [("br, gzip", "br"), ("gzip", "gzip"), ("", "")])
def test_each_coding_holds_the_same_body(header: str, coding: str) -> None:
    status, headers, body = sent(Ready(coded(BODY), kind=b"text/html"), accept_encoding=header)

    assert (status, headers.get("content-encoding", "")) == (200, coding)
    assert UNPACKED[coding](body) == BODY
    assert int(headers["content-length"]) == len(body)
    assert {"Accept-Encoding", "Cookie"} <= set(headers["vary"].split(", "))
    assert headers["x-portal-checked"]
    assert headers["content-security-policy"]


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"other", W/"{}"', '"a,b" , "{}"', "*"])
def test_who_has_it_already_is_told_so(form: str) -> None:
    ready = Ready(coded(BODY), kind=b"text/html")

    status, headers, body = sent(ready, if_none_match=form.format(ready.tag), accept_encoding="gzip")

    assert (status, body, headers["etag"]) == (304, b"", f'W/"{ready.tag}"')
    assert "content-length" not in headers
    assert headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("form", ["{}", '"{}x"', '"x{}"', "", '"', 'W/"'])
def test_who_has_another_is_sent_this_one(form: str) -> None:
    ready = Ready(coded(BODY), kind=b"text/html")

    assert sent(ready, if_none_match=form.format(ready.tag))[0] == 200


def test_a_name_in_a_very_long_list_is_found_and_not_kept() -> None:
    many = ", ".join(f'"{number}"' for number in range(LONGEST_HEADER))

    assert "7" in tags_in(many.encode())


@given(st.binary(max_size=400), st.binary(max_size=100), st.binary(max_size=400))
def test_a_page_put_together_from_pieces_is_whole_in_each_coding(
    before: bytes, part: bytes, after: bytes
) -> None:
    filled = Sheet(before, after).filled(part)

    assert filled[""] == gzip.decompress(filled["gzip"]) == before + part + after
