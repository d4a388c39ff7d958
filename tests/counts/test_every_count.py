"""Every page asks a fixed number of queries, with the banner and all slots in place, however long the history."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from continuity.core.clock import now
from tests.addresses import INSIDE, SAMPLE, client_of, filled_with, patterns
from tests.counts.asked import asking, read, told
from tests.counts.evening import also, begin
from tests.counts.more import grow, sizes
from tests.counts.table import BANNER, COUNTS, NOT_SHOWN, PERSON

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("counts"),  # one worker, one evening
]
GET_IS_REFUSED, COMES_IN = 405, 200
TABLE, EVENING = "tests/counts/table.py", "tests/counts/evening.py"
Row = tuple[int, int | None, str]
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def pages(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, str]]:
    """The sample and its evening, loaded once: every page's row and address. Each test takes back what it adds."""
    portal = {**SAMPLE, "MAIL_DIR": tmp_path_factory.mktemp("mail"), "PASSWORD_HASHERS": QUICK}
    with django_db_blocker.unblock(), override_settings(**portal), transaction.atomic():  # type: ignore[attr-defined]
        call_command("load_sample", verbosity=0)
        at = now()
        values = begin(at)
        yield {where: "/" + filled_with(values, where) for where, _ in patterns()} | also(at)
        transaction.set_rollback(True)


def test_every_page_takes_the_queries_of_its_row(pages: dict[str, str]) -> None:
    stale = COUNTS.keys() - pages.keys()

    faults = [*faults_of(pages), *(f"{where} is no page: take out its row." for where in stale)]

    assert not faults, "\n".join(faults)


def test_no_page_takes_more_when_the_history_is_longer(pages: dict[str, str]) -> None:
    before = sizes()

    grow()

    after = sizes()
    assert {table for table in before if not before[table]} ^ NOT_SHOWN == set()
    assert [table for table in before if before[table] and after[table] < 2 * before[table]] == []
    assert sum(after.values()) > 4 * sum(before.values())
    # An administrator's page reads all that nobody's does. One that looks among the latest may ask less of the rest.
    faults = list(faults_of(pages, is_longer=True))
    assert not faults, "\n".join(faults)


def faults_of(pages: dict[str, str], *, is_longer: bool = False) -> Iterator[str]:
    """What is otherwise than the table says, or more where the history is longer: a sentence and the row to write."""
    administrator, nobody = client_of("admin", INSIDE), client_of("", INSIDE)
    for where, address in pages.items():
        status, asked = visit(administrator, address)
        if status == GET_IS_REFUSED:
            continue
        if status != COMES_IN:
            yield f"{where} answers {status}: give it something to show in {EVENING}."
            continue
        own = told(asked - PERSON - BANNER)
        by_nobody = COUNTS.get(where, (0, None))[1] if is_longer else total_of(nobody, address)
        found = (asked.total(), by_nobody, own)
        if where not in COUNTS:
            yield f"{where} has no row in {TABLE}. If it needs each of its queries, add:\n{row(where, found)}"
        elif is_otherwise(COUNTS[where], found) and not (is_longer and is_less(COUNTS[where], found)):
            yield f"{where} asks otherwise than\n{row(where, COUNTS[where])}. Now it is\n{row(where, found)}"


def is_otherwise(said: Row, found: Row) -> bool:
    return (said[:2], read(said[2])) != (found[:2], read(found[2]))


def is_less(said: Row, found: Row) -> bool:
    return found[0] < said[0] and found[1] == said[1] and read(found[2]) <= read(said[2])


def visit(client: Client, address: str) -> tuple[int, Counter[str]]:
    """How a page answers, and what it asks; what opening it changes is taken back."""
    with transaction.atomic():
        with asking() as asked:
            status = client.get(address).status_code
        transaction.set_rollback(True)
    return status, asked


def total_of(client: Client, address: str) -> int | None:
    """How many queries a page asks; None where it is closed to them."""
    came_in, asked = visit(client, address)
    return asked.total() if came_in == COMES_IN else None


def row(where: str, counts: Row) -> str:
    administrator, nobody, own = counts
    return f'    "{where}": ({administrator}, {nobody}, "{own}"),'
