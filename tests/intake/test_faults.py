"""Files that are refused: each fault is named by file, line, record and field, and nothing is stored."""

import time
from collections.abc import Callable

import pytest

from tests.intake.conftest import CATALOGUE, INCIDENT, NOTICE, Said, changed, lines_written

pytestmark = pytest.mark.django_db
Import = Callable[..., Said]
OUTSIDE_WORK = "The outage must lie inside the work window."

UNREADABLE: list[tuple[bytes, str]] = [
    (b"", "The file is empty."),
    (b"\n# nothing\n", "The file is empty."),
    (b"null", "The file is empty."),
    (b"just a sentence", "The file must hold named lists such as services: or notices: at its top."),
    (b"- a\n- b", "The file must hold named lists such as services: or notices: at its top."),
    (b"notices: [", "This is not YAML"),
    (b"a: b: c", "line 1: This is not YAML"),
    (b"services:\n\t- x", "line 2: This is not YAML"),
    (b"a: \x00", "line 1: The file holds a character that YAML does not allow."),
    (b"services: []\nx: \xff\xfe", "line 2: The file is not UTF-8 text. Save it as UTF-8."),
    ("services: []".encode("utf-16"), "The file is not UTF-8 text. Save it as UTF-8."),
    (b"a: 1\n---\nb: 2", "line 2: Write one document a file."),
    (b"services: []\nnotices: []\nservices: []", "line 3: services stands here twice. Take one of them out."),
    (b"a: &x [1]\nb: *x", "line 1: Anchors such as &x are not taken. Write the value out."),
    (b"a: &x [1]\nb: *x", "line 2: Aliases such as *x are not taken. Write the value out."),
    (
        b"a: !!python/object/apply:os.system [id]",
        "line 1: Tags such as tag:yaml.org,2002:python/object/apply",
    ),
    (b"? [a, b]\n: c", "line 1: A key must be a single word, not a list or a mapping."),
    (b"a: " + b"[" * 100_000, "line 1: Values stand more than 16 levels deep."),
    (b"- a\n" * 250_000, "The file holds more than 200,000 values."),
]

