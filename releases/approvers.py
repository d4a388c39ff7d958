"""Who may approve planned work: by role or as a member of the owning team, and never somebody who wrote it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from continuity.accounts.models import User, roles_with
from continuity.accounts.permissions import Permission
from releases.models import Approval, Approver, Release, ReleaseQuerySet, State, Version

# Whose agreement is still worth something: until the work is over.
APPROVABLE = frozenset({State.IN_REVIEW, State.PUBLISHED, State.POSTPONED, State.IN_PROGRESS, State.CHECKING})
HOLDS = {Approver.PEER: Permission.RELEASE_PUBLISH, Approver.SAFETY: Permission.RELEASE_CLEAR}


def may_give(person: Any, approval: Approval) -> bool:
    """Whether the person has the role, or is in the team, that the approval is asked of."""
    if not person.is_authenticated or not person.is_active or not approval.kind:
        return False
    if approval.kind == Approver.OWNER:
        return bool(approval.team_id) and person.teams.filter(pk=approval.team_id).exists()
    return bool(person.may(HOLDS[Approver(approval.kind)]))


def is_writer(person: Any, release: Release) -> bool:
    """Whether the notice is the person's own: they own it, or wrote any version of it or of what it repeats."""
    if release.owner_id == person.pk or release.versions.filter(by=person).exists():
        return True
    return release.series_id is not None and _repeated_by(release.pk).filter(by=person).exists()


def readable_by(person: Any) -> ReleaseQuerySet:
    """Those this person may know of: all who writes notices; others what staff were told, and what they are asked."""
    if person.is_authenticated and person.may(Permission.RELEASE_WRITE):
        return Release.objects.all()
    told = Release.objects.told()
    if not person.is_authenticated:
        return told
    asked = Approval.objects.filter(_asked_of(person), release=OuterRef("pk"))
    return told | Release.objects.filter(Exists(asked))


def is_asked(person: Any, release: Release) -> bool:
    """Whether somebody with this person's role or team is asked to approve, or was; then they may read it."""
    return any(may_give(person, approval) for approval in release.approvals.all())


def open_for(person: Any, release: Release) -> list[Approval]:
    """The approvals that wait for somebody like this person, given or not by now left out."""
    return [each for each in release.approvals.all() if each.at is None and may_give(person, each)]


def why_not(person: Any, release: Release) -> str:
    """Why this person, who has the role, cannot approve the release now; nothing where they can."""
    if release.state not in APPROVABLE:
        state = release.get_state_display().lower()
        return f"{release} is {state}, so nobody is asked to approve it."
    if release.delay:
        return f"The new times of {release} do not stand in it yet. Once it is sent for review you can approve them."
    if is_writer(person, release):
        return f"You wrote {release} or part of it. Somebody else must approve it."
    if given := release.approvals.filter(person=person).first():
        return (
            f"You have approved {release} already, as {given.role}. Somebody else must give another approval."
        )
    return ""


def who_can(approval: Approval) -> str:
    """The sentence for somebody who may not: members of which team, or holders of which roles, can."""
    if approval.kind == Approver.OWNER:
        return f"Members of {approval.team} can."
    return f"People with these roles can: {roles_with(HOLDS[Approver(approval.kind)])}."


def those_who_may(approval: Approval) -> frozenset[int]:
    """Primary keys of everybody who may give it, without those who wrote the notice; one query."""
    return frozenset(_able(approval).values_list("pk", flat=True))


def lacking(approvals: Sequence[Approval]) -> list[Approval]:
    """Of the approvals of one release, asked for or still to be, those that nobody may give; one query, if any."""
    if not approvals:
        return []
    names = [f"can_{number}" for number in range(len(approvals))]
    can = {name: Exists(_able(each)) for name, each in zip(names, approvals, strict=True)}
    found = Release.objects.annotate(**can).values_list(*names).get(pk=approvals[0].release_id)
    return [each for each, is_able in zip(approvals, found, strict=True) if not is_able]


def nobody_words(approval: Approval) -> str:
    """The sentence for an approval that nobody may give: why, and who changes that."""
    if approval.kind == Approver.OWNER:
        why = f"{approval.team} has no other members than those who wrote it"
        keepers = f"change who is in a team: {roles_with(Permission.CATALOGUE_EDIT)}"
    else:
        roles = roles_with(HOLDS[Approver(approval.kind)])
        why = f"nobody but those who wrote it has one of these roles: {roles}"
        keepers = f"give roles: {roles_with(Permission.PEOPLE_MANAGE)}"
    return f"Nobody can approve it as {approval.role}: {why}. People with these roles {keepers}."


def waiting_for(person: Any, at: datetime) -> QuerySet[Release]:
    """Releases that this person can approve now, of work that is not over: in review, or told before it was."""
    asked = Approval.objects.filter(_asked_of(person), at=None)
    ahead = Q(state=State.IN_REVIEW) | Q(state=State.PUBLISHED, work__endswith__gt=at)
    # Of postponed work once its new times stand in it.
    ahead |= Q(state=State.POSTPONED, work__startswith=F("postponed_to"), work__endswith__gt=at)
    # Asked of each release: what a person wrote and approved in all the years grows.
    of = OuterRef("pk")
    theirs = (
        Version.objects.filter(release=of, by=person),
        _repeated_by(of).filter(by=person),
        Approval.objects.filter(release=of, person=person),
    )
    found = Release.objects.filter(ahead, pk__in=asked.values("release")).exclude(owner=person)
    for each in theirs:
        found = found.exclude(Exists(each))
    return found


def _able(approval: Approval) -> QuerySet[User]:
    """Those of the role or team who neither wrote the notice nor gave another approval of it."""
    able = Q(teams=approval.team_id) if approval.kind == Approver.OWNER else _holding(approval)
    of = approval.release_id
    given = Approval.objects.filter(release=of, person__isnull=False).exclude(pk=approval.pk)
    found = User.objects.filter(able, is_active=True).exclude(releases=of)
    for those in (
        Version.objects.filter(release=of).values("by"),
        _repeated_by(of).values("by"),
        given.values("person"),
    ):
        found = found.exclude(pk__in=those)
    return found


def _asked_of(person: Any) -> Q:
    """Approvals that somebody with this person's roles or team may give, as `may_give`."""
    kinds = [kind for kind, permission in HOLDS.items() if person.may(permission)]
    return Q(kind__in=kinds) | Q(kind=Approver.OWNER, team__in=person.teams.values("pk"))


def _repeated_by(release: Any) -> QuerySet[Version]:
    """Versions of the draft from which a series made this release (by primary key), as far as they went into it.

    Whoever repeats a draft does not write it: an occurrence begins with the words of those who did.
    """
    made = "release__series__releases"
    first = {made: release, f"{made}__versions__number": 1}
    return Version.objects.filter(**first, at__lte=F(f"{made}__versions__at"))


def _holding(approval: Approval) -> Q:
    return Q(roles__permissions__contains=[HOLDS[Approver(approval.kind)]])
