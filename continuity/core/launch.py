"""What a portal on one machine is started with: socket, secrets, environment. Nothing starts here."""

import errno
import ipaddress
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from continuity.core.env import YES, lines_of

DEFAULT_PORT = 8000
BACKLOG = 2048  # connections that may wait while every web process is busy
SAMPLE_USERS = "clinician, manager, lead, commander, safety, admin"
SAMPLE_PASSWORD = "continuity-sample"  # noqa: S105 - printed at every start; refused beyond loopback
# What a portal writes down for the commands beside it, when it is set.
WRITTEN = (
    "SECRET_KEY",
    "LEDGER_KEY",
    "DATABASE_URL",
    "BROKER_URL",
    "ALLOWED_HOSTS",
    "TRUSTED_NETWORKS",
    "TRUSTED_PROXIES",
    "EMAIL_URL",
    "EMAIL_FROM",
    "OUTBOUND_ALLOW",
    "SMS_API_KEY",
    "SMS_TEMPLATE_ID",
    "SMS_URL",
    "PUBLIC_URL",
    "SAMPLE",
    "SAMPLE_PASSWORD",
    "CLOCK_STARTS_AT",
    "CLOCK_EPOCH",
    "PUBLIC_STATUS",
    "SERVICE_DESK",
    "HOST",
    "PORT",
    "SECURE",
)


class NotStarted(Exception):
    """The portal cannot start like this; the message says what to change."""


@dataclass(frozen=True)
class Address:
    """Where the portal listens, and how a person on this machine reaches it."""

    host: str
    port: int

    @property
    def everywhere(self) -> bool:
        return _ip(self.host).is_unspecified

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.everywhere else self.host
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"


def wanted_address(environment: Mapping[str, str]) -> Address:
    """HOST and PORT as an address. Raises NotStarted with what is wrong with them."""
    port, host = environment.get("PORT") or str(DEFAULT_PORT), environment.get("HOST") or "127.0.0.1"
    if not port.isascii() or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004 - the highest there is
        raise NotStarted(f"PORT must be a number from 0 to 65535, not {port!r}.")
    return Address(_resolved(host), int(port))


def refuse_open_sample(address: Address, environment: Mapping[str, str]) -> None:
    """The sample's password is printed in every clone: it opens nothing beyond this machine."""
    reachable = not _ip(address.host).is_loopback
    if reachable and is_sample(environment) and not environment.get("SAMPLE_PASSWORD"):
        raise NotStarted(
            f"HOST={address.host} opens the sample portal to other computers, and its password is known. "
            "Set SAMPLE_PASSWORD to one of your own, or leave HOST out."
        )


def is_sample(environment: Mapping[str, str]) -> bool:
    """A portal started on one machine is a sample unless SAMPLE says otherwise."""
    return (environment.get("SAMPLE") or "on").lower() in YES


def listen(address: Address) -> tuple[socket.socket, Address]:
    """A listening socket and the address it got. Raises NotStarted when the port cannot be had."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listener = socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
    except PermissionError:
        raise NotStarted(
            f"Only root may open port {address.port}. Choose another: PORT=8080 make run"
        ) from None
    except OSError as error:
        raise NotStarted(_unavailable(address, error)) from None
    # Accepted connections inherit this. Uvicorn takes a descriptor for a unix socket and would leave it off,
    # which delays every second packet of a kept connection by 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener, Address(address.host, listener.getsockname()[1])


def _unavailable(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {address.port} is in use by another program. Choose another: PORT=8080 make run"
    return f"HOST={address.host} is not an address of this machine ({error.strerror})."


def environment_of(
    given: Mapping[str, str],
    *,
    data: Path,
    address: Address,
    mail_port: int,
    servers: Mapping[str, str],
    at: datetime,
) -> dict[str, str]:
    """The environment of the portal's processes: what was given, over what the clone keeps."""
    kept = lines_of(data / "portal.env")
    ours = {
        "SECRET_KEY": kept.get("SECRET_KEY") or secrets.token_urlsafe(50),
        "LEDGER_KEY": kept.get("LEDGER_KEY") or secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": ",".join(_names(address)),
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "PUBLIC_URL": address.url.rstrip("/"),
        "SAMPLE": "on" if is_sample(given) else "off",
    }
    fixed = {
        "DATA_DIR": str(data),
        "HOST": address.host,
        "PORT": str(address.port),
        "DJANGO_SETTINGS_MODULE": "continuity.settings",
        "PYTHONUNBUFFERED": "1",
        **servers,
    }
    clock = {"CLOCK_EPOCH": at.isoformat()} if given.get("CLOCK_STARTS_AT") else {}
    return {**ours, **clock, **{name: value for name, value in given.items() if value}, **fixed}


def write_down(environment: Mapping[str, str], data: Path) -> None:
    """Leave `portal.env` for every manage.py command of this clone; only its owner may read it."""
    lines = [f"{name}={environment[name]}\n" for name in WRITTEN if environment.get(name)]
    fresh = data / "portal.env.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(
            "# Written by `make run` for the commands beside it. Holds secrets; keep it with the database.\n"
        )
        file.writelines(lines)
    fresh.replace(data / "portal.env")


def _names(address: Address) -> list[str]:
    """The hosts the portal answers to: this machine's own, and where it listens."""
    own = ["127.0.0.1", "localhost", "[::1]"]
    if address.everywhere:
        return [*own, socket.gethostname()]
    written = f"[{address.host}]" if ":" in address.host else address.host
    return own if written in own else [*own, written]


def _resolved(host: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    try:
        return str(socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        raise NotStarted(f"HOST must be an address of this machine; {host!r} is not known.") from None


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(host.partition("%")[0])
