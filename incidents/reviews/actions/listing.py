"""The trust's own list of factors. Each change makes a new version of it; what reviews said stays as they said it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from incidents.reviews.models import Factor, ListVersion, LocalFactor, Review

Change = ListVersion.Change


@transaction.atomic
def add_local(*, area: str, name: str, why: str, by: User, at: datetime) -> LocalFactor:
    """A new word stands on the list under a SEIPS heading. Refused for one that stands there, in any letters."""
    name, why = _said(name, why)
    _hold_list()
    _refuse_taken(name)
    factor = LocalFactor.objects.create(area=Factor.Area(area), name=name)
    _version(factor, Change.ADDED, why, by, at)
    record("local_factor.named", factor, by=by, at=at, to=area)
    return factor


@transaction.atomic
def rename_local(*, factor: LocalFactor, name: str, why: str, seen: str, by: User, at: datetime) -> None:
    """It is the same factor under another word: it is noticed when it comes back. Published reviews keep theirs.

    `seen` is the word its writer saw: Conflict when it is another by now.
    """
    name, why = _said(name, why)
    _hold_list()
    _refuse_taken(name, but=factor)
    if not LocalFactor.objects.filter(pk=factor.pk, name=seen).update(name=name):
        raise Conflict("Somebody else renamed this factor meanwhile. Look at the list again.")
    factor.name = name
    _version(factor, Change.RENAMED, why, by, at, was=seen)
    record("local_factor.renamed", factor, by=by, at=at, words=why)


@transaction.atomic
def retire_local(*, factor: LocalFactor, why: str, by: User, at: datetime) -> None:
    """Nobody chooses it anew; where it was used it stays."""
    _turn(factor, Change.RETIRED, why, by, at)


@transaction.atomic
def take_up_local(*, factor: LocalFactor, why: str, by: User, at: datetime) -> None:
    """A retired factor may be chosen again."""
    _turn(factor, Change.TAKEN_UP, why, by, at)


def keep_words(review: Review) -> None:
    """From its approval on a review says of each factor what it was called then."""
    named = LocalFactor.objects.filter(pk=OuterRef("local")).values("name")
    Factor.objects.filter(review=review, local__isnull=False).update(local_words=Subquery(named[:1]))


def _turn(factor: LocalFactor, change: Change, why: str, by: User, at: datetime) -> None:
    _, why = _said(factor.name, why)
    _hold_list()
    is_used = change == Change.TAKEN_UP
    if not LocalFactor.objects.filter(pk=factor.pk, is_in_use=not is_used).update(is_in_use=is_used):
        raise Conflict("Somebody else did this already. Look at the list again.")
    factor.refresh_from_db()
    _version(factor, change, why, by, at)
    record(f"local_factor.{change}", factor, by=by, at=at, words=why)


def _version(factor: LocalFactor, change: Change, why: str, by: User, at: datetime, *, was: str = "") -> None:
    last = ListVersion.objects.aggregate(last=Max("number"))["last"] or 0
    ListVersion.objects.create(
        number=last + 1, factor=factor, change=change, was=was, name=factor.name, why=why, by=by, at=at
    )


def _hold_list() -> None:
    """One change at a time, so that versions follow each other."""
    list(LocalFactor.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _said(name: str, why: str) -> tuple[str, str]:
    if not name.strip():
        raise Refused("Say what the factor is called.")
    if not why.strip():
        raise Refused("Say why the list changes.")
    return name.strip(), why.strip()


def _refuse_taken(name: str, *, but: LocalFactor | None = None) -> None:
    others = LocalFactor.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0)
    if found := others.first():
        where = "on the list" if found.is_in_use else "on the list, retired"
        raise Refused(f"{found} stands {where} already. Choose another word, or that one.")
