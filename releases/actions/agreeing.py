"""Agreeing on a notice: sent for review, approved or sent back, and what people think of it."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind
from releases.actions.consent import ask_approvers, open_approvals, write_wanted
from releases.actions.locking import changed, lock, needs, step
from releases.actions.publishing import begin_at_new_start, keep_new_times, refuse_incomplete, refuse_stale
from releases.actions.telling import owners_of, sentence
from releases.actions.versions import changed_since, content_at, keep_first_version
from releases.approvers import is_asked, may_give, open_for, who_can, why_not
from releases.models import Approval, Opinion, Release, State
from releases.notices import names_words


@transaction.atomic
def send_for_review(*, release: Release, by: User, at: datetime, version: int | None = None) -> None:
    """Ask for the approvals that the rules want, or for one of a peer where they want none.

    The new times of postponed work are written into its notice for that; it stays postponed until it is published.
    Raises Refused while something that staff need is missing; Conflict when it changed since `version`.
    """
    lock(release)
    refuse_stale(release, version)
    if release.state == State.POSTPONED:
        _send_new_times(release, by=by, at=at)
    else:
        refuse_incomplete(release, at)
        step(release, to=State.IN_REVIEW)
        keep_first_version(release, by=by, at=at)
    ask_approvers(release, by=by, at=at)
    record("release.sent_for_review", release, by=by, at=at, to=release.state)


@transaction.atomic
def approve(
    *, release: Release, approval: Approval, version: int, by: User, at: datetime, words: str = ""
) -> None:
    """Agree, in the role that was asked, to the words that were read: those at the count of changes `version`.

    Raises Forbidden for somebody who is not asked, Refused for one's own notice and for a second approval by one
    person, Conflict when somebody else gave it meanwhile or what was read has changed.
    """
    _hold(release)
    approval = _afresh(approval)
    if not may_give(by, approval):
        raise Forbidden(f"You cannot approve {release} as {approval.role}. {who_can(approval)}")
    if refusal := why_not(by, release):
        raise Refused(refusal)
    if approval.at:
        raise Conflict(
            f"Somebody else was first: {approval.person} approved {release} as {approval.role} already."
        )
    is_unread = version > release.version or content_at(release, version) is None
    if is_unread or changed_since(release, version):
        raise Conflict(
            f"{release} has changed since you read it. What changed is shown below. Read it again."
        )
    read = _latest(release)
    Approval.objects.filter(pk=approval.pk).update(at=at, person=by, version=read)
    _keep_opinion(release, Opinion.Verdict.APPROVED, words, role=approval.role, by=by, at=at)
    said = _words(release, "Approved", _approved_words(release, approval, by, words))
    _tell_owner(release, f"approved:{approval.pk}", said, by=by, at=at)
    record("release.approved", release, by=by, at=at, to=release.state, words=words.strip())


@transaction.atomic
def send_back(*, release: Release, reason: str, by: User, at: datetime) -> None:
    """A notice in review is a draft again, with what must change first; its owner is told.

    Raises Forbidden for somebody whose approval is not asked for.
    """
    reason = needs(reason, "Say what must change.")
    lock(release)
    asked = open_for(by, release)
    if not asked:
        raise Forbidden(f"You cannot send {release} back: you are not asked to approve it.")
    step(release, to=State.DRAFT)
    _keep_opinion(release, Opinion.Verdict.SENT_BACK, reason, role=asked[0].role, by=by, at=at)
    text = f"{asked[0].role} sent it back, so it is a draft again. What must change:\n\n{reason}"
    said = _words(release, "Sent back", text)
    _tell_owner(release, "sent_back", said, by=by, at=at)
    record("release.sent_back", release, by=by, at=at, to=release.state, words=reason)


@transaction.atomic
def comment(*, release: Release, text: str, by: User, at: datetime) -> None:
    """Keep what somebody thinks of a notice, and tell its owner and whoever spoke about it before.

    Raises Forbidden for somebody who neither writes notices nor is asked to approve this one.
    """
    text = needs(text, "Write what you think.")
    if not (by.may(Permission.RELEASE_WRITE) or is_asked(by, release)):
        raise Forbidden(
            f"You cannot comment on {release}. Those who write it or are asked to approve it can."
        )
    _hold(release)
    said = _keep_opinion(release, Opinion.Verdict.COMMENT, text, role=str(by), by=by, at=at)
    spoke = set(release.opinions.values_list("by", flat=True)) | {release.owner_id}
    people = frozenset(each for each in spoke if each is not None and each != by.pk)
    if people:
        words = _words(release, "Comment", f"{by}: {text}")
        _say(release, f"opinion:{said.pk}", words, Audience(people=people, subscribers=False), at=at)
    record("release.commented", release, by=by, at=at, words=text)


def _send_new_times(release: Release, *, by: User, at: datetime) -> None:
    if release.postponed_to is None:
        raise Refused(f"A new time of {release} is not known yet. Change its times first.")
    is_moved, writer = begin_at_new_start(release, by=by, at=at)
    refuse_incomplete(release, at)
    changed(release)
    if is_moved:
        keep_new_times(release, writer, by=by, at=at)
    if not write_wanted(release, at) and not open_approvals(release):
        raise Refused(f"The trust's rules ask nobody to approve {release}. It can be published.")


def _hold(release: Release) -> None:
    """Hold the row whatever its state: an approval counts for a notice that was published meanwhile, too."""
    release.refresh_from_db(from_queryset=Release.objects.select_for_update())


def _afresh(approval: Approval) -> Approval:
    found = Approval.objects.select_related("team", "person").filter(pk=approval.pk).first()
    if found is None:
        raise Conflict(f"Nobody is asked any more to approve it as {approval.role}: the notice has changed.")
    return found


def _latest(release: Release) -> int:
    last = release.versions.last()
    return last.number if last else release.version


def _keep_opinion(release: Release, verdict: str, text: str, *, role: str, by: User, at: datetime) -> Opinion:
    return Opinion.objects.create(
        release=release, verdict=verdict, version=_latest(release), role=role, text=text.strip(), by=by, at=at
    )


def _approved_words(release: Release, approval: Approval, by: User, words: str) -> str:
    still = [each.role for each in open_approvals(release)]
    ahead = "It can be published." if release.state == State.IN_REVIEW else "Everybody asked has approved it."
    left = f"Still to approve: {names_words(still)}." if still else ahead
    return " ".join(filter(None, [f"{by} approved it as {approval.role}.", sentence(words), left]))


def _tell_owner(release: Release, event: str, words: Words, *, by: User, at: datetime) -> None:
    """The owner, or without one everybody who runs planned work, once a count of changes; nobody of their own act."""
    if release.owner_id != by.pk:
        _say(release, f"{event}:{release.version}", words, owners_of(release), at=at)


def _say(release: Release, event: str, words: Words, audience: Audience, *, at: datetime) -> None:
    notify(
        key=f"release:{release.pk}:{event}",
        kind=Kind.PLANNED_WORK,
        subject=release,
        words=words,
        audience=audience,
        at=at,
    )


def _words(release: Release, title: str, text: str) -> Words:
    return Words(title=f"{title}: {release.title}", body=text, url=release.get_absolute_url())
