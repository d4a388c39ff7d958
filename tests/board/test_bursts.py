"""What a change costs a process: one reading and one rendering of each thing shown, however many watch or ask."""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

import pytest
from django.template.loader import render_to_string

from continuity.asgi import Router
from continuity.board import newsroom, pages, render
from continuity.board.facts import read_facts
from continuity.board.known import Facts
from releases.models import Disruption
from tests.board.knocking import Reply, ask, change, comes_true, run, watching
from tests.factories import AreaFactory

pytestmark = pytest.mark.django_db(transaction=True)

WARD = "area:ward-7"
KINDS = {"board": b"", "banner": b"only=banner", WARD: b"area=ward-7"}
PAGES = ("/", "/wall/", "/areas/ward-7/")
CROWD = 50  # of each kind
CHANGES = 100


class Costs(Counter[str]):
    """How often facts were read ("reading"), each fragment was rendered, and each page was made."""


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> Costs:
    spent, page_of = Costs(), pages.page_of

    def reads(at: datetime) -> Facts:
        spent["reading"] += 1
        return read_facts(at)

    def renders(template: str, context: dict[str, Any]) -> Any:
        if template == "board/live.html":
            spent[context["kind"]] += 1
        return render_to_string(template, context)

    def makes(look: pages.Look, *more: Any) -> bytes:
        spent[look.path] += 1
        return page_of(look, *more)

    monkeypatch.setattr(newsroom, "read_facts", reads)
    monkeypatch.setattr(render, "render_to_string", renders)
    monkeypatch.setattr(pages, "page_of", makes)
    monkeypatch.setattr(newsroom, "REREAD", 3600.0)
    monkeypatch.setattr("continuity.board.memory.seconds_left", lambda: 3600.0)
    return spent


@pytest.fixture(autouse=True)
def ward(outage: Disruption) -> None:
    AreaFactory(key="ward-7", name="Ward 7").services.add(outage.service)


async def crowd_of(router: Router, stack: AsyncExitStack) -> list[Reply]:
    """So many screens of each kind, each of which has begun."""
    screens = [
        await stack.enter_async_context(watching(router, query=query))
        for query in KINDS.values()
        for _ in range(CROWD)
    ]
    for screen in screens:
        await screen.until(lambda got: b"id: " in got.body)
    return screens


async def still(router: Router) -> None:
    """The reading that follows the first LISTEN is over, and nothing else is to be read."""
    await comes_true(lambda: router.newsroom.readings > 0)
    await asyncio.sleep(2 * newsroom.PACE)


async def all_asked(router: Router) -> None:
    """Everybody asks at once, for fragments and for pages."""
    fragments = [ask(router, "/live/", query=query) for query in KINDS.values() for _ in range(CROWD)]
    whole = [ask(router, path) for path in PAGES for _ in range(CROWD)]
    replies = await asyncio.gather(*fragments, *whole)
    assert {reply.status for reply in replies} == {200}


def test_one_change_is_read_once_and_rendered_once_however_many_watch_and_ask(
    outage: Disruption, costs: Costs
) -> None:
    async def work(router: Router) -> None:
        async with AsyncExitStack() as stack:
            screens = await crowd_of(router, stack)
            await all_asked(router)
            await still(router)
            costs.clear()
            await asyncio.to_thread(change, outage, "Release 14.8")
            for screen in screens:
                if b'id="planned-' in screen.body:
                    await screen.until(lambda got: b"Release 14.8" in got.body)
            await all_asked(router)

        assert costs == dict.fromkeys((*KINDS, *PAGES), 1) | {"reading": 1}

    run(work)


def test_a_reading_that_finds_nothing_new_renders_nothing(outage: Disruption, costs: Costs) -> None:
    async def work(router: Router) -> None:
        await all_asked(router)
        await still(router)
        costs.clear()
        await asyncio.to_thread(change, outage, outage.release.title)
        await comes_true(lambda: costs["reading"] > 0)
        await still(router)
        replies = await asyncio.gather(*(ask(router, path, query=b"again") for path in PAGES))  # by Django

        assert {reply.status for reply in replies} == {200}
        assert costs == {"reading": 1}

    run(work)


def test_a_hundred_changes_in_a_second_cost_a_few_readings_and_renderings(
    outage: Disruption, costs: Costs
) -> None:
    def burst() -> None:
        began = time.monotonic()
        for number in range(CHANGES):
            change(outage, f"Work {number}.")
            time.sleep(max(0.0, began + number / CHANGES - time.monotonic()))

    async def work(router: Router) -> None:
        async with AsyncExitStack() as stack:
            [screen, *_] = await crowd_of(router, stack)
            await still(router)
            costs.clear()
            began, boards = time.monotonic(), screen.body.count(b"id: ")
            await asyncio.to_thread(burst)
            await screen.until(lambda got: b"Work 99." in got.body)
            most = 2 + (time.monotonic() - began) / newsroom.PACE

        assert set(costs) == {*KINDS, "reading"}
        assert max(costs.values()) <= most
        assert screen.body.count(b"id: ") - boards <= most

    run(work)
