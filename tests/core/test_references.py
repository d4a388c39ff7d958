"""References: without gaps, never twice, clear of what came from outside."""

from datetime import UTC, datetime

import pytest

from continuity.core.references import keep_clear_of, next_reference
from tests.racing import race

NEW_YEAR_IN_LONDON = datetime(2024, 12, 31, 23, 59, tzinfo=UTC)


@pytest.mark.django_db
def test_references_count_up_within_a_year() -> None:
    given = [next_reference("REL", NEW_YEAR_IN_LONDON) for _ in range(2)]
    after = next_reference("REL", datetime(2025, 1, 1, tzinfo=UTC))

    assert [*given, after] == ["REL-2024-001", "REL-2024-002", "REL-2025-001"]


@pytest.mark.django_db
def test_a_reference_that_came_from_outside_is_not_given_again() -> None:
    keep_clear_of("REL-2024-071")
    keep_clear_of("REL-2024-069")

    assert next_reference("REL", NEW_YEAR_IN_LONDON) == "REL-2024-072"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_references() -> None:
    given = race(*[lambda: next_reference("INC", NEW_YEAR_IN_LONDON)] * 4)

    assert sorted(given) == [f"INC-2024-00{number}" for number in range(1, 5)]
