"""The copy of a timeline that a review is written from, taken once, with its digest kept beside it."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from continuity.core.ledger import lines_about
from continuity.core.level import Effect
from incidents.exercises.models import Exercise
from incidents.models import Incident
from incidents.reviews.models import Observation
from incidents.timeline import timeline
from releases.models import Release
from releases.notices import HOW, stage_words

Copy = list[dict[str, str]]


@dataclass(frozen=True)
class Moment:
    """One line of the copy, as a page shows it."""

    at: datetime
    title: str
    text: str
    who: str
    look: str
    # Its place in the copy, from 0, and whether somebody picked it as one that matters.
    number: int
    is_key: bool


def copy_of(subject: Incident | Release | Exercise | Observation) -> Copy:
    """What is known of the subject now, in order, as JSON may hold it: at (UTC, ISO 8601), title, text, who, look."""
    if isinstance(subject, Incident):
        found = _of_incident(subject)
    elif isinstance(subject, Release):
        found = _of_release(subject)
    elif isinstance(subject, Exercise):
        found = _of_exercise(subject)
    else:
        found = _of_observation(subject)
    return sorted(found, key=lambda moment: moment["at"])


def digest_of(copy: Copy) -> str:
    """SHA-256, in hex, of the copy as JSON with sorted keys and no spaces."""
    text = json.dumps(copy, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def moments(copy: Copy, key: Collection[int] = ()) -> list[Moment]:
    """The copy for a page; `key` are the numbers of the moments that matter."""
    return [
        Moment(
            datetime.fromisoformat(each["at"]), each["title"], each["text"], each["who"], each["look"],
            number, number in key,
        )
        for number, each in enumerate(copy)
    ]  # fmt: skip


def _line(at: datetime, title: str, text: str = "", who: str = "", look: str = "quiet") -> dict[str, str]:
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"at": stamp, "title": title, "text": text, "who": who, "look": look}


def _of_incident(incident: Incident) -> list[dict[str, str]]:
    updates = incident.updates.select_related("procedure__procedure", "corrects")
    return [
        _line(item.at, item.title, item.text, item.who, item.look) for item in timeline(incident, updates)
    ]


def _of_release(release: Release) -> list[dict[str, str]]:
    """What staff were told, when outages were planned and happened, and what the ledger knows beyond that."""
    updates = list(release.updates.all())
    told = [_line(each.at, stage_words(each.stage), each.text, each.author_role, "plain") for each in updates]
    heard = {each.at for each in updates}
    lines = [
        _line(line.at, _done(line.verb), who=line.actor_label)
        for line in lines_about(release)
        if line.at not in heard
    ]
    return [*told, *lines, *_outages(release)]


def _outages(release: Release) -> Iterator[dict[str, str]]:
    """Where each outage was planned to begin and end, and where it did."""
    for outage in release.disruptions.select_related("service"):
        what = f"{outage.service.name}: {HOW[Effect(outage.effect)]}"
        yield _line(outage.span.lower, "Planned start", what)
        yield _line(outage.span.upper, "Planned end", what)
        if outage.actual:
            yield _line(outage.actual.lower, "Began", what, look="bad")
            if outage.actual.upper:
                yield _line(outage.actual.upper, "Ended", what, look="good")


def _of_exercise(exercise: Exercise) -> list[dict[str, str]]:
    """The ledger's lines, and the whole timeline of the incident it was run as."""
    lines = [_line(line.at, _done(line.verb), who=line.actor_label) for line in lines_about(exercise)]
    return [*lines, *(_of_incident(exercise.incident) if exercise.incident else [])]


def _of_observation(observation: Observation) -> list[dict[str, str]]:
    """What happened, in the words of whoever saw it, and when they wrote it down."""
    text = "\n".join(filter(None, (observation.title, observation.text, observation.helped)))
    happened = _line(observation.happened_at, observation.get_kind_display(), text, look="plain")
    return [happened, _line(observation.recorded_at, "Recorded", who=str(observation.by))]


def _done(verb: str) -> str:
    """The ledger's verb as a heading: "release.let_go" is "Let go"."""
    done = verb.partition(".")[2]
    return "Taken over from earlier records" if done == "adopted" else done.replace("_", " ").capitalize()


def content_digest(parts: Any) -> str:
    """SHA-256, in hex, of a review's text as JSON: what was approved."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
