"""Where a request comes from: only as far as configured proxies say so."""

from typing import Any

import pytest

from continuity.accounts.networks import client_address, is_trusted

PROXIES = ["10.0.0.0/29"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "10.1.1.1", "192.0.2.7"),  # not a proxy of ours: what it claims is not read
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "10.9.9.9, 192.0.2.7", "192.0.2.7"),  # the client wrote the first part itself
        ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),  # two proxies of ours
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "nonsense", "None"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("", "192.0.2.7", "None"),
    ],
)
def test_a_forwarded_address_is_read_right_to_left(
    peer: str, forwarded: str, client: str, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = PROXIES

    assert str(client_address(peer, forwarded)) == client


def test_a_forged_address_does_not_open_the_trusted_network(settings: Any) -> None:
    settings.TRUSTED_PROXIES, settings.TRUSTED_NETWORKS = PROXIES, ["10.1.0.0/16"]

    assert not is_trusted(client_address("192.0.2.7", "10.1.2.3"))
    assert not is_trusted(client_address("10.0.0.1", "10.1.2.3, 192.0.2.7"))
    assert is_trusted(client_address("10.0.0.1", "10.1.2.3"))
    assert not is_trusted(None)
