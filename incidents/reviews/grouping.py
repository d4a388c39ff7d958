"""The board of actions: a person's own first, then the others by how far they are, owner, service or age."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

from incidents.models import Impact
from incidents.reviews.ages import AGES, NOT_KNOWN, age_of
from incidents.reviews.models import Action, Observation, Review, Source
from releases.models import Disruption, Release

HOW_FAR, OWNER, SERVICE, AGE = "", "owner", "service", "age"
WAYS = ((HOW_FAR, "How far it is"), (OWNER, "Owner"), (SERVICE, "Service"), (AGE, "Age"))
MINE = "Yours, to do or to check"
NO_SERVICE = "No service"
OVERDUE, TO_DO, CLAIMED, OVER = (
    "Overdue, by owner", "To be done, by owner", "Done, to be checked, by owner", "Over, by owner",
)  # fmt: skip
Groups = list[tuple[str, list[Action]]]


def grouped(found: Sequence[Action], person: int | None, by: str, today: date) -> Groups:
    """Headings with their actions, which need their review and owner; no heading is empty.

    An action about several services stands under each of them. Four queries by service, one more with themes.
    """
    mine = [each for each in found if person in {each.owner_id, each.verifier_id}]
    others = [each for each in found if each not in mine]
    if by == OWNER:
        groups = _under(others, lambda each: [each.whose])
    elif by == SERVICE:
        names = service_names(others)
        groups = _under(others, lambda each: names.get(each.review_id) or [NO_SERVICE], last=NO_SERVICE)
    elif by == AGE:
        groups = _by_age(others, today)
    else:
        groups = _by_how_far(others, today)
    return [(heading, group) for heading, group in [(MINE, mine), *groups] if group]


def service_names(actions: Iterable[Action]) -> Mapping[int, list[str]]:
    """By the primary key of its review, the names of the services that what it looks back at hit or named."""
    about = _looked_at({each.review_id: each.review for each in actions}.values())
    incidents, releases, seen = ({pk for each in about.values() for pk in each[kind]} for kind in range(3))
    hit = set(Impact.objects.filter(incident__in=incidents).values_list("incident", "service__name"))
    named = Release.services.through.objects.filter(release__in=releases)
    worked = {
        *Disruption.objects.filter(release__in=releases).values_list("release", "service__name"),
        *named.values_list("release", "service__name"),
    }
    noted = set(
        Observation.objects.filter(pk__in=seen, service__isnull=False).values_list("pk", "service__name")
    )
    return {
        review: sorted(
            {name for subject, name in hit if subject in of[0]}
            | {name for subject, name in worked if subject in of[1]}
            | {name for subject, name in noted if subject in of[2]}
        )
        for review, of in about.items()
    }


def _looked_at(reviews: Collection[Review]) -> dict[int, tuple[set[int], set[int], set[int]]]:
    """By review, the primary keys of incidents, releases and observations. A query where there are themes."""
    rows = [(each.pk, each.incident_id, each.release_id, each.observation_id) for each in reviews]
    if themes := [each.pk for each in reviews if each.theme]:
        sources = Source.objects.filter(review__in=themes)
        rows += sources.values_list("review", "incident", "release", "observation")
    about: dict[int, tuple[set[int], set[int], set[int]]] = {}
    for review, *records in rows:
        kept = about.setdefault(review, (set(), set(), set()))
        for keys, record in zip(kept, records, strict=True):
            keys.update({record} if record else ())
    return about


def _under(
    actions: Iterable[Action], headings: Callable[[Action], Iterable[str]], *, last: str = ""
) -> Groups:
    """In the order of the headings; one of them may come last."""
    found: dict[str, list[Action]] = {}
    for each in actions:
        for heading in headings(each):
            found.setdefault(heading, []).append(each)
    return sorted(found.items(), key=lambda group: (group[0] == last, group[0].casefold()))


def _by_age(actions: Sequence[Action], today: date) -> Groups:
    """The oldest first, then those whose review was not held yet."""
    names = [*(f"{name} since the review" for name, _ in AGES[::-1]), "The review is not published yet"]
    ages = [*(name for name, _ in AGES[::-1]), NOT_KNOWN]
    found = [(each, age_of(each.review, today)) for each in actions]
    return [
        (name, [each for each, is_so in found if is_so == age]) for name, age in zip(names, ages, strict=True)
    ]


def _by_how_far(actions: Iterable[Action], today: date) -> Groups:
    """What is wanted first, owner by owner; each action stands once."""
    found: dict[str, list[Action]] = {heading: [] for heading in (OVERDUE, TO_DO, CLAIMED, OVER)}
    for each in sorted(actions, key=lambda each: each.whose):
        found[_how_far(each, today)].append(each)
    return list(found.items())


def _how_far(action: Action, today: date) -> str:
    if action.is_overdue(today):
        return OVERDUE
    if action.state == Action.State.CLAIMED_DONE:
        return CLAIMED
    return TO_DO if action.is_open else OVER