NOTICES: list[tuple[str, str, str]] = [
    ("services: [ers]", "services: [nobody]", "line 5, REL-2024-071, services: There is no service nobody."),
    ("also_affected: [slot-polling]", "also_affected: [x]", "also_affected: There is no service x."),
    (
        "also_affected: [slot-polling]",
        "also_affected: [ers]",
        "also_affected: ers stands under services already.",
    ),
    ("services: [ers]", "services: ers", "REL-2024-071, services: This must be a list."),
    ("services: [ers]", "services: [ers, ers]", "services: ers stands here twice."),
    ("services: [ers]", "services: [[ers]]", "services: This must be text."),
    ("impact: unavailable", "impact: gone", "impact: gone is not known here. Write one of: none, degraded"),
    ("status: completed", "status: finished", "status: finished is not known here. Write one of: draft"),
    ("status: completed", "status: overrunning", "status: overrunning is not known here."),
    ("status: completed", "status: published", "REL-2024-071, contact: This is missing."),
    ("    status: completed\n", "", "line 2, REL-2024-071, status: This is missing."),
    (
        "title: NHS e-Referral Service (e-RS) Maintenance Release 14.7",
        "title: 14.7",
        "title: This must be text.",
    ),
    ("title: NHS e-Referral Service (e-RS) Maintenance Release 14.7", "title: ''", "title: This is empty."),
    (
        "title: NHS e-Referral Service (e-RS) Maintenance Release 14.7",
        "title: [a]",
        "title: This must be a single value",
    ),
    (
        "title: NHS e-Referral Service (e-RS) Maintenance Release 14.7",
        'title: "a\\0b"',
        "holds a character that cannot",
    ),
    (
        "title: NHS e-Referral Service (e-RS) Maintenance Release 14.7",
        f"title: {'x' * 161}",
        "title: This is 161 characters long. Shorten it to 160.",
    ),
    ("ref: REL-2024-071", "ref: rel 71", "ref: Write it like REL-2024-071, not rel 71."),
    ("ref: REL-2024-071", "ref: 71", "ref: This must be text."),
    (
        "T16:00:00+00:00\n    work_end",
        "T16:00:00\n    work_end",
        "line 7, REL-2024-071, work_start: The time needs its offset",
    ),
    (
        "work_start: 2024-11-01T16:00:00+00:00",
        "work_start: 2024-11-01",
        "work_start: The time needs its offset",
    ),
    (
        "work_start: 2024-11-01T16:00:00+00:00",
        "work_start: 4pm on Friday",
        "work_start: Write the time like 2024-11-01T",
    ),
    (
        "work_start: 2024-11-01T16:00:00+00:00",
        "work_start: 2024-02-30T16:00:00+00:00",
        "work_start: There is no 2024-02-30T",
    ),
    (
        "work_start: 2024-11-01T16:00:00+00:00",
        "work_start: 2024-11-01T25:00:00+00:00",
        "work_start: There is no 2024-11-01T25",
    ),
    (
        "work_start: 2024-11-01T16:00:00+00:00",
        "work_start: 1024-11-01T16:00:00+00:00",
        "The year must be between 2000 and 2099.",
    ),
    (
        "work_start: 2024-11-01T16:00:00+00:00",
        "work_start: 2024-11-01T16:00:00+23:00",
        "work_start: The time needs its offset",
    ),
    (
        "work_start: 2024-11-01T16:00:00+00:00",
        "work_start: 2024-11-03T16:00:00+00:00",
        "work_end: The end must be later than the start.",
    ),
    (
        "work_start: 2024-11-01T16:00:00+00:00",
        "work_start: 2024-11-02T00:44:00+00:00",
        "work_end: The end must be later than the start, not the same time.",
    ),
    (
        "work_end: 2024-11-02T00:44:00+00:00",
        "work_end: null",
        "work_end: This is missing, but work_start is there.",
    ),
    (
        "outage_end: 2024-11-02T00:36:00+00:00",
        "outage_end: 2024-11-02T00:50:00+00:00",
        f"outage_start: {OUTSIDE_WORK}",
    ),
    (
        "outage_start: 2024-11-01T16:00:00+00:00",
        "outage_start: 2024-11-01T15:59:00+00:00",
        f"outage_start: {OUTSIDE_WORK}",
    ),
    (
        "outage_end: 2024-11-02T00:36:00+00:00",
        "outage_end: 2024-11-01T15:00:00+00:00",
        "outage_end: The end must be later",
    ),
    (
        "    outage_start: 2024-11-01T16:00:00+00:00\n    outage_end: 2024-11-02T00:36:00+00:00\n",
        "",
        "Say from when to when, because the impact is unavailable.",
    ),
    ("    outcome: The release was completed successfully.\n", "", "outcome: This is missing."),
    (
        "outcome: The",
        "replaces: REL-2024-001\n    outcome: The",
        "replaces: There is no notice REL-2024-001.",
    ),
    (
        "outcome: The",
        "replaces: REL-2024-071\n    outcome: The",
        "replaces: These notices replace each other",
    ),
    ("outcome: The", "before: Save your work\n    outcome: The", "before: This must be a list."),
    (
        "outcome: The",
        "updates: [{at: 2024-11-01T16:00:00Z, status: x, text: y}]\n    outcome: The",
        "updates 1, status: x is not known here.",
    ),
    (
        "outcome: The",
        "updates: [later]\n    outcome: The",
        "updates 1: This must be a mapping of keys and values.",
    ),
    (
        "outcome: The",
        "approved_by_roles: [CIO, CIO]\n    outcome: The",
        "approved_by_roles: CIO stands here twice.",
    ),
    (
        "outcome: The",
        "review: yes please\n    outcome: The",
        "review: This must be a mapping of keys and values.",
    ),
    (
        "outcome: The",
        "review: {needed: maybe}\n    outcome: The",
        "review, needed: This must be true or false, not maybe.",
    ),
]

