"""Telling whoever asked when a watched job goes down and when it is well again."""

from datetime import datetime

from continuity.core.wording import moment_words
from continuity.monitors.models import Flip, Heartbeat
from continuity.notifications.actions import Words, notify
from continuity.notifications.actions.telling import is_muted
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind, Message

State = Heartbeat.State


def tell_flip(flip: Flip) -> None:
    """An alarm when the job goes down, unless planned work explains it; a recovery always.

    What counts is the instant at which it happened, not when that was noticed.
    """
    beat = flip.heartbeat
    if flip.new == State.DOWN:
        _tell(flip, "down", f"Not working: {beat.name}", _down_words(flip), flip.at, is_alarm=True)
    elif flip.old == State.DOWN and flip.new == State.UP:
        said = f"{beat.name} was heard of again at {moment_words(flip.at)}. It watches {beat.service.name}."
        _tell(flip, "up", f"Working again: {beat.name}", said, flip.at)


def tell_kept_back(*, at: datetime) -> None:
    """What went down while planned work explained it, and is down still when that is over, is told now."""
    for flip in _kept_back():
        if not is_muted(_audience(flip), at):
            said = f"{_down_words(flip)} Planned work explained it until now."
            _tell(flip, "still", f"Not working: {flip.heartbeat.name}", said, at)


def _kept_back() -> list[Flip]:
    """The last flips of jobs that are down of which nobody was told, nor since."""
    down = Heartbeat.objects.filter(state=State.DOWN)
    last = (
        Flip.objects.filter(heartbeat__in=down)
        .order_by("heartbeat_id", "-at", "-pk")
        .distinct("heartbeat_id")
    )
    flips = list(last.select_related("heartbeat__service"))
    keys = [_key(flip, what) for flip in flips for what in ("down", "still")]
    said = dict(Message.objects.filter(key__in=keys).values_list("key", "is_muted"))
    return [flip for flip in flips if said.get(_key(flip, "down")) and _key(flip, "still") not in said]


def _tell(flip: Flip, what: str, title: str, said: str, at: datetime, *, is_alarm: bool = False) -> None:
    beat = flip.heartbeat
    notify(
        key=_key(flip, what),
        kind=Kind.WATCH,
        subject=beat,
        words=Words(title=title, body=said, brief=said, url=beat.get_absolute_url(), is_whole=True),
        audience=_audience(flip),
        is_alarm=is_alarm,
        at=at,
    )


def _down_words(flip: Flip) -> str:
    beat = flip.heartbeat
    why = f"{flip.why}." if flip.why else ""
    return f"{beat.name} went down at {moment_words(flip.at)}. {why} It watches {beat.service.name}.".replace(
        "  ", " "
    )


def _audience(flip: Flip) -> Audience:
    return Audience(services=frozenset({flip.heartbeat.service_id}))


def _key(flip: Flip, what: str) -> str:
    return f"heartbeat:{flip.heartbeat_id}:{what}:{flip.pk}"
