"""Which address a request comes from, and whether that network is trusted. Shared by Django and the router."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST = 200  # bytes of a forwarded address that is remembered


def client_address(peer: str, forwarded_for: str) -> Address | None:
    """The address the request began at.

    `forwarded_for` (X-Forwarded-For) is read right to left and only as far as configured proxies wrote it: the
    first address that is not a proxy of ours is the client. None for a peer without an address (a unix socket
    that no proxy stands before) or for a forwarded one that cannot be read.
    """
    address = _read(peer)
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    while hops and address is not None and _is_in(address, _networks(tuple(settings.TRUSTED_PROXIES))):
        address = _read(hops.pop())
    return address


def is_trusted(address: Address | None) -> bool:
    """Whether the address belongs to the trust's own networks (`TRUSTED_NETWORKS`)."""
    return address is not None and _is_in(address, _networks(tuple(settings.TRUSTED_NETWORKS)))


def comes_from_trusted(client: tuple[str, int] | None, forwarded_for: bytes) -> bool:
    """The same of an ASGI request, by its peer and its X-Forwarded-For: remembered, since the answer stays the same."""
    read = _comes_from_trusted if len(forwarded_for) <= LONGEST else _comes_from_trusted.__wrapped__
    return read(
        client[0] if client else "",
        forwarded_for,
        tuple(settings.TRUSTED_NETWORKS),
        tuple(settings.TRUSTED_PROXIES),
    )


def is_proxy(peer: str) -> bool:
    """Whether the other end of the connection is a configured proxy, whose forwarded headers are believed."""
    address = _read(peer)
    return address is not None and _is_in(address, _networks(tuple(settings.TRUSTED_PROXIES)))


def address_of(request: HttpRequest) -> str:
    """The client address of a Django request, as text; "0.0.0.0" when there is none."""
    found = client_address(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))
    return str(found) if found else "0.0.0.0"  # noqa: S104


def on_trusted_network(request: HttpRequest) -> bool:
    found = client_address(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))
    return is_trusted(found)


@lru_cache(maxsize=8192)
def _comes_from_trusted(peer: str, forwarded_for: bytes, *_: tuple[str, ...]) -> bool:
    return is_trusted(client_address(peer, forwarded_for.decode("latin-1")))


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # ::ffff:10.0.0.1 is 10.0.0.1, whichever way the socket was opened.
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(maxsize=16)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text, strict=False) for text in texts)


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
