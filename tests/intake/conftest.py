"""Files written in a test, and what importing them says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from continuity.core.models import Line

Said = tuple[bool, str, str]


@pytest.fixture
def import_(tmp_path: Path, capsys: pytest.CaptureFixture[str], db: None) -> Callable[..., Said]:
    """`import_(notices="notices: ...")`: whether it was stored, what was said, and what was warned or refused."""

    def run(**texts: str | bytes) -> Said:
        paths = []
        for name, text in texts.items():
            path = tmp_path / f"{name}.yaml"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(str(path))
        try:
            call_command("import_records", *paths, no_color=True)
        except CommandError as error:
            return False, str(error), capsys.readouterr().err
        streams = capsys.readouterr()
        return True, streams.out, streams.err

    return run


@pytest.fixture
def catalogue(import_: Callable[..., Said]) -> None:
    """Three services in the portal: e-RS, slot polling, Wi-Fi."""
    stored, said, refused = import_(catalogue=CATALOGUE)
    assert stored, said + refused


CATALOGUE = """\
trust:
  sites:
    - {key: agh, name: Ashcombe General Hospital, kind: acute}
teams:
  - {key: it-desk, name: IT service desk, ring: "ext 5000", hours: "24 hours"}
services:
  - key: ers
    name: NHS e-Referral Service (e-RS)
    description: Where GPs send referrals.
    tier: 3
    scope: national
    owner: it-desk
    depends_on: {}
    hours: {kind: always}
    rto_min: 480
    mtpd_min: 1440
    ring: ["IT service desk, ext 5000"]
    downtime:
      title: If e-RS is unavailable
      steps:
        - Take urgent referrals by phone.
        - Hold routine referrals.
  - key: slot-polling
    name: e-RS slot polling
    description: Tells e-RS which slots are free.
    tier: 3
    owner: it-desk
    depends_on: {ers: stops}
    hours: {kind: weekly, days: mon-fri, open: "08:00", close: "18:00", bank_holidays: closed}
    rto_min: 720
    mtpd_min: 2880
    ring: ["IT service desk, ext 5000"]
  - key: wifi
    name: Wi-Fi
    description: Wireless network.
    tier: 2
    owner: it-desk
    rto_min: 60
    mtpd_min: 240
    ring: ["IT service desk, ext 5000"]
"""
NOTICE = """\
notices:
  - ref: REL-2024-071
    title: NHS e-Referral Service (e-RS) Maintenance Release 14.7
    kind: release
    services: [ers]
    also_affected: [slot-polling]
    work_start: 2024-11-01T16:00:00+00:00
    work_end: 2024-11-02T00:44:00+00:00
    outage_start: 2024-11-01T16:00:00+00:00
    outage_end: 2024-11-02T00:36:00+00:00
    impact: unavailable
    status: completed
    outcome: The release was completed successfully.
"""
INCIDENT = """\
incidents:
  - ref: INC-2024-011
    title: Wi-Fi certificate ran out
    severity: 2
    level: it_incident
    services: [wifi]
    detected_at: 2024-10-12T00:03:00+01:00
    declared_at: 2024-10-12T00:30:00+01:00
    resolved_at: 2024-10-12T03:50:00+01:00
    stood_down_at: 2024-10-12T04:15:00+01:00
    updates:
      - {at: "2024-10-12T00:32:00+01:00", status: investigating, text: Wi-Fi is down.}
    timeline:
      - {at: "2024-10-12T00:30:00+01:00", kind: declared, by: Duty IT manager, text: Severity 2 declared.}
    review:
      method: desk_review
      held_at: 2024-10-24
      summary: The end date was on one calendar.
      went_well: [Wards moved to paper.]
      factors:
        - {area: organisation, text: Renewal dates were kept by a person.}
      actions:
        - ref: A1
          text: Keep a register.
          owner_role: Infrastructure manager
          due: 2024-12-15
          status: done
          strength: strong
"""


def changed(text: str, old: str, new: str) -> str:
    """A file with one thing different; the thing must be there."""
    assert old in text
    return text.replace(old, new)


def lines_written() -> int:
    """How much was stored: every adopted record leaves a line in the ledger."""
    return Line.objects.count()
