"""The stage: somebody does something, is refused or it is done, and then everything is looked at."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse

from continuity.accounts.access import may_open
from continuity.accounts.models import User
from continuity.core.ledger import verify
from continuity.core.refusals import Refused
from incidents.models import Incident
from tests.addresses import client_of
from tests.incidents.playing.rows import rows
from tests.incidents.playing.seen import Seen
from tests.incidents.playing.story import Press
from tests.incidents.playing.truths import hold
from tests.incidents.playing.world import World

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
Row = TypeVar("Row")


class Stage:
    """Where a story is played, in a transaction of its own that is rolled back when it ends."""

    def __init__(self, world: World) -> None:
        self.world, self.at = world, world.at
        self.clients: dict[str, Client] = {}
        self.before = self.now = Seen.of_all()

    def plays(self, presses: Iterable[Press]) -> None:
        """Every press, one after the other; at last the ledger holds whatever was done."""
        with transaction.atomic():
            try:
                for press in presses:
                    getattr(self, press.name)(**press.arguments)
                assert [fault.sentence for fault in verify()] == []
            finally:
                transaction.set_rollback(True)

    def one(self, which: int, *, stale: bool = False) -> Incident:
        """An incident as a page shows it now, or showed it before the last press."""
        pks = sorted(self.now.incidents)
        pk = pks[which % len(pks)]
        seen = self.before.incidents.get(pk) if stale else None
        return copy(seen or self.now.incidents[pk])

    def ago(self, minutes: int) -> datetime | None:
        """That long before the next press; None for now."""
        return self.at + SECOND - minutes * MINUTE if minutes else None

    def does(
        self, who: str, door: str, places: Sequence[object], act: Callable[[User, datetime], Any], *,
        leaves_a_line: bool = True,
    ) -> None:  # fmt: skip
        """Somebody presses the button at an address; refused in any way, nothing changes and no half is left."""
        self.at += SECOND
        person, before = self.world.people[who], rows()
        address = reverse(f"incidents:{door}", args=places)
        if not self._is_let_in(person, address, places):
            answer = self._client(who).post(address)
            assert answer.status_code in {403, 404}, f"{who} got {answer.status_code} from {address}"
            assert rows() == before
            return
        refused = _refusal_of(lambda: act(person, self.at))
        if refused is None:
            self.look(by=person if leaves_a_line else None)
        else:
            assert refused.endswith("."), f"no sentence: {refused}"
            assert rows() == before, f"refused, and changed something: {refused}"

    def look(self, *, by: User | None = None) -> None:
        """Everything that must be true is, and what was done left its line."""
        connection.check_constraints()
        self.before, self.now = self.now, Seen.of_all(self.now)
        hold(self.before, self.now, self.world, self.at)
        assert by is None or str(by.pk) in {line.actor_id for line in self.now.lines}, "no line in the ledger"

    def _is_let_in(self, person: User, address: str, places: Sequence[object]) -> bool:
        """Whether the view's permission and the incident's own door let somebody in."""
        if not may_open(resolve(address).func.access_to_write, user=person, trusted=False):  # type: ignore[attr-defined]
            return False
        return not places or Incident.objects.visible_to(person).filter(ref=places[0]).exists()

    def _client(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = client_of(who, "203.0.113.7")
        return self.clients[who]


def _refusal_of(act: Callable[[], Any]) -> str | None:
    try:
        with transaction.atomic():
            act()
    except Refused as refusal:
        return str(refusal)
    return None


def pick(found: Sequence[Row], which: int) -> Row | None:
    """One of a few rows; None where there are none."""
    return found[which % len(found)] if found else None
