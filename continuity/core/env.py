"""The environment: what a process was started with, over what this clone's running portal wrote down."""

import os
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

YES = frozenset({"1", "on", "true", "yes"})


class Misconfigured(Exception):
    """A setting that cannot be used, with a sentence that names it."""


class Environment:
    """Named values as text, with readers that say plainly which name is wrong."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    @classmethod
    def of(cls, root: Path) -> Self:
        """The process's environment; where it is silent, `portal.env` of the portal running in this clone."""
        data = Path(os.environ.get("DATA_DIR") or root / ".data")
        return cls({**lines_of(data / "portal.env"), "DATA_DIR": str(data), **os.environ})

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name) or default

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.values.get(name)
        return value.lower() in YES if value else default

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name)
        if not value:
            return default
        if not value.isdecimal():
            raise Misconfigured(f"{name} must be a whole number, not {value!r}.")
        return int(value)

    def listed(self, name: str, default: str = "") -> list[str]:
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def networks(self, name: str) -> list[str]:
        """Networks in CIDR notation, or single addresses: 10.20.0.0/16, fd00::/8, 127.0.0.1."""
        found = self.listed(name)
        for each in found:
            try:
                ip_network(each)
            except ValueError:
                raise Misconfigured(f"{name} holds {each!r}, which is no network.") from None
        return found

    def instant(self, name: str) -> datetime | None:
        """An ISO 8601 instant with its offset, or None when the name is not set."""
        value = self.values.get(name)
        if not value:
            return None
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise Misconfigured(f"{name} must be an ISO 8601 time, not {value!r}.") from None
        if at.tzinfo is None:
            raise Misconfigured(f"{name} needs its offset from UTC, for example +00:00.")
        return at


def lines_of(file: Path) -> dict[str, str]:
    """The KEY=value lines of a file; nothing when it is absent or not ours to read."""
    try:
        text = file.read_text()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


def database_of(url: str) -> dict[str, object]:
    """A `postgresql://user:password@host:port/name?option=value` address as Django's settings.

    A host that is a folder (a unix socket) stands in the query, as libpq writes it: `?host=/run/x`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise Misconfigured("DATABASE_URL must begin with postgresql://")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }
