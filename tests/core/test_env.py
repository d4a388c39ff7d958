"""The environment: read plainly, and wrong values named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from continuity.core.env import Environment, Misconfigured, database_of


def test_the_running_portal_of_this_clone_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "portal.env").write_text(
        "# written by the portal\nDATABASE_URL=postgresql:///kept\nSAMPLE=on\n"
    )
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SAMPLE", "off")
    monkeypatch.delenv("DATABASE_URL", raising=False)

    env = Environment.of(tmp_path)

    assert env.text("DATABASE_URL") == "postgresql:///kept"
    assert env.flag("SAMPLE") is False


@pytest.mark.parametrize(
    ("text", "is_on"), [("on", True), ("1", True), ("True", True), ("off", False), ("", False)]
)
def test_a_flag(text: str, is_on: bool) -> None:
    assert Environment({"SECURE": text}).flag("SECURE") is is_on


def test_an_instant_needs_its_offset() -> None:
    assert Environment({"A": "2024-11-01T16:00:00+00:00"}).instant("A") == datetime(
        2024, 11, 1, 16, tzinfo=UTC
    )
    with pytest.raises(Misconfigured, match="A needs its offset"):
        Environment({"A": "2024-11-01T16:00:00"}).instant("A")
    with pytest.raises(Misconfigured, match="A must be an ISO 8601 time"):
        Environment({"A": "tea time"}).instant("A")


def test_a_database_may_be_a_socket_or_a_host() -> None:
    socket = database_of("postgresql://portal@/portal?host=/run/portal")
    host = database_of("postgresql://portal:p%40ss@db.trust.example:5433/portal?sslmode=require")

    assert (socket["HOST"], socket["NAME"], socket["USER"]) == ("/run/portal", "portal", "portal")
    assert (host["HOST"], host["PORT"], host["PASSWORD"]) == ("db.trust.example", "5433", "p@ss")
    assert host["OPTIONS"] == {"sslmode": "require"}
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        database_of("sqlite:///here")
