"""What is more than 30 days late is chased each week until it is over: a letter a person, one to who answers for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.urls import reverse

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.clock import local, local_day
from continuity.core.ledger import SYSTEM, record
from continuity.core.wording import count_words, date_words
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import Kind, Message
from incidents.reviews.actions.chasing import CHASES_FROM, accountable, holding
from incidents.reviews.chasing import LONG_LATE, is_chased_weekly, is_day_of_letters, monday_of
from incidents.reviews.models import Action

# So many are named in a letter; the list has them all.
NAMED = 10


@transaction.atomic
def chase_weekly(*, at: datetime) -> None:
    """Whoever must do or check what is long late hears of all of theirs, and who answers for it how many there are.

    Once a week, from 9am on its first working day, however many actions there are and however often it is called.
    """
    today = local_day(at)
    if local(at).hour < CHASES_FROM or not is_day_of_letters(today):
        return
    week = f"actions:late:{monday_of(today):%Y%m%d}"
    if Message.objects.filter(key=week).exists():
        return
    late = [each for each in _held(at) if is_chased_weekly(each.due_on, today)]
    # Asked again now that others wait for the rows.
    if not late or Message.objects.filter(key=week).exists():
        return
    _tell_who_answers(late, week, at)
    for person, theirs in _by_person(late):
        _tell(person, theirs, f"{week}:{person.pk}", at)
    for each in late:
        record("action.chased", each, by=SYSTEM, at=at, to="weekly")


def _held(at: datetime) -> Sequence[Action]:
    late = Action.objects.long_late(local_day(at)).order_by("due_on", "pk")
    return list(late.select_related("owner", "verifier").select_for_update(of=("self",), no_key=True))


def _by_person(late: Iterable[Action]) -> list[tuple[User, list[Action]]]:
    """Those who still work here, each with what waits for them; what waits for nobody is on the list alone."""
    named = [(person, each) for each in late if (person := _waited_for(each)) and person.is_active]
    ordered = sorted(named, key=lambda pair: pair[0].pk)
    return [
        (person, [each for _, each in pairs]) for person, pairs in groupby(ordered, key=lambda pair: pair[0])
    ]


def _waited_for(action: Action) -> User | None:
    return action.verifier if action.state == Action.State.CLAIMED_DONE else action.owner


def _tell(person: User, theirs: Sequence[Action], key: str, at: datetime) -> None:
    lines = [f"- {each.title} Due by {date_words(each.due_on)}." for each in theirs[:NAMED]]
    more = len(theirs) - NAMED
    said = [*lines, *([f"And {count_words(more, 'more action')}."] if more > 0 else [])]
    words = Words(
        title=f"{count_words(len(theirs), 'action')} of yours more than {LONG_LATE.days} days late",
        body="\n".join(["They wait for you, to be done or to be checked.", *said]),
        url=theirs[0].get_absolute_url() if len(theirs) == 1 else _list(),
    )
    audience = Audience(people=frozenset({person.pk}), subscribers=False)
    notify(key=key, kind=Kind.REVIEW, subject=theirs[0], words=words, audience=audience, at=at)


def _tell_who_answers(late: Sequence[Action], key: str, at: datetime) -> None:
    """No titles: some are of incidents that few may know of. The list shows each person theirs."""
    oldest = late[0]
    words = Words(
        title=f"{count_words(len(late), 'action')} more than {LONG_LATE.days} days late",
        body=(
            f"The oldest was due by {date_words(oldest.due_on)}. The list says who has each, and which only wait to be "
            "checked. Move a date, choose another owner, or drop what will not be done, with the reason."
        ),
        url=_list(),
    )
    audience = Audience(roles=accountable() | holding(Permission.REVIEW_PUBLISH), subscribers=False)
    notify(key=key, kind=Kind.REVIEW, subject=oldest, words=words, audience=audience, at=at)


def _list() -> str:
    return f"{reverse('reviews:actions')}?show=late"
