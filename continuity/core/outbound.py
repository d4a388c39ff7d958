"""The one HTTP client for addresses that people typed in: resolved once, checked, and called at what was checked.

It goes to addresses of the public Internet over https, and to whatever `OUTBOUND_ALLOW` lists, by http too. It
follows no redirect, knows no proxy, sends no cookie, unpacks nothing, and gives up after a while and a size.
"""

import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

IP = IPv4Address | IPv6Address

# Seconds for all of a call, the name's resolution aside: well within the lease of a delivery.
WITHIN = 15.0
CONNECTS_WITHIN = 5.0
# Of an answer nothing but its status and a sentence or two is of use.
LARGEST_ANSWER = 64 * 1024
# How an IPv4 address hides in an IPv6 one for networks that translate (RFC 6052).
NAT64 = IPv6Network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}
BROKEN = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)
PLAIN = re.compile(r"[!-~]+")

NO_ADDRESS = "Write a whole address that begins with https://"
NO_HTTP = "Write an address that begins with https://. Without it anybody between can read what is sent."
NO_LOGIN = "Leave the user name and password out of the address."
UNKNOWN_NAME = "There is no computer of that name: {host}."
INSIDE = (
    "{host} is inside the trust's own network, where the portal does not go by itself. "
    "Whoever runs the portal can list it in OUTBOUND_ALLOW."
)


class Refused(Exception):
    """An address that is not called; the message says why in a sentence."""


class Unreached(Exception):
    """Nothing was sent: the other side cannot be reached."""


class Unanswered(Exception):
    """The request, or a part of it, was sent and no whole answer came: it may have been heard."""


@dataclass(frozen=True)
class Reply:
    """What the other side answered: the status, the beginning of its words, how long it asks us to wait."""

    status: int
    body: bytes = b""
    retry_after: timedelta | None = None

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110, 15.3

    @property
    def is_redirect(self) -> bool:
        return 300 <= self.status < 400  # noqa: PLR2004 - RFC 9110, 15.4

    @property
    def is_for_later(self) -> bool:
        """Too much at once, or a fault of theirs, so that the same may be taken another time."""
        return self.status in {408, 425, 429} or self.status >= 500  # noqa: PLR2004 - RFC 9110, 15.6


@dataclass(frozen=True)
class Target:
    """An address taken apart, and every IP address where it may be called."""

    scheme: str
    host: str
    port: int
    path: str
    ips: tuple[IP, ...] = field(default=())


def post(address: str, *, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Send a body and say what was answered. Raises Refused, Unreached or Unanswered."""
    line = Line(found(address), until=monotonic() + WITHIN)
    try:
        return line.post(body, headers)
    except BROKEN as error:
        raise Unanswered if line.has_sent else Unreached from error


def found(address: str) -> Target:
    """Where an address leads now. Raises Refused where it may not be called, Unreached where nobody knows its name."""
    target = parsed(address)
    try:
        ips = _resolved(target)
    except (OSError, UnicodeError) as error:
        raise Unreached(UNKNOWN_NAME.format(host=target.host)) from error
    open_to = tuple(ip for ip in ips if may_call(ip))
    if not open_to:
        raise Refused(INSIDE.format(host=target.host))
    if target.scheme == "http":
        open_to = tuple(ip for ip in open_to if is_listed(ip))
    if not open_to:
        raise Refused(NO_HTTP)
    return Target(target.scheme, target.host, target.port, target.path, open_to)


def parsed(address: str) -> Target:
    """An address taken apart, without asking the network. Raises Refused."""
    if not PLAIN.fullmatch(address):
        raise Refused(NO_ADDRESS)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Refused(NO_ADDRESS) from None
    if parts.scheme not in PORTS or not host or port == 0:
        raise Refused(NO_ADDRESS)
    if "@" in parts.netloc:
        raise Refused(NO_LOGIN)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def may_call(ip: IP) -> bool:
    """Whether the portal goes there: to the public Internet, and to what is listed."""
    true = unwrapped(ip)
    return is_listed(ip) or (true.is_global and not true.is_multicast and not true.is_reserved)


def is_listed(ip: IP) -> bool:
    """Whether `OUTBOUND_ALLOW` names it."""
    true = unwrapped(ip)
    return any(true in ip_network(network) for network in settings.OUTBOUND_ALLOW)


def unwrapped(ip: IP) -> IP:
    """The IPv4 address that an IPv6 address stands for, if it stands for one; without the name of a link."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo or IPv6Address(int(ip))


def _resolved(target: Target) -> list[IP]:
    """In the order the system prefers; each once. Also how the system understands 2130706433, 0x7f.1 and 0177.1."""
    answers = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(answer[4][0]) for answer in answers))


