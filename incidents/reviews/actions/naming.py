"""Nobody is named in what is handed on: all staff will read it."""

from collections.abc import Mapping

from django.db.models import F, TextField, Value

from continuity.accounts.models import User
from continuity.core.refusals import Refused
from incidents.reviews.models import Review
from incidents.reviews.naming import Known, named
from incidents.reviews.pieces import pieces_of


def refuse_names(texts: Mapping[str, str]) -> None:
    """Refused, saying where, while one of the texts (by label) names somebody who has an account. One query."""
    whole = Value("\n".join(texts.values()), output_field=TextField())
    likely = User.objects.exclude(first_name="").exclude(last_name="").alias(whole=whole)
    people = likely.filter(whole__icontains=F("last_name")).values_list(
        "first_name", "last_name", "job_title"
    )
    if said := list(named(texts, [Known(*each) for each in people])):
        raise Refused(" ".join(said))


def texts_of(review: Review) -> dict[str, str]:
    """Everything of it that is published, by a label that says where it stands."""
    pieces = pieces_of(review, review.sections.all())
    factors = review.factors.values_list("text", "accepted_why", "local__name")
    actions = review.actions.values_list("number", "title", "measure")
    return {
        "The title": review.title,
        **{piece.label: piece.text for piece in pieces.values()},
        **{f"Factor {number}": "\n".join(filter(None, said)) for number, said in enumerate(factors, start=1)},
        **{f"Action {number}": f"{title}\n{measure}" for number, title, measure in actions},
    }
