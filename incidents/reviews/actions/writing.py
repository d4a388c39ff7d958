"""The text of a review and its factors, while it is being written. Nobody's words are overwritten unseen."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from incidents.reviews.actions.holding import hold_draft
from incidents.reviews.actions.listing import add_local
from incidents.reviews.actions.recurring import propose_recurrences
from incidents.reviews.models import Factor, LocalFactor, Recurrence, Review, Section
from incidents.reviews.pieces import SUMMARY, Piece, Stale, pieces_of


@transaction.atomic
def save_section(
    *, review: Review, texts: Mapping[str, str], seen: Mapping[str, int], by: User, at: datetime
) -> None:
    """These pieces, by code, say these texts. `seen` holds the version of each that the writer saw.

    Stale, and nothing is saved, when somebody changed one of them meanwhile. What is unchanged is left alone.
    """
    hold_draft(review)
    kept = pieces_of(review, review.sections.all())
    changed = {code: text for code, text in texts.items() if text != kept[code].text}
    if any(kept[code].version != seen.get(code, 0) for code in changed):
        raise Stale
    for code, text in changed.items():
        _write(review, kept[code], text, by, at)
    if changed:
        record("review.written", review, by=by, at=at, to=", ".join(changed)[:40])


@transaction.atomic
def add_factor(
    *, review: Review, area: str, text: str, by: User, at: datetime, is_hindering: bool = True,
    accepted_why: str = "", local: LocalFactor | None = None, local_name: str = "",
) -> Factor:  # fmt: skip
    """Something in the work that helped or hindered, under one SEIPS heading.

    `local` is the trust's own word for it, `local_name` a new one. A factor that came back is proposed as such.
    """
    hold_draft(review)
    factor = Factor.objects.create(
        review=review, area=Factor.Area(area), text=text, is_hindering=is_hindering, accepted_why=accepted_why,
        local=_local(review, local, local_name, area, by=by, at=at),
    )  # fmt: skip
    propose_recurrences(factor=factor, at=at)
    record("review.factor_added", review, by=by, at=at, to=area)
    return factor


@transaction.atomic
def change_factor(
    *, factor: Factor, area: str, text: str, by: User, at: datetime, is_hindering: bool = True,
    accepted_why: str = "", seen: str = "", local: LocalFactor | None = None, local_name: str = "",
) -> None:  # fmt: skip
    """The factor says this now. `seen` is the text its writer saw: Conflict when it is another by now.

    Refused to call it otherwise once it is confirmed that it came back.
    """
    hold_draft(factor.review)
    named = _local(factor.review, local, local_name, area, by=by, at=at, was=factor.local)
    if factor.local_id != (named and named.pk) and factor.recurrences.confirmed().exists():
        raise Refused("It is confirmed that this factor came back, so its local factor stands.")
    unchanged = Factor.objects.filter(pk=factor.pk, text=seen or factor.text)
    if not unchanged.update(
        area=Factor.Area(area), text=text, is_hindering=is_hindering, accepted_why=accepted_why, local=named
    ):
        raise Conflict("Somebody else changed this factor, or took it out. Look at the review again.")
    factor.refresh_from_db()
    propose_recurrences(factor=factor, at=at)
    record("review.factor_changed", factor.review, by=by, at=at, to=area)


@transaction.atomic
def remove_factor(*, factor: Factor, by: User, at: datetime) -> None:
    """Take a factor out. Refused while actions answer it; Conflict when somebody took it out already."""
    hold_draft(factor.review)
    if factor.actions.exists():
        raise Refused("An action answers this factor. It stays beside its action.")
    if factor.recurrences.exclude(state=Recurrence.State.PROPOSED).exists():
        raise Refused("Somebody decided whether this factor came back. It stays beside that.")
    if not Factor.objects.filter(pk=factor.pk).delete()[0]:
        raise Conflict("Somebody else took this factor out already.")
    record("review.factor_removed", factor.review, by=by, at=at)


def _local(
    review: Review, chosen: LocalFactor | None, name: str, area: str, *, by: User, at: datetime,
    was: LocalFactor | None = None,
) -> LocalFactor | None:  # fmt: skip
    """The word chosen, or the one that was typed: an old one in any case of its letters, or a new one.

    Refused for one that was retired, unless the factor had it before.
    """
    name = name.strip()
    found = LocalFactor.objects.filter(name__iexact=name).first() if name else chosen
    if name and not found:
        found = add_local(area=area, name=name, why="Named while a review was written.", by=by, at=at)
    if found and not found.is_in_use and found != was:
        raise Refused(f"{found} was retired from the list. Choose another local factor.")
    if found and found.area != area:
        heading = Factor.Area(found.area).label
        raise Refused(f"{found} stands under {heading}. Choose that heading, or another local factor.")
    return found


def _write(review: Review, piece: Piece, text: str, by: User, at: datetime) -> None:
    """Under the lock of the review's row, so versions are compared and written without a gap."""
    version = piece.version + 1
    if piece.code == SUMMARY:
        Review.objects.filter(pk=review.pk).update(summary=text, version=version)
        review.summary, review.version = text, version
        return
    Section.objects.update_or_create(
        review=review,
        code=piece.code,
        defaults={"text": text, "version": version, "saved_by": by, "saved_at": at},
    )
