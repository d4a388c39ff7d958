"""The units under `deploy/systemd`: what a process waits for at a start of the machine is started as well."""

from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.clusters import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_what_a_process_comes_after_is_asked_for(unit: Path) -> None:
    """`After=` alone only orders: systemd starts no network-online.target that nothing wants."""
    read = ConfigParser(interpolation=None)
    read.read_string(unit.read_text())
    told = {name: set(words.split()) for name, words in read["Unit"].items()}

    assert "network-online.target" in told["after"]
    assert told["after"] <= told["wants"] | told.get("requires", set())
