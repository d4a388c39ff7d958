"""Asking for the approvals that the rules want, and asking again when what was approved has changed."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.wording import window_words
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind
from releases.actions.versions import changed_since, said
from releases.approvers import those_who_may
from releases.measuring import asked_of, roles_of, rules_by_tier
from releases.models import Approval, Approver, Opinion, Release, State
from releases.notices import headline
from releases.picture import hits_of
from releases.policy import Wanted

# Whoever sends work for review that no rule asks about wants a second pair of eyes.
ANYBODY = (Wanted(Approver.PEER.value),)


def ask_approvers(release: Release, *, by: User, at: datetime) -> None:
    """Everybody whose approval is still open is asked, or reminded that it is; approvals given stand."""
    write_wanted(release, at)
    _tell(release, list(open_approvals(release)), by=by, at=at)


def ask_again(release: Release, *, by: User, at: datetime) -> None:
    """Approvals of words that have changed are open again; their history stays among the opinions.

    While others rely on the notice, those approvers see what changed, and new ones are asked.
    """
    reopened = [each for each in _given(release) if changed_since(release, each.version or 0)]
    Approval.objects.filter(pk__in=[each.pk for each in reopened]).update(
        at=None, person=None, version=None, asked_at=at
    )
    is_elsewhere_forgotten = _forget_elsewhere(release)
    if reopened or is_elsewhere_forgotten:
        record("release.approval_reopened", release, by=by, at=at, to=release.state)
    if release.state in {State.IN_REVIEW, State.PUBLISHED} or release.has_new_times:
        new = write_wanted(release, at)
        known = {each.pk for each in reopened} | new
        _tell(release, [each for each in open_approvals(release) if each.pk in known], by=by, at=at)


def _forget_elsewhere(release: Release) -> bool:
    """Approvals that came from elsewhere were given to the notice as it came: once its words differ, they are gone."""
    came = release.versions.first()
    elsewhere = release.approvals.filter(kind="")
    if came is None or not elsewhere.exists() or not changed_since(release, came.number):
        return False
    elsewhere.delete()
    return True


def open_approvals(release: Release) -> Iterable[Approval]:
    """Those asked for and not given, as their rows now say."""
    return release.approvals.filter(at=None).exclude(kind="").select_related("team")


def _given(release: Release) -> Iterable[Approval]:
    return release.approvals.filter(at__isnull=False).exclude(kind="")


def write_wanted(release: Release, at: datetime) -> set[int]:
    """The rows of what is wanted now; open ones that nobody wants any more go. Answers with those that are new.

    A role that agreed elsewhere to the notice as it still stands is not asked again.
    """
    release = Release.objects.prefetch_related("disruptions__service").get(pk=release.pk)
    wanted = asked_of(release, rules_by_tier()).wanted
    if not wanted and release.state == State.IN_REVIEW:
        wanted = ANYBODY
    roles = roles_of(wanted)
    release.approvals.filter(at=None).exclude(kind="").exclude(role__in=roles.values()).delete()
    known = set(release.approvals.values_list("role", flat=True))
    new = [
        Approval(release=release, role=role, kind=each.kind, team_id=each.team, asked_at=at)
        for each, role in roles.items()
        if role not in known
    ]
    return {each.pk for each in Approval.objects.bulk_create(new)}


def _tell(release: Release, approvals: list[Approval], *, by: User, at: datetime) -> None:
    for approval in approvals:
        able = those_who_may(approval)
        if able:
            _ask(release, approval, able, by=by, at=at)


def _ask(release: Release, approval: Approval, able: frozenset[int], *, by: User, at: datetime) -> None:
    changes = said(
        changed_since(release, last_approved(release, [approval.role]).get(approval.role, release.version))
    )
    title = "Changed since it was approved" if changes else "Approve"
    what = f"{headline(hits_of(release), release.starts_at, release.ends_at)}."
    parts = [
        f"{by} asks you to approve this planned work as {approval.role}.",
        what,
        f"The work is planned for {window_words(release.work)}.",
        f"What changed since it was approved:\n{changes}" if changes else "",
        "It is published, and shown to staff as not yet approved."
        if release.state == State.PUBLISHED
        else "",
    ]
    notify(
        key=f"release:{release.pk}:approval:{approval.pk}:{release.version}",
        kind=Kind.PLANNED_WORK,
        subject=release,
        words=Words(
            title=f"{title}: {release.title}",
            body="\n\n".join(part for part in parts if part),
            brief=f"{title}, as {approval.role}: {what}",
            url=reverse("releases:approve", args=[release.ref]),
        ),
        audience=Audience(people=able, subscribers=False),
        at=at,
    )


def last_approved(release: Release, roles: Iterable[str]) -> dict[str, int]:
    """By role, the count of changes that it approved last, whether or not that still stands; one query."""
    given = Opinion.objects.filter(release=release, role__in=list(roles), verdict=Opinion.Verdict.APPROVED)
    return dict(given.values_list("role", "version"))
