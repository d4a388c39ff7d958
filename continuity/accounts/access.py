"""Who may open a page: every view names its rule, one function decides."""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from continuity.accounts.permissions import Permission

V = TypeVar("V", bound=Callable[..., Any])


class Open(Enum):
    """Rules that name no permission."""

    ANYONE = "anyone"
    TRUSTED = "trusted network, or logged in"
    LOGGED_IN = "logged in"


Rule = Open | Permission
ANYONE, TRUSTED, LOGGED_IN = Open.ANYONE, Open.TRUSTED, Open.LOGGED_IN


def access(rule: Rule, *, write: Rule | None = None) -> Callable[[V], V]:
    """Say who may open a view, and who may send its form when that is somebody else."""

    def mark(view: V) -> V:
        view.access = rule  # type: ignore[attr-defined]
        view.access_to_write = write or rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(view: Callable[..., Any], *, writes: bool = False) -> Rule:
    """The rule that a view names; one that names none is not ours (the back door), and administrators.  alone."""
    rule: Rule = getattr(view, "access_to_write" if writes else "access", Permission.ADMIN_SITE)
    return rule


def may_open(rule: Rule, *, user: Any, trusted: bool) -> bool:
    """Whether this person (None or anonymous: nobody) on a trusted network or not may pass the rule."""
    known = bool(user is not None and user.is_authenticated and user.is_active)
    match rule:
        case Open.ANYONE:
            return True
        case Open.TRUSTED:
            return trusted or known
        case Open.LOGGED_IN:
            return known
        case _:
            return known and user.may(rule)
