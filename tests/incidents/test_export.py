"""The timeline to take away: nobody's spreadsheet runs it, and its digest can be checked anywhere."""

import csv
import hashlib
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from continuity.accounts.models import User
from continuity.core.clock import now
from incidents import actions, export
from incidents.export import FORMULA, body_of, digest_of, guarded, known_at, moment, whole_csv, whole_pdf
from incidents.models import Incident
from tests.incidents.test_held import as_superuser

HOUR = timedelta(hours=1)


@pytest.fixture
def told(light: Incident, manager: User, at: datetime) -> Incident:
    """Words that begin like a formula, over two lines, in another script; written down late, from paper."""
    text = "=1+1 rings\n#strong[not] *markup* Ł"
    actions.add_entry(
        incident=light,
        kind="action",
        text=text,
        occurred_at=at,
        by=manager,
        at=at + HOUR,
        paper_sheet="Sheet 4",
    )
    return light


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")))


@pytest.mark.django_db
def test_the_digest_is_that_of_the_lines_above_the_last_two(told: Incident) -> None:
    content = whole_csv(told, now()).encode()

    above = b"".join(content.splitlines(keepends=True)[:-2])

    assert hashlib.sha256(above).hexdigest() == rows_of(content.decode())[-1][1]


@pytest.mark.django_db
def test_both_times_stand_in_a_row_and_what_begins_like_a_formula_is_guarded(told: Incident) -> None:
    row = next(row for row in rows_of(whole_csv(told, now())) if row[4:5] == ["Action"])

    assert row[1:4] == ["2024-11-01 16:00:00 GMT", "2024-11-01 17:00:00 GMT", "late"]
    assert row[5] == "'=1+1 rings\n#strong[not] *markup* Ł"
    assert row[7] == "Sheet 4"


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not guarded(text).lstrip(" ").startswith(FORMULA)
    assert guarded(text) in {text, f"'{text}"}


@pytest.mark.django_db
def test_what_is_written_down_later_is_not_in_what_was_known(
    told: Incident, manager: User, at: datetime
) -> None:
    then = now()
    before = digest_of(body_of(told, known_at(told, then)))

    actions.add_entry(
        incident=told,
        kind="action",
        text="Later.",
        occurred_at=at,
        by=manager,
        at=now() + timedelta(seconds=1),
    )

    assert digest_of(body_of(told, known_at(told, then))) == before
    assert digest_of(body_of(told, known_at(told, now() + HOUR))) != before


@pytest.mark.django_db
def test_a_restricted_exercise_says_so_in_file_and_rows(told: Incident) -> None:
    told.is_exercise = told.is_restricted = True

    rows = rows_of(whole_csv(told, now()))

    assert rows[1][0] == f"EXERCISE {told.ref}"
    assert rows[-2][0].startswith(f"EXERCISE {told.ref}: Wi-Fi is down on the wards, restricted. As known at")


@pytest.mark.django_db
def test_the_pdf_is_tagged_with_its_title_and_language(told: Incident) -> None:
    made = whole_pdf(told, now())

    assert made.startswith(b"%PDF-1.7")
    assert all(part in made for part in (b"/MarkInfo", b"/StructTreeRoot", b"(en-GB)", b"pdfuaid"))


@pytest.mark.django_db
def test_a_timeline_too_long_for_a_pdf_is_taken_as_csv(
    told: Incident, manager: User, as_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "LONGEST_PDF", 2)

    refused = as_(manager).get(f"/incidents/{told.ref}/timeline.pdf")

    assert refused.status_code == 409
    assert "a PDF takes 2 at most. Take the CSV" in refused.content.decode()
    assert as_(manager).get(f"/incidents/{told.ref}/timeline.csv").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("ending", "kind"), [("csv", "text/csv; charset=utf-8"), ("pdf", "application/pdf")])
def test_who_reads_records_takes_it_away(
    as_: Any, told: Incident, manager: User, stranger: User, ending: str, kind: str
) -> None:
    address = f"/incidents/{told.ref}/timeline.{ending}"

    refused, answer = as_(stranger).get(address).status_code, as_(manager).get(address)

    assert refused == 403
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer["Content-Disposition"] == f'attachment; filename="{told.ref}-timeline.{ending}"'


@pytest.mark.django_db
def test_a_command_checks_an_export_by_its_digest(told: Incident, capsys: pytest.CaptureFixture[str]) -> None:
    at = now()
    digest = digest_of(body_of(told, known_at(told, at)))

    call_command("verify_incident", told.ref, at=at, digest=digest)

    assert digest in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_names_what_was_changed(told: Incident) -> None:
    with pytest.raises(CommandError, match="The export is another"):
        call_command("verify_incident", told.ref, digest="0" * 64)
    as_superuser("UPDATE incidents_entry SET text = 'Nothing.'")

    with pytest.raises(CommandError, match=r"Action entry \d+ of INC-2024-\d+ was changed"):
        call_command("verify_incident", told.ref)


def test_clocks_say_bst_and_gmt_in_the_hour_that_comes_twice() -> None:
    first = datetime.fromisoformat("2024-10-27T00:30:00+00:00")

    said = [moment(first), moment(first + HOUR)]

    assert said == ["2024-10-27 01:30:00 BST", "2024-10-27 01:30:00 GMT"]
