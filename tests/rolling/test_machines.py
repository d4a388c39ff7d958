"""The trial of a roll-out begins and ends processes as the units do, and stands where the proxy looks for them."""

import pytest

from tests.clusters import ROOT
from tests.rolling.machines import GRACE, MACHINES, MORE, PORTS, WORKER_ENDS_WITHIN


def deployed(name: str) -> str:
    return (ROOT / "deploy" / name).read_text()


@pytest.mark.parametrize("kind", PORTS)
def test_a_web_process_has_the_command_the_time_and_the_door_of_its_unit(kind: str) -> None:
    unit, door = deployed(f"systemd/portal-{kind}@.service"), deployed(f"systemd/portal-{kind}.socket")

    assert f"manage.py serve --fd 3 --grace {GRACE[kind]}\n" in unit
    assert f"\nTimeoutStopSec={GRACE[kind] + MORE}\n" in unit
    assert f"\nListenStream={PORTS[kind]}\n" in door


def test_the_worker_has_the_command_and_the_time_of_its_unit() -> None:
    unit = deployed("systemd/portal-worker.service")

    assert "manage.py work --schedule " in unit
    assert f"\nTimeoutStopSec={WORKER_ENDS_WITHIN}\n" in unit


@pytest.mark.parametrize("machine", MACHINES)
def test_the_proxy_knows_each_door_of_a_machine(machine: str) -> None:
    nodes = deployed("nginx/portal-nodes.inc")

    assert [port for port in PORTS.values() if f"server {machine}:{port};" not in nodes] == []
