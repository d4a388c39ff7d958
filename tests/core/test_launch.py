"""What a portal on one machine starts with: its address, its secrets, and what it refuses."""

import os
import socket
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from continuity.core.env import lines_of
from continuity.core.launch import (
    Address,
    NotStarted,
    environment_of,
    listen,
    refuse_open_sample,
    wanted_address,
    write_down,
)

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens there in these tests
AT = datetime(2024, 11, 1, 16, 0, tzinfo=UTC)
SERVERS = {"DATABASE_URL": "postgresql://portal@/portal?host=/run/x", "BROKER_URL": "redis+socket:///run/y"}


def environment(data: Path, given: dict[str, str] | None = None, host: str = "127.0.0.1") -> dict[str, str]:
    address = Address(host, 8000)
    return environment_of(given or {}, data=data, address=address, mail_port=2525, servers=SERVERS, at=AT)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "http://127.0.0.1:8000/"),
        ({"PORT": "8080", "HOST": ""}, "http://127.0.0.1:8080/"),
        ({"HOST": "localhost"}, "http://127.0.0.1:8000/"),
        ({"HOST": "::1"}, "http://[::1]:8000/"),
        ({"HOST": "[::1]"}, "http://[::1]:8000/"),
        ({"HOST": EVERYWHERE}, "http://127.0.0.1:8000/"),
    ],
)
def test_the_address_is_the_one_asked_for(given: dict[str, str], url: str) -> None:
    assert wanted_address(given).url == url


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80 80", "٨٠"])
def test_a_port_that_is_none_is_refused_by_name(port: str) -> None:
    with pytest.raises(NotStarted, match="PORT must be a number"):
        wanted_address({"PORT": port})


def test_a_host_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(NotStarted, match="HOST must be an address of this machine"):
        wanted_address({"HOST": "no such host"})


@pytest.mark.enable_socket
def test_a_busy_port_is_named_with_the_way_round_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(NotStarted, match=f"Port {port} is in use by another program.*PORT=8080"):
            listen(Address("127.0.0.1", port))


@pytest.mark.enable_socket
def test_an_address_of_another_machine_is_refused_by_name() -> None:
    with pytest.raises(NotStarted, match=r"HOST=192\.0\.2\.1 is not an address of this machine"):
        listen(Address("192.0.2.1", 0))


@pytest.mark.enable_socket
def test_small_answers_are_not_held_back() -> None:
    listener, address = listen(Address("127.0.0.1", 0))

    with listener, socket.create_connection(("127.0.0.1", address.port)), listener.accept()[0] as accepted:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.1"])
def test_the_known_password_opens_nothing_to_other_computers(host: str) -> None:
    with pytest.raises(NotStarted, match="Set SAMPLE_PASSWORD"):
        refuse_open_sample(Address(host, 8000), {})


@pytest.mark.parametrize(
    ("host", "given"),
    [
        ("127.0.0.1", {}),
        ("127.0.0.2", {}),
        ("::1", {}),
        (EVERYWHERE, {"SAMPLE_PASSWORD": "correct horse battery"}),
        (EVERYWHERE, {"SAMPLE": "off"}),
    ],
)
def test_a_portal_that_is_safe_to_reach_may_be_reached(host: str, given: dict[str, str]) -> None:
    try:
        refuse_open_sample(Address(host, 8000), given)
    except NotStarted as refusal:
        pytest.fail(f"{host} was refused: {refusal}")


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    first = environment(tmp_path)

    write_down(first, tmp_path)
    second = environment(tmp_path)

    assert len(first["SECRET_KEY"]) >= 50
    assert (first["SECRET_KEY"], first["LEDGER_KEY"]) == (second["SECRET_KEY"], second["LEDGER_KEY"])
    assert first["SECRET_KEY"] != first["LEDGER_KEY"]


def test_what_is_given_goes_before_what_is_made_up(tmp_path: Path) -> None:
    made = environment(tmp_path, {"SECRET_KEY": "given", "ALLOWED_HOSTS": "portal.example", "EMAIL_URL": ""})

    assert made["SECRET_KEY"] == "given"
    assert made["ALLOWED_HOSTS"] == "portal.example"
    assert made["EMAIL_URL"] == "smtp://127.0.0.1:2525"


def test_only_the_owner_may_read_what_is_written_down(tmp_path: Path) -> None:
    os.umask(os.umask(0))

    write_down(environment(tmp_path), tmp_path)

    file = tmp_path / "portal.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert lines_of(file)["DATABASE_URL"] == SERVERS["DATABASE_URL"]
    assert lines_of(file)["SAMPLE"] == "on"


def test_nothing_of_the_rest_of_the_environment_is_written_down(tmp_path: Path) -> None:
    write_down(environment(tmp_path, {"AWS_SECRET": "theirs"}), tmp_path)

    assert "theirs" not in (tmp_path / "portal.env").read_text()


def test_a_moved_clock_has_one_beginning_for_every_process(tmp_path: Path) -> None:
    moved = environment(tmp_path, {"CLOCK_STARTS_AT": "2024-11-01T16:00:00+00:00"})

    assert moved["CLOCK_EPOCH"] == AT.isoformat()
    assert "CLOCK_EPOCH" not in environment(tmp_path)


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("127.0.0.1", "127.0.0.1,localhost,[::1]"),
        ("192.0.2.1", "127.0.0.1,localhost,[::1],192.0.2.1"),
        ("2001:db8::1", "127.0.0.1,localhost,[::1],[2001:db8::1]"),
        (EVERYWHERE, f"127.0.0.1,localhost,[::1],{socket.gethostname()}"),
    ],
)
def test_it_answers_to_this_machine_and_to_where_it_listens(host: str, names: str, tmp_path: Path) -> None:
    assert environment(tmp_path, host=host)["ALLOWED_HOSTS"] == names
