"""Every refusal at the door: a plain sentence that says how to mend it, what was typed kept, the database untouched."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client

from continuity.accounts.models import User
from continuity.asgi import Router
from continuity.catalogue.models import Area, Service
from incidents.models import Incident
from releases.models import Release
from tests.board.knocking import AFAR, ask
from tests.factories import AreaFactory, IncidentFactory, ReleaseFactory, ServiceFactory

pytestmark = pytest.mark.django_db
ANNOUNCED = datetime(2024, 10, 11, 9, tzinfo=UTC)
OWN_WORDS = "A reason of my own"
NUL, HUGE = "\x00", "9" * 5_000
# What is written while somebody looks: the session and nothing else.
SCRATCH = {"sessions_session"}


@pytest.fixture(autouse=True)
def _it_is(settings: Any) -> None:
    settings.CLOCK_OFFSET = ANNOUNCED - datetime.now(UTC)


@pytest.fixture
def ers(db: None) -> Service:
    return ServiceFactory(key="ers", name="NHS e-Referral Service")


@pytest.fixture
def ward(ers: Service) -> Area:
    return AreaFactory(key="ward-3", name="Ward 3")


def rows() -> dict[str, int]:
    """How many rows every table holds."""
    models = (model for model in apps.get_models() if model._meta.managed)
    return {
        model._meta.db_table: model._base_manager.count()
        for model in models
        if model._meta.db_table not in SCRATCH
    }


@contextmanager
def nothing_is_written() -> Iterator[None]:
    before = rows()
    yield
    assert rows() == before


def text_of(response: Any) -> str:
    main = BeautifulSoup(response.content, "html.parser").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def notice(ers: Service, **also: Any) -> dict[str, Any]:
    """What a browser sends for the short form of e-RS 14.7."""
    return {
        "title": "NHS e-Referral Service Maintenance Release 14.7",
        "services": [ers.pk],
        "effect": "down",
        "outage_from_date": "1 November 2024",
        "outage_from_time": "4pm",
        "outage_to_date": "2 November 2024",
        "outage_to_time": "12:36am",
        "contact": "IT service desk, ext 5000",
        "kind": "release",
        "source": "national",
        "reason": OWN_WORDS,
        **also,
    }


def outage(start: tuple[str, str], end: tuple[str, str]) -> dict[str, str]:
    (from_date, from_time), (to_date, to_time) = start, end
    return {
        "outage_from_date": from_date,
        "outage_from_time": from_time,
        "outage_to_date": to_date,
        "outage_to_time": to_time,
    }


FRIDAY, SATURDAY = "1 November 2024", "2 November 2024"
WINDOWS = {
    "reversed": (outage((SATURDAY, "4pm"), (FRIDAY, "4pm")), "end must be later than the start"),
    "empty": (outage((FRIDAY, "4pm"), (FRIDAY, "4pm")), "not the same time"),
    "skipped hour": (
        outage(("30 March 2025", "1:30am"), ("30 March 2025", "4am")),
        "does not happen because the clocks",
    ),
    "repeated hour": (
        outage(("27 October 2024", "1:30am"), ("27 October 2024", "4am")),
        "happens twice. BST or GMT?",
    ),
    "12am": (outage((FRIDAY, "12am"), (FRIDAY, "4pm")), "write midnight or midday"),
    "a lone 9:00": (outage((FRIDAY, "9:00"), (FRIDAY, "4pm")), "9am or 9pm"),
    "no such day": (outage(("31 November 2024", "4pm"), (SATURDAY, "4pm")), "no 31 November 2024"),
    "year 9999": (outage(("31 December 9999", "4pm"), ("31 December 9999", "5pm")), "2099"),
    "year 0001": (outage(("1 January 0001", "4pm"), (SATURDAY, "4pm")), "2000"),
    "a sign that is kept in no text": (
        outage((FRIDAY, f"4pm{NUL}"), (SATURDAY, "4pm")),
        "There is a problem",
    ),
    "an endless number": (outage((HUGE, HUGE), (SATURDAY, "4pm")), "There is a problem"),
    "outside the work window": (
        {"work_from_date": FRIDAY, "work_from_time": "5pm"},
        "The outage must be inside the work window",
    ),
    "work reversed": ({"work_to_date": FRIDAY, "work_to_time": "3pm"}, "Work ends: the end must be later"),
}


@pytest.mark.parametrize(("changes", "sentence"), WINDOWS.values(), ids=WINDOWS)
def test_a_window_that_cannot_be_is_refused(
    changes: dict[str, str], sentence: str, as_: Any, manager: User, ers: Service
) -> None:
    client = as_(manager)

    with nothing_is_written():
        response = client.post("/releases/new/", notice(ers, **changes))

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert OWN_WORDS in text_of(response)


def test_two_outages_of_one_service_may_not_overlap(as_: Any, manager: User, ers: Service) -> None:
    client = as_(manager)
    second = {
        "more_1_service": ers.pk,
        "more_1_effect": "at_risk",
        "more_1_from_date": SATURDAY,
        "more_1_from_time": "12:30am",
        "more_1_to_date": SATURDAY,
        "more_1_to_time": "1am",
    }

    with nothing_is_written():
        response = client.post("/releases/new/", notice(ers, **second))

    assert response.status_code == 422
    assert "Two outages of NHS e-Referral Service overlap. Change one" in text_of(response)
    assert OWN_WORDS in text_of(response)


@pytest.mark.parametrize(
    ("state", "button", "form"),
    [
        ("completed", "start", {}),
        ("draft", "back", {}),
        ("cancelled", "start", {}),
        ("completed", "cancel", {"reason": OWN_WORDS}),
        ("cancelled", "complete", {"outcome": OWN_WORDS}),
    ],
)
def test_a_step_that_is_not_in_the_table_is_refused(
    state: str, button: str, form: dict[str, str], as_: Any, manager: User
) -> None:
    release = ReleaseFactory(state=state, outcome="Completed successfully")
    client = as_(manager)

    with nothing_is_written():
        response = client.post(f"{release.get_absolute_url()}{button}/", form, follow=True)

    assert Release.objects.get(pk=release.pk).state == state
    assert response.status_code < 500
    assert "not" in text_of(response) or "no longer" in text_of(response)


def test_of_two_people_who_press_the_same_button_the_second_is_told(
    as_: Any, manager: User, ers: Service
) -> None:
    client = as_(manager)
    client.post("/releases/new/", notice(ers))
    release = Release.objects.get()
    shown = {"version": str(release.version)}
    client.post(f"{release.get_absolute_url()}publish/", shown)

    with nothing_is_written():
        second = client.post(f"{release.get_absolute_url()}publish/", shown, follow=True)

    assert second.status_code < 500
    assert f"{release.ref}" in text_of(second)
    assert Release.objects.get().state == "published"


@pytest.mark.parametrize(
    ("path", "form", "can"),
    [
        ("/releases/new/", {"title": OWN_WORDS}, "IT manager"),
        ("/accounts/people/add/", {"username": "x"}, "Administrator"),
    ],
)
def test_a_wrong_role_is_told_who_can(
    path: str, form: dict[str, str], can: str, as_: Any, clinician: User
) -> None:
    client = as_(clinician)

    with nothing_is_written():
        response = client.post(path, form)

    assert response.status_code == 403
    assert "These roles can" in text_of(response)
    assert can.casefold() in text_of(response).casefold()


FILES = {
    "unknown service": (
        "notices: [{ref: REL-1, title: x, services: [nothing]}]",
        "There is no service nothing",
    ),
    "duplicate key": ("services: []\nservices: []", "services"),
    "wrong type": ("services: 7", "services"),
    "not YAML": ("a: [", "not YAML"),
    "not text": (b"\xff\xfe\x00", "bad.yaml"),
    "a whole number as a file": ("9" * 5_000, "bad.yaml"),
    "nested too deep": ("[" * 20_000, "bad.yaml"),
}


@pytest.mark.parametrize(("content", "sentence"), FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_taken_is_refused_whole(
    content: str | bytes, sentence: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())

    with nothing_is_written(), pytest.raises(CommandError, match="Nothing was stored"):
        call_command("import_records", str(file), no_color=True)

    assert sentence in capsys.readouterr().err


def at_the_router(*knocks: Callable[[Router], Any]) -> list[Any]:
    async def whole() -> list[Any]:
        router = Router()
        return [await knock(router) for knock in knocks]

    return asyncio.run(whole())


def test_foreign_hosts_and_forged_addresses_open_nothing(settings: Any) -> None:
    settings.TRUSTED_NETWORKS = ["127.0.0.0/8"]
    forged = (b"x-forwarded-for", b"127.0.0.1")

    foreign, stream, again = at_the_router(
        lambda router: ask(router, "/", (b"host", b"evil.example")),
        lambda router: ask(router, "/live/", forged, peer=AFAR),
        lambda router: ask(router, "/live/", (b"forwarded", b"for=127.0.0.1"), peer=AFAR),
    )

    assert (foreign.status, stream.status, again.status) == (400, 403, 403)
    assert b"could not read that request" in foreign.body


@pytest.mark.parametrize(
    "path", ["/releases/%00/", "/?q=%00", "/services/?q=a%00b", "/incidents/report/?area=%00"]
)
def test_a_sign_that_no_text_holds_is_refused_in_any_address(
    path: str, client: Client, trusted: None
) -> None:
    response = client.get(path)

    assert response.status_code == 400
    assert "Nothing was saved" in text_of(response)


@pytest.mark.parametrize(
    "path",
    [
        *("/releases/%2500/", "/releases/%252e%252e%252f/", "/releases/%ED%A0%80/", "/services/%FF/"),
        *(
            f"/?q={'x' * 3_000}",
            f"/releases/?page={HUGE}",
            "/releases/?page=-1",
            "/incidents/?severity=%C2%B2",
        ),
        *("/incidents/?q=%ED%A0%80", f"/releases/{'9' * 300}/", "/live/?area=%2500"),
    ],
)
def test_an_odd_address_is_not_found_or_left_aside(path: str, client: Client, trusted: None) -> None:
    assert client.get(path).status_code in {200, 404}


@pytest.mark.parametrize("number", ["-1", HUGE[:30], "9223372036854775808", "²", "٣", "1e9", NUL, ""])
def test_a_number_that_is_none_of_ours_changes_nothing(
    number: str, as_: Any, manager: User, ers: Service
) -> None:
    client = as_(manager)
    incident = IncidentFactory(declared_by=manager)

    for path, form in (
        ("/releases/new/", notice(ers, services=[number])),
        ("/releases/new/", notice(ers, effect="", version=number, **{f"more_{number}_service": number})),
        ("/incidents/declare/", {"title": OWN_WORDS, "service": number, "impact": number, "urgency": "1"}),
        (f"{incident.get_absolute_url()}update/", {"happened": "", "do_now": OWN_WORDS, "after": number}),
        ("/incidents/reports/", {"report": number, "then": "dismiss", "why": OWN_WORDS}),
    ):
        with nothing_is_written():
            response = client.post(path, form, follow=True)
        assert response.status_code in {200, 422}, path
        if "/reports/" not in path:
            assert OWN_WORDS in text_of(response) or OWN_WORDS in response.text, path


def test_a_text_of_ten_thousand_lines_is_refused_and_kept(as_: Any, manager: User, ers: Service) -> None:
    client = as_(manager)
    long = "One line of many\n" * 10_000

    with nothing_is_written():
        response = client.post("/releases/new/", notice(ers, summary=long))

    assert response.status_code == 422
    assert "must be 2000 characters or fewer" in text_of(response)
    assert response.text.count("One line of many") == 10_000


def test_a_form_larger_than_any_notice_is_refused_in_words(as_: Any, manager: User, ers: Service) -> None:
    client = as_(manager)

    with nothing_is_written():
        large = client.post("/releases/new/", notice(ers, summary="x" * 3_000_000), CONTENT_TYPE="x")
        many = client.post("/releases/new/", {f"field-{number}": "x" for number in range(2_000)})

    assert (many.status_code, large.status_code) in {(400, 422), (400, 413)}
    assert "too many fields" in text_of(many)


def test_a_form_without_its_token_is_refused_with_what_was_written(manager: User, ers: Service) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")

    with nothing_is_written():
        response = client.post("/releases/new/", notice(ers))
        from_elsewhere = client.post("/releases/new/", notice(ers), HTTP_ORIGIN="https://evil.example")

    assert (response.status_code, from_elsewhere.status_code) == (403, 403)
    assert OWN_WORDS in text_of(response)
    assert "Open the page again" in text_of(response)
    assert OWN_WORDS not in text_of(from_elsewhere)


def test_who_was_logged_out_while_writing_keeps_the_words(client: Client, ers: Service) -> None:
    with nothing_is_written():
        response = client.post("/releases/new/", notice(ers, password="a secret of mine"))

    assert response.status_code == 403
    assert "Log in and send the form again" in text_of(response)
    assert OWN_WORDS in text_of(response)
    assert "a secret of mine" not in response.text


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("path", ["/", "/releases/new/", "/incidents/declare/", "/incidents/report/"])
def test_a_method_that_is_not_offered_changes_nothing(
    method: str, path: str, as_: Any, manager: User, trusted: None
) -> None:
    client = as_(manager)

    with nothing_is_written():
        response = getattr(client, method)(path)

    assert response.status_code in {200, 405}


def test_a_report_of_nonsense_is_asked_again(client: Client, trusted: None, ward: Area) -> None:
    for form in (
        {"area": "nowhere", "text": OWN_WORDS},
        {"area": ward.key, "service": f"ers{NUL}", "text": OWN_WORDS},
        {"area": f"{ward.key}{NUL}", "text": OWN_WORDS},
        {"area": ward.key, "text": f"{OWN_WORDS}{NUL}"},
        {"area": ward.key, "text": f"{OWN_WORDS} {'x' * 400}"},
    ):
        with nothing_is_written():
            response = client.post("/incidents/report/", form)
        assert response.status_code == 422
        assert "There is a problem" in text_of(response)
        assert OWN_WORDS in response.text
        assert "Null characters" not in response.text
    assert not Incident.objects.exists()


@pytest.mark.parametrize("username", ["x" * 10_000, f"manager{NUL}", "\u202emanager", HUGE])
def test_a_user_name_that_nobody_has_is_only_a_wrong_one(username: str, client: Client) -> None:
    response = client.post("/accounts/login/", {"username": username, "password": "x" * 10_000})

    assert response.status_code == 422
    assert "There is a problem" in text_of(response)