SERVICES: list[tuple[str, str, str]] = [
    (
        "depends_on: {ers: stops}",
        "depends_on: {nobody: stops}",
        "line 28, service slot-polling, depends_on: There is no service nobody.",
    ),
    (
        "depends_on: {ers: stops}",
        "depends_on: {ers: breaks}",
        "depends_on, ers: breaks is not known here. Write one of: stops, degrades.",
    ),
    (
        "depends_on: {ers: stops}",
        "depends_on: {slot-polling: stops}",
        "make a circle: slot-polling needs slot-polling.",
    ),
    ("depends_on: {}", "depends_on: {slot-polling: stops}", "needs ers"),
    ("tier: 2\n", "tier: high\n", "service wifi, tier: This must be a whole number, not high."),
    ("tier: 2\n", 'tier: "2"\n', "service wifi, tier: This must be a whole number, not 2."),
    ("tier: 2\n", "tier: 5\n", "service wifi, tier: This must be from 1 to 4, not 5."),
    ("rto_min: 60", "rto_min: 240", "service wifi, rto_min: This must be shorter than mtpd_min."),
    ("rto_min: 60", "rto_min: 99999999999999999999", "rto_min: This must be a whole number"),
    ("key: wifi", "key: Wi Fi", "services 3, key: Write it like ward-7, not Wi Fi."),
    ("key: wifi", "key: ers", "service ers, key: ers stands in bad.yaml, line 7 already."),
    (
        "name: Wi-Fi",
        "name: E-RS SLOT POLLING",
        "service wifi, name: E-RS SLOT POLLING is the name of service slot-polling.",
    ),
    ("    name: Wi-Fi\n", "", "line 33, service wifi, name: This is missing."),
    (
        "scope: national",
        "scope: galactic",
        "scope: galactic is not known here. Write one of: local, national, supplier.",
    ),
    ("days: mon-fri", "days: someday", "hours, days: Write the days like mon-fri, or mon, wed, fri."),
    ("days: mon-fri", "days: fri-mon", "hours, days: Write the days like mon-fri, or mon, wed, fri."),
    ('open: "08:00"', "open: 8am", 'hours, open: Write the time like "08:00".'),
    ('open: "08:00"', 'open: "25:00"', 'hours, open: Write the time like "08:00".'),
    (
        "owner: it-desk\n    rto_min: 60",
        "owner: nobody\n    rto_min: 60",
        "service wifi, owner: There is no team nobody.",
    ),
    (
        "        - Take urgent referrals by phone.\n        - Hold routine referrals.\n",
        "        []\n",
        "downtime, steps: A procedure needs its steps.",
    ),
    ("kind: acute", "kind: palace", "site agh, kind: palace is not known here."),
    (
        "trust:\n",
        "trust:\n  time_zone: Europe/Paris\n",
        "time_zone: The portal keeps time in Europe/London only.",
    ),
]

