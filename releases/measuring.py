"""What a notice is measured by, read from its rows, the rules and what the hospital has ready."""

from collections.abc import Mapping
from datetime import datetime

from continuity.catalogue.models import Team
from continuity.core.clock import local_day
from continuity.core.level import Effect
from continuity.core.wording import date_words, window_words
from continuity.plans.models import Procedure, Version
from releases.lead import first_noticed
from releases.models import Approval, Approver, Freeze, Policy, Release, State
from releases.policy import Finding, Notice, Strictest, Struck, Wanted, findings, is_short, strictest
from releases.schedule import ends, moved

Rules = Mapping[int, Policy]


def rules_by_tier() -> dict[int, Policy]:
    """The trust's rules for each tier; one query."""
    return {policy.tier: policy for policy in Policy.objects.all()}


def struck_by(release: Release) -> list[Struck]:
    """Its outages that are more than a risk; no query where outages and services are fetched."""
    return [
        Struck(each.service.tier, each.service.owner_id, *ends(each.span))
        for each in release.disruptions.all()
        if each.effect != Effect.AT_RISK.value
    ]


def starts_hitting(release: Release) -> datetime:
    """When staff first notice it: the start of the first outage that is more than a risk, or of the work."""
    return first_noticed((each.start for each in struck_by(release)), work=release.starts_at)


def asked_of(release: Release, rules: Rules) -> Strictest:
    return strictest(struck_by(release), rules)


def is_short_notice(release: Release, rules: Rules, at: datetime) -> bool:
    """Whether staff get, or got, less notice of it than the trust asks for; no query."""
    return is_short(_noticed(release, at), asked_of(release, rules))


def is_excused(release: Release) -> bool:
    """Whether it is an emergency that says why it cannot wait; no query."""
    return _noticed(release, release.starts_at).is_excused


def measure(release: Release, rules: Rules, at: datetime) -> list[Finding]:
    """What the trust's rules say against it at an instant, postponed work at its new start; at most 4 queries."""
    asked = asked_of(release, rules)
    given = {each.role for each in release.approvals.all() if stands(each, release)}
    begins, finishes = ends(moved(release.work, release.delay))
    bare = _noticed(release, at)
    notice = Notice(
        bare.told_at,
        bare.starts_at,
        bare.why_soon,
        bare.is_emergency,
        not_approved=tuple(role for role in roles_of(asked.wanted).values() if role not in given),
        unready=tuple(_unready(release, at)),
        freezes=tuple(
            f"{each.title}, {window_words(each.span)}" for each in Freeze.objects.within(begins, finishes)
        ),
        at=at,
    )
    return findings(notice, asked)


def stands(approval: Approval, release: Release) -> bool:
    """Whether it was given to what the release says and will say: to no other times than those to be published."""
    return bool(approval.at or not approval.kind) and not release.delay


def still_wanted(release: Release, rules: Rules) -> list[Approval]:
    """The approvals that are asked for or will be, and are not given; at most one query beside those it has."""
    rows = list(release.approvals.all())
    still = [each for each in rows if each.kind and not stands(each, release)]
    known = {each.role for each in still} | {each.role for each in rows if stands(each, release)}
    asked = roles_of(asked_of(release, rules).wanted)
    return still + [
        Approval(release=release, role=role, kind=each.kind, team_id=each.team)
        for each, role in asked.items()
        if role not in known
    ]


def roles_of(wanted: tuple[Wanted, ...]) -> dict[Wanted, str]:
    """Each approval that is wanted, as whom it is given; one query where a team's is."""
    teams = (
        Team.objects.in_bulk([each.team for each in wanted if each.team])
        if any(e.team for e in wanted)
        else {}
    )
    return {each: _role(each, teams) for each in wanted}


def _role(wanted: Wanted, teams: Mapping[int, Team]) -> str:
    label = str(Approver(wanted.kind).label)
    return f"{label}, {teams[wanted.team]}" if wanted.team else label


def _noticed(release: Release, at: datetime) -> Notice:
    is_told = release.state not in {State.DRAFT, State.IN_REVIEW, State.POSTPONED}
    told_at = (release.start_told_at or release.published_at) if is_told else None
    return Notice(
        told_at or at,
        starts_hitting(release) + release.delay,
        release.why_soon,
        release.kind == Release.Kind.EMERGENCY,
    )


def _unready(release: Release, at: datetime) -> list[str]:
    """A sentence for each service that is hit and has no downtime procedure in date; one query."""
    hit = {
        each.service_id: each.service.name
        for each in release.disruptions.all()
        if each.effect != Effect.AT_RISK.value
    }
    if not hit:
        return []
    found = Version.objects.published().filter(
        procedure__kind=Procedure.Kind.DOWNTIME, procedure__services__in=hit, review_by__isnull=False
    )
    pairs = found.order_by("review_by").values_list("procedure__services", "review_by")
    # Of several procedures for a service the one that is in date longest counts.
    review_by = {key: day for key, day in pairs if day}
    today = local_day(at)
    return [
        f"The downtime procedure of {name} was to be reviewed by {date_words(review_by[key])}."
        if key in review_by
        else f"{name} has no downtime procedure."
        for key, name in sorted(hit.items(), key=lambda pair: pair[1])
        if key not in review_by or review_by[key] < today
    ]