class Line:
    """One request over a connection of its own: a kept one may have gone, and nobody would know what was heard."""

    def __init__(self, target: Target, *, until: float) -> None:
        self.target, self.until = target, until
        self.has_sent = False

    def post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        target = self.target
        url = httpcore.URL(
            scheme=target.scheme, host=target.host, port=target.port, target=target.path.encode()
        )
        origin = httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port)
        said = {"Host": _host_header(target), "Content-Length": str(len(body)), "Connection": "close"}
        with closing(
            httpcore.HTTPConnection(origin, ssl_context=_tls(), network_backend=Straight(self))
        ) as connection, connection.stream(
            "POST", url, headers=list({**headers, **said}.items()), content=body
        ) as response:  # fmt: skip
            return Reply(response.status, _beginning(response.iter_stream()), _retry_after(response.headers))

    def left(self) -> float:
        """Seconds that are left; never 0, which would mean not to wait at all."""
        return max(self.until - monotonic(), 0.001)


class Straight(httpcore.SyncBackend):
    """Connects to what was checked, whatever the name means a moment later; TLS still asks for the name."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """To the first of its addresses that answers."""
        for ip in self.line.target.ips[:-1]:
            try:
                return self._connect(ip, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(self.line.target.ips[-1], port)

    def _connect(self, ip: IP, port: int) -> httpcore.NetworkStream:
        timeout = min(CONNECTS_WITHIN, self.line.left())
        return Timed(super().connect_tcp(str(ip), port, timeout=timeout, socket_options=[]), self.line)


class Timed(httpcore.NetworkStream):
    """A stream whose every step ends with the whole: who answers a byte at a time gets no more time for it."""

    def __init__(self, stream: httpcore.NetworkStream, line: Line) -> None:
        self.stream, self.line = stream, line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if monotonic() >= self.line.until:
            raise httpcore.ReadTimeout
        return self.stream.read(max_bytes, self.line.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.line.has_sent |= bool(buffer)
        self.stream.write(buffer, self.line.left())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return Timed(self.stream.start_tls(ssl_context, server_hostname, self.line.left()), self.line)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _beginning(parts: Iterable[bytes]) -> bytes:
    """As much of an answer's words as is kept. Its status is there, and counts even if the words break off."""
    body = b""
    with suppress(*BROKEN):
        for part in parts:
            body += part
            if len(body) >= LARGEST_ANSWER:
                break
    return body[:LARGEST_ANSWER]


def _retry_after(headers: Iterable[tuple[bytes, bytes]]) -> timedelta | None:
    """In seconds, as gateways write it (RFC 9110, 10.2.3); its other form, a date, is left to our own waits."""
    for name, value in headers:
        if name.lower() == b"retry-after" and re.fullmatch(rb"[0-9]{1,6}", value):
            return timedelta(seconds=int(value))
    return None


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == PORTS[target.scheme] else f"{host}:{target.port}"


@cache
def _tls() -> ssl.SSLContext:
    """Trusts whom this machine trusts, so that a trust's own authority counts too."""
    return ssl.create_default_context()
