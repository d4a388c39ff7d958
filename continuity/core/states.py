"""The one way a thing changes its state: along its table of steps, once."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from django.db import models

from continuity.core.refusals import Conflict


class Stateful(Protocol):
    """A model with a `state` and `STEPS`, from each state to those it may become."""

    STEPS: ClassVar[Mapping[str, frozenset[str]]]
    state: Any
    pk: Any

    @property
    def _meta(self) -> Any: ...


def move(thing: Stateful, *, to: str, **also: object) -> None:
    """Change `thing.state` along its class's table of steps, once, or raise Conflict.

    The old state is part of the UPDATE's WHERE: of two people who press the same button one wins and
    the other is told. The other fields in `also` change in the same UPDATE.
    """
    if to not in thing.STEPS[thing.state]:
        raise Conflict(f"{thing} is {words(thing, thing.state)}, so it cannot become {words(thing, to)}.")
    manager: models.Manager[Any] = type(thing)._default_manager  # type: ignore[attr-defined]
    if not manager.filter(pk=thing.pk, state=thing.state).update(state=to, **also):
        raise Conflict(f"Somebody else was first: {thing} is no longer {words(thing, thing.state)}.")
    for name, value in {"state": to, **also}.items():
        setattr(thing, name, value)


def words(thing: Stateful, state: str) -> str:
    """The state as people say it, in lower case: 'in progress'."""
    return str(dict(thing._meta.get_field("state").choices)[state]).lower()
