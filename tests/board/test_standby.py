"""Procedures are shown while the database is gone: as they were, to whoever may read them, with their age."""

import asyncio
from pathlib import Path

import pytest

from continuity.asgi import Router
from continuity.board.snapshots import Snapshot, read, write
from continuity.catalogue.models import Area
from continuity.core.clock import now
from continuity.plans.copies import copies
from continuity.plans.models import Procedure, Step, Version
from tests.board.knocking import AFAR, ask, running
from tests.factories import AreaFactory, ServiceFactory, SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def procedure(trusted: None, db: None) -> Procedure:
    made: Procedure = Procedure.objects.create(key="no-ers", title="Work <without> e-RS", owner=TeamFactory())
    made.services.add(ServiceFactory(name="e-RS"))
    told = Version.objects.create(
        procedure=made, number=1, state="published", review_by=now().date(), effective_from=now()
    )
    draft = Version.objects.create(procedure=made, number=2)
    Step.objects.create(version=told, order=1, text="Take <urgent> referrals by phone.")
    Step.objects.create(version=draft, order=1, text="Use the new form.")
    Procedure.objects.create(key="not-yet", title="Not told yet", owner=TeamFactory())
    return made


@pytest.fixture
def ward(trusted: None, db: None) -> Area:
    made: Area = AreaFactory(
        key="ward-3", name="Ward <3>", phone="ext 3300", site=SiteFactory(name="St Anne Hospital")
    )
    return made


def test_those_that_are_published_are_shown_to_whoever_may_read_them(procedure: Procedure) -> None:
    async def work() -> None:
        router = Router()
        async with running(router):
            await router.standby.look()
            there = await ask(router, "/plans/no-ers/")
            router.newsroom.is_listening = False

            gone = [await ask(router, path) for path in ("/plans/no-ers/", "/plans/no-ers/print/")]
            listed = (await ask(router, "/plans/")).body.decode()
            assert "Not live" not in there.body.decode()
            for page in (each.body.decode() for each in gone):
                assert "Not live. Last confirmed" in page
                assert "Take &lt;urgent&gt; referrals by phone." in page
                assert "Use the new form." not in page
            assert "Work &lt;without&gt; e-RS" in listed
            assert "Not told yet" not in listed
            assert b"urgent" not in (await ask(router, "/plans/no-ers/", peer=AFAR)).body

    asyncio.run(work())


def test_whoever_looks_for_a_ward_finds_it_while_the_database_is_gone(ward: Area) -> None:
    async def work() -> None:
        router = Router()
        async with running(router):
            router.newsroom.is_listening = False

            page = await ask(router, "/areas/")

            listed, away = page.body.decode(), await ask(router, "/areas/", peer=AFAR)
            assert page.status == 200
            assert "Not live. Last confirmed" in listed
            assert f'<a href="{ward.get_absolute_url()}">Ward &lt;3&gt;</a>, ext 3300' in listed
            assert "St Anne" in listed
            assert b"Ward" not in away.body

    asyncio.run(work())


def test_a_process_that_never_had_a_database_has_them_from_the_disk(
    procedure: Procedure, tmp_path: Path
) -> None:
    file, kept = tmp_path / "board.json", copies()

    async def work() -> None:
        router = Router(file)
        async with running(router):
            assert router.newsroom.facts
            write(Snapshot(router.newsroom.facts, now(), copies=kept), file)
            router.newsroom.recalled = read(file)
            router.newsroom.is_listening = False

            page = (await ask(router, "/plans/no-ers/")).body.decode()

            assert "Take &lt;urgent&gt; referrals by phone." in page

    asyncio.run(work())
