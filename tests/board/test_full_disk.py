"""A disk without room: the board goes on, the snapshot of before stays whole, and the next one is written in time."""

import asyncio
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from continuity.api.memory import kept
from continuity.asgi import Router
from continuity.board import keeper
from continuity.board.keeper import Keeper
from continuity.board.snapshots import Snapshot, read, write
from releases.models import Disruption
from tests.board.knocking import change, comes_true, run, watching
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROOM = 10_000  # bytes, less than a snapshot of the board that is tested
TRIES = 3


@contextmanager
def no_room(folder: Path) -> Iterator[Path]:
    """No file may grow longer: the kernel answers as it does where a disk is full, though with another number."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def no_folder(folder: Path) -> Iterator[Path]:
    """The folder is out of reach, as where its disk was taken away; its files are where this answers."""
    away = folder.rename(folder.with_suffix(".away"))
    folder.touch()
    yield away
    folder.unlink()
    away.rename(folder)


@pytest.mark.parametrize("trouble", [no_room, no_folder])
def test_where_no_snapshot_can_be_written_the_board_goes_on(
    trouble: Callable[[Path], AbstractContextManager[Path]],
    outage: Disruption,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ServiceFactory.create_batch(100)
    folder = tmp_path / "data"
    file, tries = folder / "board.json", list[Snapshot]()

    def tried(snapshot: Snapshot, to: Path) -> None:
        tries.append(snapshot)
        write(snapshot, to)

    monkeypatch.setattr(keeper, "PACE", 0.05)
    monkeypatch.setattr(keeper, "write", tried)

    async def work(router: Router) -> None:
        await router.standby.look()
        own = Keeper(router.newsroom, router.documents, kept(), router.standby, file)
        keeping = asyncio.create_task(own.keep())
        async with watching(router) as screen:
            await comes_true(lambda: read(file) is not None)
            before = file.read_bytes()
            assert len(before) > ROOM
            with trouble(folder) as there:
                tries.clear()
                for number in range(2):
                    await asyncio.to_thread(change, outage, f"Work {number}.")
                    await screen.until(lambda got, number=number: b"Work %d." % number in got.body)  # type: ignore[misc]
                await comes_true(lambda: len(tries) > TRIES)
                assert (there / file.name).read_bytes() == before
            await comes_true(lambda: "Work 1." in file.read_text())
        keeping.cancel()

        assert (found := read(file))
        assert found.facts == router.newsroom.facts
        assert {each.name for each in folder.iterdir()} == {"board.json", "board.lock"}

    run(work)
    assert sum("snapshot.unwritten" in str(each.msg) for each in caplog.records) == 1
