"""Facts as JSON and back, for the disk: each value by the type its field names. Pure.

Nothing but the types of this room comes out of it, whatever the file holds; what does not fit raises ValueError.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from psycopg.types.range import Range

T = TypeVar("T")


def as_json(thing: object) -> str:
    """A dataclass as JSON, which `from_json` reads back to an equal one."""
    return json.dumps(_plain(thing), ensure_ascii=False)


def from_json(text: str, kind: type[T]) -> T:
    """What `as_json` wrote of a thing of this type. Raises ValueError for anything else."""
    try:
        read: T = _typed(json.loads(text), kind)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"This is no {kind.__name__}.") from error
    return read


def _plain(value: Any) -> Any:  # noqa: PLR0911 - a table of kinds
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case Range():
            return [_plain(value.lower), _plain(value.upper)]
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case frozenset():
            return sorted(value)
        case tuple():
            return [_plain(each) for each in value]
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


def _typed(value: Any, kind: Any) -> Any:  # noqa: PLR0911 - a table of kinds
    if value is None and NoneType in get_args(kind):
        return None
    origin, inner = get_origin(kind), [each for each in get_args(kind) if each not in {NoneType, Ellipsis}]
    if is_dataclass(kind):
        return kind(**{name: _typed(value[name], each) for name, each in _hints(kind).items()})  # type: ignore[operator, arg-type]
    if origin in {tuple, frozenset}:
        return origin(_typed(each, inner[0]) for each in value)
    if origin is Mapping:
        return {key: _typed(each, inner[1]) for key, each in value.items()}
    if origin is Range:
        lower, upper = value
        return Range(_typed(lower, datetime | None), _typed(upper, datetime | None), "[)")
    if inner:  # one type, or nothing
        return _typed(value, inner[0])
    return _single(value, kind)


def _single(value: Any, kind: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if issubclass(kind, Enum):
        return kind(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}.")
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
