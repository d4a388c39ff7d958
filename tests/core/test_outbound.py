"""The portal calls only where it may, and knows afterwards what was heard."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.core import outbound
from continuity.core.env import Environment, Misconfigured
from continuity.core.outbound import (
    LARGEST_ANSWER,
    Refused,
    Unanswered,
    Unreached,
    found,
    may_call,
    parsed,
    post,
)
from tests.answering import Other, answering


@pytest.fixture
def allowed(settings: Any) -> None:
    """Loopback is listed."""
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8", "::1/128"]


@pytest.fixture
def other(allowed: None) -> Iterator[Other]:
    with answering() as found:
        yield found


def send(address: str) -> outbound.Reply:
    return post(address, body=b"{}", headers={"Content-Type": "application/json"})


# However an address inside is written: by name, as one number, in hexadecimal, octal, short, or within IPv6.
INSIDE = [
    *("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "0", "0.0"),
    *("10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1"),
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
    *("[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2001:db8::1]", "[::127.0.0.1]", "LOCALHOST"),
]


@pytest.mark.parametrize("host", INSIDE)
def test_nothing_inside_is_called_unless_it_is_listed(host: str) -> None:
    with pytest.raises(Refused, match="inside the trust's own network"):
        send(f"https://{host}/")


def test_a_door_beside_a_wall_is_not_called(other: Other, settings: Any) -> None:
    """Not even tried: a server listens there, and hears nothing."""
    settings.OUTBOUND_ALLOW = ["10.0.0.0/8"]

    with pytest.raises(Refused):
        send(other.address)

    assert other.got == []


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "whole address"),
        ("hooks.example", "whole address"),
        ("ftp://hooks.example/", "whole address"),
        ("file:///etc/passwd", "whole address"),
        ("gopher://127.0.0.1:6379/_", "whole address"),
        ("https://", "whole address"),
        ("https://a.example:99999/", "whole address"),
        ("https://a.example:x/", "whole address"),
        ("https://[::1/", "whole address"),
        ("https://a.example/ HTTP/1.1\r\nHost: b", "whole address"),
        ("https://bücher.example/", "whole address"),
        ("https://user:word@a.example/", "user name"),
        ("https://hooks.example@127.0.0.1/", "user name"),
    ],
)
def test_what_is_no_address_is_refused_before_anybody_is_asked(address: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        parsed(address)


@given(st.ip_addresses(v=4))
def test_of_all_addresses_only_global_ones_are_called(ip: IPv4Address) -> None:
    assert may_call(ip) == (ip.is_global and not ip.is_multicast and not ip.is_reserved)


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:{}", "64:ff9b::{}"]))
def test_an_address_within_another_is_judged_as_itself(ip: IPv4Address, within: str) -> None:
    assert may_call(ip_address(within.format(ip))) == may_call(ip)


@given(st.ip_addresses(v=6))
def test_of_long_addresses_no_private_one_is_called(ip: IPv6Address) -> None:
    if may_call(ip):
        assert not any((ip.is_private, ip.is_link_local, ip.is_loopback, ip.is_multicast))


def test_plain_http_goes_only_to_what_is_listed(other: Other) -> None:
    assert send(other.address).status == 200
    with pytest.raises(Refused, match="begins with https"):
        found("http://93.184.216.34/")


def test_a_name_that_nobody_knows_is_not_reached() -> None:
    with pytest.raises(Unreached, match=r"no computer of that name: nobody\.invalid"):
        send("https://nobody.invalid/")


def test_a_name_is_asked_for_once_and_what_was_checked_is_called(
    allowed: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """DNS rebinding: the name means another computer a moment later, on which something listens, too."""
    settings.OUTBOUND_ALLOW = ["127.0.0.1/32"]
    asked: list[str] = []
    true = socket.getaddrinfo

    def rebinding(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if host != "hooks.example":
            return true(host, port, *rest, **more)
        asked.append(host)
        return true("127.0.0.1" if len(asked) == 1 else "127.0.0.2", port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with answering() as first:
        port = int(first.address.rpartition(":")[2].split("/")[0])
        with answering("127.0.0.2", port) as second:
            send(f"http://hooks.example:{port}/")
            with pytest.raises(Refused):
                send(f"http://hooks.example:{port}/")

    assert (len(first.got), len(second.got)) == (1, 0)
    assert first.got[0].headers["Host"] == f"hooks.example:{port}"
    assert len(asked) == 2


def test_the_next_address_of_a_name_is_called_when_the_first_does_not_answer(
    other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = socket.getaddrinfo
    port = int(other.address.rpartition(":")[2].split("/")[0])

    def two(host: Any, at: Any, *rest: Any, **more: Any) -> Any:
        if host != "hooks.example":
            return true(host, at, *rest, **more)
        return true("127.0.0.9", at, *rest, **more) + true("127.0.0.1", at, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", two)

    assert send(f"http://hooks.example:{port}/").status == 200


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1:1/", "http://169.254.169.254/latest/", "https://a.example/"]
)
def test_a_redirect_is_not_followed_wherever_it_leads(to: str, other: Other) -> None:
    other.answer, other.headers = 307, {"Location": to}

    reply = send(other.address)

    assert (reply.status, reply.is_success) == (307, False)
    assert len(other.got) == 1


@pytest.mark.parametrize(
    ("status", "is_success", "is_for_later"),
    [
        *[(each, True, False) for each in (200, 201, 202, 204)],
        *[(each, False, False) for each in (301, 302, 308, 400, 403, 404, 410)],
        *[(each, False, True) for each in (408, 425, 429, 500, 502, 503, 504)],
    ],
)
def test_a_status_says_whether_it_was_taken_and_may_be_taken_later(
    status: int, is_success: bool, is_for_later: bool, other: Other
) -> None:
    other.answer, other.words = status, b""

    reply = send(other.address)

    assert (reply.status, reply.is_success, reply.is_for_later) == (status, is_success, is_for_later)


def test_how_long_to_wait_is_heard_in_seconds(other: Other) -> None:
    other.answer, other.headers = 429, {"Retry-After": "120"}

    assert send(other.address).retry_after == timedelta(minutes=2)


def test_nobody_listening_means_that_nothing_was_sent(allowed: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(Unreached):
        send(f"http://127.0.0.1:{port}/")


def test_who_speaks_no_tls_is_not_reached(other: Other) -> None:
    with pytest.raises(Unreached):
        send(other.address.replace("http:", "https:"))

    assert other.got == []


@pytest.mark.parametrize("answer", ["close", "break off"])
def test_who_breaks_off_before_the_status_may_have_heard(answer: str, other: Other) -> None:
    other.answer = answer

    with pytest.raises(Unanswered):
        send(other.address)


def test_a_status_counts_even_if_the_words_after_it_break_off(other: Other) -> None:
    other.answer = "break off in words"

    reply = send(other.address)

    assert (reply.status, reply.body) == (200, b"half")


@pytest.mark.parametrize("answer", ["hang", "drip"])
def test_who_is_slow_is_left_after_a_while_however_they_are_slow(
    answer: str, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "WITHIN", 0.5)
    other.answer = answer
    began = monotonic()

    with pytest.raises(Unanswered):
        send(other.address)

    assert 0.4 < monotonic() - began < 2


def test_an_endless_answer_is_not_read(other: Other) -> None:
    other.answer = "flood"

    assert len(send(other.address).body) == LARGEST_ANSWER


def test_no_proxy_of_the_environment_is_asked(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert send(other.address).status == 200


def test_a_setting_that_is_no_network_is_named() -> None:
    with pytest.raises(Misconfigured, match="OUTBOUND_ALLOW holds 'the lan', which is no network"):
        Environment({"OUTBOUND_ALLOW": "10.0.0.0/8, the lan"}).networks("OUTBOUND_ALLOW")