INCIDENTS: list[tuple[str, str, str]] = [
    ("severity: 2", "severity: 0", "INC-2024-011, severity: This must be from 1 to 5, not 0."),
    ("severity: 2", "severity: high", "severity: This must be a whole number, not high."),
    ("services: [wifi]", "services: [x]", "INC-2024-011, services: There is no service x."),
    (
        "services: [wifi]",
        "services: [wifi]\n    notice_ref: REL-1-1",
        "notice_ref: There is no notice REL-1-1.",
    ),
    (
        "services: [wifi]",
        "services: [wifi]\n    roles_stood_up: [king]",
        "roles_stood_up: There is no command role king.",
    ),
    (
        "declared_at: 2024-10-12T00:30",
        "declared_at: 2024-10-12T00:01",
        "declared_at: This must not be before detected_at.",
    ),
    (
        "resolved_at: 2024-10-12T03:50",
        "resolved_at: 2024-10-12T05:50",
        "stood_down_at: This must not be before resolved_at.",
    ),
    (
        "resolved_at: 2024-10-12T03:50",
        "resolved_at: 2024-10-11T03:50",
        "resolved_at: This must not be before detected_at.",
    ),
    ("    resolved_at: 2024-10-12T03:50:00+01:00\n", "", "resolved_at: Say when the service was back"),
    ("    detected_at: 2024-10-12T00:03:00+01:00\n", "", "detected_at: This is missing."),
    (
        "title: Wi-Fi certificate ran out",
        "title: 943 476 5919 waited",
        "title: This holds what looks like an NHS",
    ),
    ("status: investigating", "status: guessing", "updates 1, status: guessing is not known here."),
    ('at: "2024-10-12T00:32:00+01:00"', "at: yesterday", "updates 1, at: Write the time like"),
    ("kind: declared", "kind: dreamt", "timeline 1, kind: dreamt is not known here."),
    ("method: desk_review", "method: trial", "review, method: trial is not known here."),
    ("area: organisation", "area: culprits", "review, factors 1, area: culprits is not known here."),
    ("ref: A1", "ref: first", "review, actions 1, ref: Write it like A1, not first."),
    ("due: 2024-12-15", "due: soon", "review, actions 1, due: Write the day like 2024-11-01."),
    (
        "due: 2024-12-15",
        "due: 2024-02-30",
        "review, actions 1, due: Check the date because there is no 30 February 2024.",
    ),
    ("status: done", "status: verified", "review, actions 1, status: Say in verified_at when it was checked"),
    ("status: done", "status: nearly", "review, actions 1, status: nearly is not known here."),
    (
        "strength: strong",
        "strength: heroic",
        "strength: heroic is not known here. Write one of: strong, medium, weak.",
    ),
]


@pytest.mark.parametrize(("content", "sentence"), UNREADABLE, ids=[sentence for _, sentence in UNREADABLE])
def test_a_file_that_cannot_be_read_is_refused(import_: Import, content: bytes, sentence: str) -> None:
    stored, said, refused = import_(bad=content)

    assert not stored
    assert said.startswith("Nothing was stored because of ")
    assert "bad.yaml" in refused
    assert sentence in refused


def is_one_fault(said: Said, sentence: str, *, before: int) -> bool:
    """Whether nothing was stored, not even a line of the ledger, and every line of the refusal names its place."""
    stored, _, refused = said
    has_places = all(line.startswith("bad.yaml, line ") for line in refused.splitlines())
    return not stored and sentence in refused and has_places and lines_written() == before


@pytest.mark.parametrize(("old", "new", "sentence"), NOTICES)
def test_a_fault_in_a_notice_is_named(
    import_: Import, catalogue: None, old: str, new: str, sentence: str
) -> None:
    before = lines_written()

    said = import_(bad=changed(NOTICE, old, new))

    assert is_one_fault(said, sentence, before=before), said


@pytest.mark.parametrize(("old", "new", "sentence"), SERVICES)
def test_a_fault_in_the_catalogue_is_named(import_: Import, old: str, new: str, sentence: str) -> None:
    before = lines_written()

    said = import_(bad=changed(CATALOGUE, old, new))

    assert is_one_fault(said, sentence, before=before), said


@pytest.mark.parametrize(("old", "new", "sentence"), INCIDENTS)
def test_a_fault_in_an_incident_is_named(
    import_: Import, catalogue: None, old: str, new: str, sentence: str
) -> None:
    before = lines_written()

    said = import_(bad=changed(INCIDENT, old, new))

    assert is_one_fault(said, sentence, before=before), said


