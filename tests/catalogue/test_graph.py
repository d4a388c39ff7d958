"""Circles of dependencies: a table of shapes and two properties."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.catalogue.graph import all_reached, circle_in, circle_with, circle_words, turned

Graph = dict[int, set[int]]
NODES = st.integers(0, 7)
GRAPHS = st.dictionaries(NODES, st.sets(NODES, max_size=4), max_size=8)


@pytest.mark.parametrize(
    ("needs", "service", "on", "circle"),
    [
        ({}, "wifi", "ad", []),
        ({"ad": ["lan"]}, "wifi", "ad", []),
        ({}, "wifi", "wifi", ["wifi", "wifi"]),
        ({"ad": ["wifi"]}, "wifi", "ad", ["wifi", "ad", "wifi"]),
        ({"ad": ["lan"], "lan": ["wifi"]}, "wifi", "ad", ["wifi", "ad", "lan", "wifi"]),
        ({"ad": ["lan", "wifi"], "lan": ["wifi"]}, "wifi", "ad", ["wifi", "ad", "wifi"]),
    ],
)
def test_the_shortest_circle_is_found(
    needs: dict[str, list[str]], service: str, on: str, circle: list[str]
) -> None:
    assert circle_with(needs, service, on) == circle


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Wi-Fi", "Wi-Fi"], "Wi-Fi needs Wi-Fi."),
        (["Wi-Fi", "Network login", "Wi-Fi"], "Wi-Fi needs Network login, which needs Wi-Fi."),
        (["A", "B", "C", "A"], "A needs B, which needs C, which needs A."),
    ],
)
def test_a_circle_reads_as_a_sentence(names: list[str], words: str) -> None:
    assert circle_words(names) == words


@given(GRAPHS)
def test_a_circle_found_in_a_graph_is_one(needs: Graph) -> None:
    circle = circle_in(needs)

    assert all(after in needs[before] for before, after in pairwise(circle))
    assert not circle or (circle[0] == circle[-1] and len(set(circle)) == len(circle) - 1)


@given(GRAPHS)
def test_a_graph_has_a_circle_exactly_when_one_of_its_lines_closes_one(needs: Graph) -> None:
    lines = [(service, on) for service, targets in needs.items() for on in targets]

    closing = [line for line in lines if circle_with(_without(needs, *line), *line)]

    assert bool(circle_in(needs)) == bool(closing)


def test_a_long_chain_is_followed_without_recursion() -> None:
    chain = {at: [at + 1] for at in range(5000)}

    assert circle_in(chain) == []
    assert len(circle_with(chain, 5000, 0)) == 5002


def _without(needs: Graph, service: int, on: int) -> Graph:
    return {each: targets - {on} if each == service else targets for each, targets in needs.items()}


def test_all_that_is_reached_is_told_with_where_it_was_reached_from() -> None:
    needs = {"epr": ["ad", "spine"], "ad": ["lan"], "wifi": ["lan"]}

    assert all_reached(needs, ["epr"]) == {"ad": "epr", "spine": "epr", "lan": "epr"}
    assert all_reached(turned(needs), ["lan"]) == {"ad": "lan", "wifi": "lan", "epr": "lan"}
    assert all_reached(needs, ["lan"]) == {}


@given(st.dictionaries(st.integers(0, 6), st.sets(st.integers(0, 6))), st.sets(st.integers(0, 6)))
def test_what_is_reached_is_the_closure_without_its_start(
    needs: dict[int, set[int]], start: set[int]
) -> None:
    closure = set(start)
    while following := {on for each in closure for on in needs.get(each, ())} - closure:
        closure |= following

    assert all_reached(needs, start).keys() == closure - start
