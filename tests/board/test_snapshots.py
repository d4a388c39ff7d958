"""The board on disk: it comes back as it was, one process writes it, and one without a database shows it."""

import asyncio
import json
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from hypothesis import given

from continuity.api.memory import kept
from continuity.asgi import Router
from continuity.board import newest, newsroom
from continuity.board.facts import read_facts
from continuity.board.keeper import Keeper
from continuity.board.known import Facts, Place, Told
from continuity.board.render import Fragment, fragment_of
from continuity.board.snapshots import Snapshot, read, write
from continuity.board.written import as_json, from_json
from continuity.core.clock import now
from releases.models import Disruption
from tests.board.knocking import WAIT, ask, comes_true, run, running
from tests.board.making import STORY, any_facts, facts, incident, release
from tests.factories import AreaFactory, ImpactFactory

PLACE = Place("ward-7", "Ward 7", frozenset({"ers", "wifi"}), "Ashcombe", "ext 7007", "/areas/ward-7/")
PAGES = ("/", "/wall/", "/areas/ward-7/", "/live/")


@given(any_facts)
def test_facts_come_back_from_the_disk_as_they_were(found: Facts) -> None:
    told = replace(incident(), areas=(Told("ward-7", "Stay on paper"),))
    whole = replace(found, places=(PLACE,), failures=(*found.failures, told))

    assert from_json(as_json(whole), Facts) == whole


def test_what_is_no_snapshot_is_none(tmp_path: Path) -> None:
    file = tmp_path / "board.json"
    whole = json.loads(as_json(Snapshot(facts(works=(release(),)), STORY)))
    of_another_version = {**whole, "facts": {**whole["facts"], "services": [{"key": "ers"}]}}

    assert read(file) is None
    for text in ("", "{", "[]", "null", "[" * 100_000, json.dumps(of_another_version)):
        file.write_text(text)
        assert read(file) is None


def test_who_writes_leaves_the_old_one_until_the_new_one_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "board.json"
    first, second = (Snapshot(facts(places=(PLACE,)), STORY + timedelta(hours=hours)) for hours in (0, 1))

    write(first, file)
    (tmp_path / "board.new").write_text("{")  # of a process that died
    assert read(file) == first
    write(second, file)

    assert read(file) == second
    assert file.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir()] == ["board.json"]


@pytest.mark.django_db(transaction=True)
def test_one_process_writes_what_everybody_may_see(outage: Disruption, tmp_path: Path) -> None:
    file = tmp_path / "board.json"
    ImpactFactory(incident__is_restricted=True, incident__title="Records were opened")

    async def work(router: Router) -> None:
        first, second = (
            Keeper(router.newsroom, router.documents, kept(), router.standby, each) for each in (file, file)
        )
        await first.look()
        assert not file.exists()  # it would have no procedures
        await router.standby.look()
        await first.look()
        written = read(file)
        file.unlink()
        await second.look()
        await first.look()
        assert not file.exists()  # nothing is new
        first.give_up()
        await second.look()

        assert written
        assert router.newsroom.checked_at
        assert (written.facts, written.checked_at <= router.newsroom.checked_at) == (
            router.newsroom.facts,
            True,
        )
        assert set(written.documents) == {"/api/v2/summary.json", "/api/v2/status.json"}
        assert "e-RS" in written.documents["/api/v2/summary.json"]
        assert "Records were opened" not in as_json(written)
        assert file.exists()
        second.give_up()

    run(work)


