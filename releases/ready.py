"""How ready planned work is, as its page shows it: what people ticked, beside what the portal knows by itself."""

from dataclasses import dataclass
from datetime import datetime

from continuity.core.clock import local_day
from continuity.core.wording import date_words, moment_words
from continuity.notifications.readiness import readiness_of
from releases.instructions import procedures_of
from releases.models import Check, GoDecision, Release

Verdict = GoDecision.Verdict


@dataclass(frozen=True)
class Row:
    """A line of the checklist, and what the portal knows about it; nothing where it knows nothing."""

    check: Check
    known: list[str]


def rows_of(release: Release, at: datetime) -> list[Row]:
    """The checklist in its order."""
    checks = list(release.checks.select_related("done_by"))
    known = known_about(release, at) if checks else {}
    return [Row(check, known.get(check.kind, [])) for check in checks]


def known_about(release: Release, at: datetime) -> dict[str, list[str]]:
    """What the portal knows by itself, in sentences."""
    readiness = readiness_of(release, at)
    return {
        Check.Kind.PROCEDURE: _procedures(release, at),
        Check.Kind.AREAS: [readiness.sentence]
        if readiness
        else ["Areas are asked when the notice is published."],
        Check.Kind.ROLLBACK: _rollback(release),
    }


def decided(release: Release) -> list[GoDecision]:
    """What was decided, the latest first."""
    return list(release.decisions.select_related("by").order_by("-at", "-pk"))


def started_without_go(release: Release, decisions: list[GoDecision]) -> bool:
    """Whether work for which somebody was to decide began before anybody had said go, or after a no go."""
    if release.started_at is None or not (decisions or release.checks.exists()):
        return False
    before = [each for each in decisions if each.at <= release.started_at]
    return not before or before[0].verdict != Verdict.GO


def _procedures(release: Release, at: datetime) -> list[str]:
    """One sentence a procedure of the services that are hit."""
    today = local_day(at)
    found = procedures_of(release)
    said = [
        f"{version.procedure.title}: "
        + ("its review was due by" if version.is_past_review(today) else "in date, review by")
        + f" {date_words(version.review_by)}."
        for version in found
        if version.review_by
    ]
    return said or ["No downtime procedure is published for the services that are hit."]


def _rollback(release: Release) -> list[str]:
    plan = "A rollback plan is written." if release.rollback_plan else "No rollback plan is written."
    by = release.rollback_by
    return [plan, f"It must begin by {moment_words(by)}." if by else "No last moment to begin it is said."]
