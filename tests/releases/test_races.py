"""Two people, or a person and the clock, on two connections to a real PostgreSQL: one wins, the other is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM, lines_about
from continuity.core.refusals import Conflict, Refused, sentence_of
from continuity.notifications.models import Message
from releases import actions
from releases.actions.stepping import digest_of, open_sheet
from releases.models import Disruption, Opinion, Release, RunStep
from releases.recurrence import read_rule
from releases.sheet import Line
from tests.factories import ServiceFactory, UserFactory
from tests.releases.conftest import ANNOUNCED, BACK, DONE, FOUR_PM, OUTAGE

pytestmark = pytest.mark.django_db(transaction=True)
TWICE = 2


def together(*acts: Callable[[], None]) -> list[type[BaseException] | None]:
    """Run each act on a connection of its own, as close to the same instant as two threads come."""
    barrier = Barrier(len(acts))
    ended: list[type[BaseException] | None] = [None] * len(acts)

    def run(place: int, act: Callable[[], None]) -> None:
        try:
            barrier.wait(timeout=10)
            act()
        except (Refused, IntegrityError) as error:
            ended[place] = type(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return ended


def on_own_page(published: Release, act: Callable[..., None], **words: Any) -> Callable[[], None]:
    """An act on the release as its own page loaded it, before anybody acted."""
    page = Release.objects.get(pk=published.pk)
    return lambda: act(release=page, **words)


def verbs(release: Release, verb: str) -> int:
    return lines_about(release).filter(verb=f"release.{verb}").count()


def test_of_two_who_start_one_wins(published: Release, manager: User) -> None:
    press = {"by": manager, "at": FOUR_PM}

    ended = together(*(on_own_page(published, actions.start, **press) for _ in range(TWICE)))

    assert sorted(ended, key=str) == sorted([None, Conflict], key=str)
    assert verbs(published, "started") == 1
    assert Message.objects.filter(key__startswith=f"release:{published.pk}:started").count() == 1


def test_the_clock_and_a_person_start_once(published: Release, manager: User) -> None:
    ended = together(
        on_own_page(published, actions.start, by=SYSTEM, at=FOUR_PM),
        on_own_page(published, actions.start, by=manager, at=FOUR_PM),
    )

    assert sorted(ended, key=str) == sorted([None, Conflict], key=str)
    assert verbs(published, "started") == 1


def test_starting_and_cancelling_at_once_leaves_one_truth(published: Release, manager: User) -> None:
    before = FOUR_PM - timedelta(minutes=1)

    ended = together(
        on_own_page(published, actions.start, by=manager, at=before),
        on_own_page(published, actions.cancel, by=manager, at=before, reason="Withdrawn"),
    )

    published.refresh_from_db()
    assert sorted(ended, key=str) == sorted([None, Conflict], key=str)
    assert verbs(published, "started") + verbs(published, "cancelled") == 1
    assert published.state in {"in_progress", "cancelled"}


def test_of_two_who_complete_one_wins(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)
    actions.come_back(release=published, by=manager, at=BACK)
    words = {"by": manager, "at": DONE}

    ended = together(
        on_own_page(published, actions.complete, outcome="Mine", **words),
        on_own_page(published, actions.complete, outcome="Theirs", **words),
    )

    assert sorted(ended, key=str) == sorted([None, Conflict], key=str)
    assert verbs(published, "completed") == 1


def test_two_extensions_follow_each_other_and_both_are_told(published: Release, manager: User) -> None:
    actions.start(release=published, by=manager, at=FOUR_PM)

    def longer(hours: int) -> Callable[[], None]:
        end = BACK + timedelta(hours=hours)
        return on_own_page(published, actions.extend, ends_at=end, reason=f"{hours}", by=manager, at=BACK)

    ended = together(longer(1), longer(2))

    kept = [extension.to for extension in published.extensions.all()]
    assert published.disruptions.first().span.upper == max(kept)  # type: ignore[union-attr]
    # The shorter promise is refused where the longer one came first.
    assert len(kept) == ended.count(None)


def test_of_two_who_save_a_form_one_is_told_to_look(drafted: Release, manager: User, story: Any) -> None:
    def save(title: str) -> Callable[[], None]:
        words = story | {"title": title, "version": drafted.version}
        return on_own_page(drafted, actions.revise, by=manager, at=ANNOUNCED, **words)

    ended = together(save("Mine"), save("Theirs"))

    drafted.refresh_from_db()
    assert sorted(ended, key=str) == sorted([None, Conflict], key=str)
    assert drafted.title in {"Mine", "Theirs"}
    assert drafted.disruptions.count() == TWICE


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Range(BACK - timedelta(minutes=1), DONE, "[)"), "Two outages of one service overlap"),
        (Range(DONE, DONE + timedelta(hours=1), "[)"), "must lie inside the work window"),
        (Range(BACK, BACK, "[)"), "must end later than it starts"),
    ],
)
def test_the_database_itself_refuses_impossible_outages(
    span: Range[datetime], words: str, published: Release
) -> None:
    service = published.disruptions.get(effect="down").service

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Disruption.objects.create(release=published, service=service, effect="degraded", span=span)

    assert words in sentence_of(refused.value)


def test_the_database_refuses_a_window_that_no_longer_holds_its_outages(published: Release) -> None:
    shorter = Range(FOUR_PM + timedelta(hours=1), DONE, "[)")

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Release.objects.filter(pk=published.pk).update(work=shorter)

    assert "inside the work window" in sentence_of(refused.value)


def test_two_services_may_be_hit_at_the_same_time(published: Release) -> None:
    Disruption.objects.create(release=published, service=ServiceFactory(), effect="down", span=OUTAGE)

    assert published.disruptions.count() == TWICE + 1


def test_of_two_who_approve_one_wins(published: Release) -> None:
    officers = [UserFactory(role="safety") for _ in range(TWICE)]
    approval = published.approvals.get()
    facts = {"approval": approval, "version": published.version, "at": ANNOUNCED}

    ended = together(*(on_own_page(published, actions.approve, by=each, **facts) for each in officers))

    assert sorted(ended, key=str) == sorted([None, Conflict], key=str)
    assert Opinion.objects.filter(verdict="approved").count() == verbs(published, "approved") == 1


def test_leaving_one_out_while_the_series_moves_waits_for_its_turn(drafted: Release, manager: User) -> None:
    rule = read_rule("FREQ=WEEKLY;COUNT=8")
    series = actions.repeat(release=drafted, rule=rule, by=manager, at=ANNOUNCED)
    first, *_, last = series.releases.select_related("series").order_by("series_start")
    press: dict[str, Any] = {"by": manager, "at": ANNOUNCED}
    later: dict[str, Any] = {"to": FOUR_PM + timedelta(hours=1), "rule": rule.without_end(), "seen": 1}

    def move() -> None:
        actions.move_following(release=first, **later, **press)

    ended = together(move, lambda: actions.leave_out(release=last, reason="Christmas", **press))

    last.refresh_from_db()
    assert ended == [None, None]
    assert (last.state, series.exceptions.get().start) == ("cancelled", last.series_start)


def test_of_two_who_tick_a_step_one_wins(published: Release, manager: User) -> None:
    seen = digest_of(open_sheet(published))
    lines = [Line(FOUR_PM, 30, "Network team", "Take a backup")]
    actions.plan_run(release=published, lines=lines, seen=seen, by=manager, at=ANNOUNCED)

    def press() -> Callable[[], None]:
        step = RunStep.objects.select_related("release").get(release=published)
        return lambda: actions.tick(step=step, by=manager, at=FOUR_PM)

    ended = together(*(press() for _ in range(TWICE)))

    assert sorted(ended, key=str) == sorted([None, Conflict], key=str)
    assert verbs(published, "step_done") == 1