@pytest.mark.django_db(transaction=True)
def test_a_process_without_a_database_shows_the_board_that_was_kept(
    outage: Disruption, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    AreaFactory(key="ward-7").services.add(outage.service)
    file = tmp_path / "board.json"

    async def begin(router: Router) -> None:
        assert router.newsroom.facts
        write(Snapshot(router.newsroom.facts, now() - timedelta(minutes=12)), file)

    run(begin)

    def gone(at: Any) -> Facts:
        raise OperationalError("The database is gone.")

    async def work() -> None:
        router = Router(file)
        monkeypatch.setattr(newsroom, "read_facts", gone)
        async with running(router, until=lambda: router.newsroom.board is not None):
            for path in PAGES[:-1]:
                page = (await ask(router, path)).body.decode()
                assert "Not live. Last confirmed" in page, path
                assert ", 12 minutes ago" in page, path
                assert "app-age--stale" in page, path
            assert (await ask(router, "/live/")).headers["x-portal-checked"]
            assert (await ask(router, "/readyz")).status == 503

            monkeypatch.setattr(newsroom, "read_facts", read_facts)
            await comes_true(lambda: router.newsroom.is_ready)
            assert "Not live" not in (await ask(router, "/")).body.decode()

    asyncio.run(work())


@pytest.mark.django_db(transaction=True)
def test_a_process_begins_with_the_last_board_where_its_database_keeps_it_waiting(
    outage: Disruption, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "board.json"
    write(Snapshot(read_facts(now()), now() - timedelta(minutes=12)), file)
    may_answer = threading.Event()

    def slow(at: Any) -> Facts:
        may_answer.wait(WAIT)
        return read_facts(at)

    async def work() -> None:
        router = Router(file)
        monkeypatch.setattr(newsroom, "read_facts", slow)
        try:
            async with asyncio.timeout(WAIT / 2):
                await router.newsroom.begin()
            assert "Not live. Last confirmed" in (await ask(router, "/")).body.decode()

            may_answer.set()
            await comes_true(lambda: router.newsroom.is_ready)
            assert "Not live" not in (await ask(router, "/")).body.decode()
        finally:
            may_answer.set()
            await router.newsroom.stop()

    asyncio.run(work())


@pytest.mark.django_db(transaction=True)
def test_a_board_from_the_disk_is_not_called_fresh_before_the_present_is_on_the_screens(
    outage: Disruption, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, old = tmp_path / "board.json", now() - timedelta(minutes=12)
    write(Snapshot(facts(places=(PLACE,)), old), file)
    may_read, may_render, renders = (threading.Event() for _ in range(3))

    def slow_to_read(at: Any) -> Facts:
        may_read.wait(WAIT)
        return read_facts(at)

    def slow_to_render(*things: Any) -> Fragment:
        renders.set()
        may_render.wait(WAIT)
        return fragment_of(*things)

    async def work() -> None:
        router = Router(file)
        monkeypatch.setattr(newsroom, "read_facts", slow_to_read)
        try:
            await router.newsroom.begin()
            monkeypatch.setattr(newsroom, "fragment_of", slow_to_render)
            may_read.set()
            assert await asyncio.to_thread(renders.wait, WAIT)

            assert router.newsroom.checked_at == old
            assert b'"live": false' in router.newsroom.pulse()

            may_render.set()
            await comes_true(lambda: router.newsroom.is_ready)
            polled = await ask(router, "/live/")
            assert b'id="service-ers"' in polled.body
            assert polled.headers["x-portal-checked"] == router.newsroom.checked_words > old.isoformat()
        finally:
            may_read.set()
            may_render.set()
            await router.newsroom.stop()

    asyncio.run(work())


@pytest.mark.django_db(transaction=True)
def test_a_process_begins_with_the_present_where_it_can_be_read(outage: Disruption, tmp_path: Path) -> None:
    file = tmp_path / "board.json"
    write(Snapshot(facts(places=(PLACE,)), STORY), file)

    async def work() -> None:
        router = Router(file)
        try:
            await router.newsroom.begin()
            page = (await ask(router, "/")).body.decode()
        finally:
            await router.newsroom.stop()
        assert 'id="service-ers"' in page
        assert "Not live" not in page

    asyncio.run(work())


@pytest.mark.django_db(transaction=True)
def test_the_same_request_is_told_when_the_board_grows_old(
    outage: Disruption, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(at: Any) -> Facts:
        raise OperationalError("The database is gone.")

    async def work(router: Router) -> None:
        assert "Not live" not in (await ask(router, "/")).body.decode()
        monkeypatch.setattr(newsroom, "read_facts", gone)
        for place in (newsroom, newest):
            monkeypatch.setattr(place, "STALE", timedelta(seconds=0.5))
        async with asyncio.timeout(WAIT / 2):
            while "Not live. Last confirmed" not in (await ask(router, "/")).body.decode():
                await asyncio.sleep(0.1)

    run(work)
