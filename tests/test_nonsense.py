"""Nonsense in every form, as every role that may send it: no page breaks, what was typed stays, a sentence says why."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import cycle
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from continuity.accounts.access import may_open
from continuity.accounts.models import User
from continuity.accounts.views import log_out
from continuity.board.facts import read_facts
from continuity.board.newest import forget, keep
from continuity.core.clock import now
from continuity.core.written import is_shown
from tests.addresses import INSIDE, SAMPLE, client_of, filled_with, patterns
from tests.counts.evening import begin

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("nonsense"),  # one worker, one evening
]
CAST = ["", "clinician", "manager", "lead", "commander", "admin"]
REFUSED, BROKEN = 422, 500
ALL_ROUND = "admin"  # may send nearly every form
# What nobody means.
NUL, ENDLESS = "a\x00b", "9" * 5_000
OTHERS = [
    *(
        "word " * 5_000,
        "1e9; [true]",
        "\U0001f691 \u202eback to front ٣²",
        "31 November 2024",
        "no-such-choice",
    ),
    *("25:61", "-1", "12am", "<b>bold</b>", "١٢٣"),
]
# One kind in all fields at once, and several side by side, beginning with another each time.
FEW = {"signs that no text holds": [NUL]}
MANY = FEW | {"endless numbers": [ENDLESS]}
MANY |= {f"some of each, from number {first}": OTHERS[first:] + OTHERS[:first] for first in (0, 5)}
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
WRITTEN = {"text", "search", "email", "tel", "url", "number", ""}


@pytest.fixture(scope="module")
def addresses(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[tuple[str, Any]]]:
    """The sample and its evening, loaded once, and every address whose view may be sent a form.

    The process keeps its news, as one that serves pages does: no page reads them again for its banner.
    """
    portal = {**SAMPLE, "MAIL_DIR": tmp_path_factory.mktemp("mail")}
    with django_db_blocker.unblock(), override_settings(**portal), transaction.atomic():
        call_command("load_sample", verbosity=0)
        values = begin(now())
        keep(read_facts(now()), checked_at=now())
        yield [("/" + filled_with(values, where), found.callback) for where, found in patterns()]
        forget()
        transaction.set_rollback(True)


@pytest.mark.parametrize("username", CAST)
def test_nonsense_breaks_no_form(username: str, addresses: list[tuple[str, Any]]) -> None:
    client, person = client_of(username, INSIDE), User.objects.filter(username=username).first()
    open_to = [
        address
        for address, view in addresses
        if view is not log_out and may_open(view.access_to_write, user=person, trusted=True)
    ]

    rounds = MANY if username == ALL_ROUND else FEW
    faults = [fault for address in open_to for fault in faults_of(client, address, rounds)]

    assert not faults, "\n".join(dict.fromkeys(faults))


def faults_of(client: Client, address: str, rounds: dict[str, list[str]]) -> Iterator[str]:
    """What one form does with each round of nonsense; whatever it took is taken back.

    Where there is nothing to fill in, all rounds are the same: it is sent once.
    """
    fields = fields_of(client, address)
    yield from (f"{address} would lose {name}" for name, tag in fields.items() if is_lost(name, tag))
    for kind, words in list(rounds.items())[: None if fields else 1]:
        typed = dict(zip(fields, cycle(words), strict=False))
        with transaction.atomic():
            answer = client.post(address, typed)
            transaction.set_rollback(True)
        if answer.status_code >= BROKEN:
            yield f"{address} breaks at {kind}"
        elif answer.status_code == REFUSED:
            yield from (f"{address}, {kind}: {fault}" for fault in unhelpful(answer.text, fields, typed))


def fields_of(client: Client, address: str) -> dict[str, Tag]:
    """The fields that a form on the page sends to this address."""
    with transaction.atomic():
        page = client.get(address)
        transaction.set_rollback(True)
    if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return {}
    main = "".join(MAIN.findall(page.text))
    # Most pages have no form in them, and to read a page takes as long as to make it.
    forms = BeautifulSoup(main, "html.parser").select("form[method=post]") if "<form" in main else []
    here = [form for form in forms if form.get("action", "") in {"", address.partition("?")[0]}]
    found = [field for form in here for field in form.select("[name]")]
    return {str(each["name"]): each for each in found if each["name"] != "csrfmiddlewaretoken"}


def is_lost(name: str, field: Tag) -> bool:
    """Whether what people put into a field would not be shown to them where the form could not be taken."""
    is_theirs = field.name != "button" and field.get("type") not in {"hidden", "password", "submit"}
    return is_theirs and not is_shown(name)


def is_written(field: Tag) -> bool:
    return field.name == "textarea" or (field.name == "input" and field.get("type", "") in WRITTEN)


def unhelpful(shown: str, fields: dict[str, Tag], typed: Mapping[str, str]) -> Iterator[str]:
    """What a form that is shown again lacks: a sentence, and what was typed."""
    if "There is a problem" not in shown:
        yield "no sentence says what is wrong"
    if "Null characters" in shown:
        yield "a sentence is Django's own"
    page = unescape(shown)
    for name, field in fields.items():
        words = typed[name].strip()
        if is_written(field) and "\x00" not in words and words not in page:
            yield f"{name} has lost what was typed"