def test_every_fault_of_every_file_is_named_at_once(import_: Import, catalogue: None) -> None:
    notice = changed(changed(NOTICE, "[ers]", "[x]"), "impact: unavailable", "impact: gone")
    incident = changed(changed(INCIDENT, "severity: 2", "severity: 9"), "[wifi]", "[y]")

    stored, said, refused = import_(notices=notice, incidents=incident, broken=b"a: [")

    assert not stored
    assert said == "Nothing was stored because of 5 faults."
    for sentence in (
        "There is no service x.",
        "gone is not known",
        "from 1 to 5",
        "There is no service y.",
        "not YAML",
    ):
        assert sentence in refused


def test_one_fault_in_one_file_keeps_all_files_out(import_: Import, catalogue: None) -> None:
    before = lines_written()

    stored, _, _ = import_(notices=NOTICE, incidents=changed(INCIDENT, "severity: 2", "severity: 9"))

    assert not stored
    assert lines_written() == before


def test_a_reference_that_stands_in_two_files_is_refused(import_: Import, catalogue: None) -> None:
    stored, _, refused = import_(first=NOTICE, second=NOTICE)

    assert not stored
    assert (
        "second.yaml, line 2, REL-2024-071, ref: REL-2024-071 stands in first.yaml, line 2 already."
        in refused
    )


def test_a_circle_over_the_portal_and_a_file_is_refused(import_: Import, catalogue: None) -> None:
    service = (
        CATALOGUE[CATALOGUE.index("services:") :]
        .replace("ers: stops", "x: stops")
        .replace("key: ers", "key: x")
    )
    text = changed(service, "key: slot-polling", "key: y").replace("depends_on: {}", "depends_on: {y: stops}")

    stored, _, refused = import_(circle=text)

    assert not stored
    assert "depends_on: These dependencies make a circle:" in refused


def test_fifty_megabytes_of_nonsense_are_refused_before_they_are_read(import_: Import) -> None:
    nonsense = b"x: [1, 2, 3]\n" * 4_000_000
    began = time.perf_counter()

    stored, _, refused = import_(huge=nonsense)

    assert not stored
    assert "huge.yaml: The file is larger than 10 MB. Split it into smaller files." in refused
    assert time.perf_counter() - began < 10


def test_a_file_that_is_not_there_is_said(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="Nothing was stored because of 1 fault"):
        call_command("import_records", "/nowhere/missing.yaml")

    assert "missing.yaml: The file cannot be opened: no such file or directory." in capsys.readouterr().err


def test_an_unknown_key_is_only_warned_of(import_: Import, catalogue: None) -> None:
    stored, _, warned = import_(
        notices=changed(NOTICE, "    kind: release", "    colour: blue\n    kind: release")
    )

    assert stored
    assert (
        "Warning: notices.yaml, line 4, REL-2024-071, colour: This key is not known here and was left out."
        in warned
    )


def test_what_the_portal_has_no_place_for_is_said(import_: Import, catalogue: None) -> None:
    text = changed(NOTICE, "    kind: release", "    reminders: []\n    kind: release")

    stored, _, warned = import_(notices=text)

    assert stored
    assert "Not kept, because the portal has no place for it: reminders (1)." in warned


def test_the_trusts_own_scales_are_kept(import_: Import, db: None) -> None:
    scale = (
        "severity_scale:\n"
        "  1: {label: Worst, meaning: All stops, update_every_min: 30, review_within_days: 14}\n"
        "  7: {label: x, meaning: y, update_every_min: 1}\n"
        "command_roles:\n  loggist: {title: Scribe, held_by: Anybody}\n  king: {title: King}\n"
    )

    stored, _, refused = import_(scales=scale)

    assert not stored
    assert "severity_scale, 7: A severity is a number from 1 to 5." in refused.replace("line 3, ", "")
    assert "command_roles, king: There is no such command role." in refused


def test_a_record_of_the_portals_own_is_not_overwritten(import_: Import, catalogue: None) -> None:
    from tests.factories import ReleaseFactory

    ReleaseFactory(ref="REL-2024-071")

    stored, _, refused = import_(notices=NOTICE)

    assert not stored
    assert "REL-2024-071 is in the portal already, and not from a file." in refused
