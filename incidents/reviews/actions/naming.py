"""Nobody is named in what is handed on: all staff will read it."""

from collections.abc import Mapping

from continuity.core.refusals import Refused
from incidents.reviews.models import Review
from incidents.reviews.pieces import pieces_of
from incidents.reviews.told import Where, names_in, texts_of


def refuse_names(texts: Mapping[Where, str]) -> None:
    """Refused, saying where, while one of the texts (by what people call it) names somebody who has an account."""
    if found := names_in(texts):
        raise Refused(" ".join(each.sentence for each in found))


def refuse_names_in(review: Review) -> None:
    """Refused, saying where, while anything of the review that is published names somebody who has an account."""
    pieces = pieces_of(review, review.sections.all())
    refuse_names(texts_of(review, pieces, review.factors.select_related("local"), review.actions.all()))
