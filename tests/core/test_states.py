"""Moving a thing along its steps: once, and by one person."""

import pytest

from continuity.core.refusals import Conflict
from continuity.core.states import move
from releases.models import Release, State
from tests.factories import ReleaseFactory
from tests.racing import race


@pytest.mark.django_db
def test_a_step_in_the_table_is_taken_and_other_fields_go_with_it() -> None:
    release = ReleaseFactory()

    move(release, to=State.PUBLISHED, is_held=True)

    release.refresh_from_db()
    assert (release.state, release.is_held) == (State.PUBLISHED, True)


@pytest.mark.django_db
def test_a_step_not_in_the_table_is_refused_in_words() -> None:
    release = ReleaseFactory()

    with pytest.raises(Conflict, match=f"^{release.ref} is draft, so it cannot become completed.$"):
        move(release, to=State.COMPLETED)

    assert Release.objects.get().state == State.DRAFT


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_wins_and_the_other_is_told() -> None:
    ref = ReleaseFactory().ref
    seen = [Release.objects.get(ref=ref) for _ in range(2)]

    answers = race(*(lambda one=one: move(one, to=State.PUBLISHED) for one in seen))

    told = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [str(answer) for answer in told] == [f"Somebody else was first: {ref} is no longer draft."]
    assert answers.count(None) == 1


@pytest.mark.parametrize("model", [Release])
def test_every_state_has_its_row_in_the_table(model: type[Release]) -> None:
    assert set(model.STEPS) == set(State)
