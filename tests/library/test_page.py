"""The page of the library: by anybody with an account, without JavaScript, safe whatever is written."""

import re
from typing import Any

from continuity.accounts.models import User
from incidents.models import Incident
from tests.factories import IncidentFactory
from tests.library.conftest import found, update


def test_what_is_found_is_shown_with_its_words_marked(as_: Any, clinician: User, incident: Incident) -> None:
    page = as_(clinician).get("/library/?q=radius+handheld").text

    assert "1 result<" in page
    assert '<a href="/incidents/INC-2024-001/"><mark>Handhelds</mark> drop out</a>' in page
    assert "certificate of the <mark>radius</mark> server" in page
    assert "Wi-Fi" in page
    assert 'value="radius handheld"' in page


def test_what_was_written_is_never_markup(as_: Any, clinician: User) -> None:
    about = IncidentFactory.create(title="<script>alert(1)</script> zebra")
    update(about, '<img src=x onerror="zebra()"> & a zebra')

    page = as_(clinician).get("/library/?q=zebra").text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>zebra</mark>" in page


def test_a_short_name_marks_nothing_but_itself(as_: Any, clinician: User) -> None:
    IncidentFactory.create(title="Enough errors in e-RS")

    page = as_(clinician).get("/library/?q=e-RS").text

    assert re.search(r">Enough errors in (<mark>[^<]*</mark>-?)+</a>", page)


def test_exercises_drafts_and_restricted_ones_say_so(
    as_: Any, administrator: User, zebras: dict[str, str]
) -> None:
    client = as_(administrator)
    page = "".join(client.get(f"/library/?q=zebra&page={number}").text for number in (1, 2))

    assert page.count(">Exercise<") == 2
    assert page.count(">Restricted<") == 2
    assert "Draft" in page
    assert "Being written" in page


def test_all_that_is_found_leads_to_its_page(as_: Any, administrator: User, zebras: dict[str, str]) -> None:
    leads = {**zebras, "current": "/plans/current/"}  # to whatever version is in force
    client = as_(administrator)
    shown = found(administrator, "zebra")
    page = "".join(client.get(f"/library/?q=zebra&page={number}").text for number in (1, 2))

    assert re.findall(r'<h2[^>]*><a href="([^"]+)"', page) == [leads[ref] for ref in shown]


def test_who_types_gets_what_was_found_alone(as_: Any, clinician: User, incident: Incident) -> None:
    part = as_(clinician).get("/library/?q=radius", headers={"HX-Request": "true"}).text

    assert "<mark>radius</mark>" in part
    assert "<html" not in part


def test_without_words_the_latest_come_first(as_: Any, clinician: User, incident: Incident) -> None:
    page = as_(clinician).get("/library/").text

    assert "Handhelds drop out" in page
    assert "The certificate of the radius server ran out." in page


def test_words_that_say_nothing_find_nothing(as_: Any, clinician: User, incident: Incident) -> None:
    client = as_(clinician)

    for said in ("the", "%26+%7C+%21", "%27%29", '"', "*", "a*"):
        assert client.get(f"/library/?q={said}").status_code == 200
    assert "Nothing was found" in client.get("/library/?q=%26").text


def test_a_day_that_is_none_is_told(as_: Any, clinician: User, incident: Incident) -> None:
    answer = as_(clinician).get("/library/?q=radius&since=sometime")

    assert answer.status_code == 200
    assert "Handhelds" in answer.text
    assert "There is a problem" in answer.text


def test_nobody_without_an_account_searches(client: Any, db: None, trusted: None) -> None:
    assert client.get("/library/").status_code == 302
