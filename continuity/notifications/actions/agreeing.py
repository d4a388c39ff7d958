"""Outside contacts say for themselves that they want to be told, and that they do not any more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.keys import free_key
from continuity.core.jobs import nudge
from continuity.core.ledger import name_of, record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import moment_words
from continuity.notifications.letters import CONTACT, STOP_WITHIN
from continuity.notifications.models import Channel, Contact, Delivery, Group, Kind, Message

# Whoever does not answer is not asked again sooner.
ASK_AGAIN = timedelta(days=7)
MOVED = "This address is no longer the one we have. Use the link in the message that came to the new one."


@transaction.atomic
def add_group(*, by: User, at: datetime, name: str, purpose: str = "") -> Group:
    """A group of outside contacts stands in the list, under a key made of its name."""
    group = Group.objects.create(key=free_key(Group, name), name=name, purpose=purpose)
    record("group.added", group, by=by, at=at)
    return group


@transaction.atomic
def change_group(*, group: Group, seen: int, by: User, at: datetime, **facts: Any) -> None:
    """The group says what the form said, if nobody changed it since version `seen`; otherwise Conflict."""
    if not Group.objects.filter(pk=group.pk, version=seen).update(version=seen + 1, **facts):
        raise Conflict("Somebody else changed this group while you were writing.")
    record("group.changed", group, by=by, at=at)


@transaction.atomic
def add_contact(*, by: User, at: datetime, groups: Iterable[Group] = (), **facts: Any) -> Contact:
    """A contact is in the list and is asked by email; they are told nothing before they agree."""
    contact = Contact.objects.create(**facts)
    contact.groups.set(groups)
    record("contact.added", contact, by=by, at=at)
    _ask(contact, at)
    return contact


@transaction.atomic
def change_contact(
    *, contact: Contact, seen: int, by: User, at: datetime, groups: Iterable[Group], **facts: Any
) -> None:
    """The contact is as the form said. A new address or number is asked first: it agreed to nothing yet.

    Conflict when somebody changed it since version `seen`.
    """
    had = Contact.objects.select_for_update().get(pk=contact.pk)
    is_another = facts["email"] != had.email
    is_elsewhere = is_another or facts["mobile"] != had.mobile
    if is_elsewhere:
        # Whoever stopped stays alone, unless somebody else is behind the new address.
        facts |= {"agreed_at": None, "stopped_at": None if is_another else had.stopped_at}
    if not Contact.objects.filter(pk=contact.pk, version=seen).update(version=seen + 1, **facts):
        raise Conflict("Somebody else changed this contact while you were writing.")
    contact.refresh_from_db()
    contact.groups.set(groups)
    if is_elsewhere:
        _take_back_waiting(contact)
        if not contact.stopped_at and not _was_asked(contact.email, at):
            _ask(contact, at)
    record("contact.changed", contact, by=by, at=at)


@transaction.atomic
def ask_again(*, contact: Contact, by: User, at: datetime) -> None:
    """Ask a contact who has not answered once more. Refused sooner than ASK_AGAIN, and where they did answer.

    Whoever stopped has links to begin again for STOP_WITHIN, and is left alone for as long.
    """
    contact.refresh_from_db(from_queryset=Contact.objects.select_for_update())
    if contact.is_told:
        raise Refused(f"{contact} has agreed already.")
    asked_until = contact.asked_at + ASK_AGAIN if contact.asked_at else at
    if contact.stopped_at:
        asked_until = max(asked_until, contact.stopped_at + STOP_WITHIN)
    if asked_until > at:
        raise Refused(f"{contact} can be asked again from {moment_words(asked_until)}.")
    _ask(contact, at)
    record("contact.asked", contact, by=by, at=at)


@transaction.atomic
def agree(*, delivery: Delivery, at: datetime) -> Contact:
    """The contact who got the letter wants to be told from now on. Refused when their address has changed."""
    contact = _of(delivery)
    if not contact.is_told:
        _keep(contact, agreed_at=at, stopped_at=None)
        record("contact.agreed", contact, by=contact, at=at)
    return contact


@transaction.atomic
def stop(*, delivery: Delivery, at: datetime) -> Contact:
    """The contact who got the letter is told no more, and what still waits for them is not sent."""
    contact = _of(delivery)
    if not contact.stopped_at:
        _keep(contact, stopped_at=at)
        _take_back_waiting(contact)
        record("contact.stopped", contact, by=contact, at=at)
    return contact


@transaction.atomic
def begin_again(*, delivery: Delivery, at: datetime) -> Contact:
    """A contact who had agreed and then stopped is told again. Refused for one who never agreed."""
    contact = _of(delivery)
    if contact.agreed_at is None:
        raise Refused("You have not said yet that you want to be told. Use the link in the first message.")
    if contact.stopped_at:
        _keep(contact, agreed_at=at, stopped_at=None)
        record("contact.agreed", contact, by=contact, at=at)
    return contact


def _of(delivery: Delivery) -> Contact:
    """The contact of a letter, held, where the letter went to the address they have now."""
    contact = Contact.objects.select_for_update().get(pk=delivery.contact_id or 0)
    if delivery.address not in {contact.email, contact.mobile}:
        raise Refused(MOVED)
    return contact


def _keep(contact: Contact, **facts: datetime | None) -> None:
    """Write what a contact answered. It is no new version: no form holds it, so none is out of date."""
    Contact.objects.filter(pk=contact.pk).update(**facts)
    for name, value in facts.items():
        setattr(contact, name, value)


def _take_back_waiting(contact: Contact) -> None:
    waiting = Delivery.objects.filter(contact=contact, state=Delivery.State.QUEUED)
    waiting.update(state=Delivery.State.WITHDRAWN)


def _was_asked(address: str, at: datetime) -> bool:
    """Whether somebody at this address was asked so lately that they are not asked again; its link still holds."""
    about = {"message__subject_kind": CONTACT, "message__created_at__gt": at - ASK_AGAIN}
    asked = Delivery.objects.filter(address=address, **about)
    return asked.exclude(state=Delivery.State.WITHDRAWN).exists()


def _ask(contact: Contact, at: datetime) -> None:
    """Write the letter that asks; it goes out like every other, although nothing else does before its answer."""
    from continuity.notifications.tasks import deliver_due  # the task calls actions of this room

    about = name_of(contact)
    groups = " ".join(
        f"{group.name}: {group.purpose or 'news that concern you'}." for group in _groups(contact)
    )
    message = Message.objects.create(
        key=f"contact:{contact.pk}:asked:{contact.version}:{at:%Y%m%dT%H%M%S%f}",
        kind=Kind.PORTAL,
        subject_kind=about.kind,
        subject_ref=about.label,
        title=f"Do you want news from {settings.TRUST_NAME}?",
        brief="Say that you want to be told about planned work and incidents that concern you.",
        body=(
            f"Somebody at {settings.TRUST_NAME} entered this address for {contact}, so that you are told about "
            f"planned work and incidents that concern you.\n\n{groups}".strip()
        ),
        url="/",
        created_at=at,
    )
    Delivery.objects.create(
        message=message, contact=contact, channel=Channel.EMAIL, address=contact.email, due_at=at
    )
    _keep(contact, asked_at=at)
    nudge(deliver_due)


def _groups(contact: Contact) -> Iterable[Group]:
    return contact.groups.order_by("name")
