"""What of a review others will read, text by text, and where people are named in it."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import F, TextField, Value

from continuity.accounts.models import User
from incidents.reviews.models import Action, Factor, Review
from incidents.reviews.naming import Known, Named, named
from incidents.reviews.pieces import Piece, part_of

Where = TypeVar("Where", bound=Hashable)


@dataclass(frozen=True)
class Place:
    """Where a text stands: what people call it, and the part of the page's address below the review's own."""

    label: str
    page: str = ""

    def __str__(self) -> str:
        return self.label


def texts_of(
    review: Review, pieces: Mapping[str, Piece], factors: Iterable[Factor], actions: Iterable[Action]
) -> dict[Place, str]:
    """Everything of it that is published. Pure: rows at hand, factors with the trust's own word."""
    return {
        Place("The title"): review.title,
        **{
            Place(piece.label, f"write/{part_of(review, piece.code).slug}/"): piece.text
            for piece in pieces.values()
        },
        **{
            Place(f"Factor {number}", f"factors/{each.pk}/"): "\n".join(
                filter(None, (each.text, each.accepted_why, each.called))
            )
            for number, each in enumerate(factors, start=1)
        },
        **{
            Place(f"Action {each.number}", f"actions/{each.number}/"): f"{each.title}\n{each.measure}"
            for each in actions
        },
    }


def names_in(texts: Mapping[Where, str]) -> list[Named[Where]]:
    """Wherever one of the texts (by where it stands) names somebody who has an account. One query."""
    whole = Value("\n".join(texts.values()), output_field=TextField())
    likely = User.objects.exclude(first_name="").exclude(last_name="").alias(whole=whole)
    people = likely.filter(whole__icontains=F("last_name")).values_list(
        "first_name", "last_name", "job_title"
    )
    return list(named(texts, [Known(*each) for each in people]))
