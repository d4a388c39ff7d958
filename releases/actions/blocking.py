"""Where a rule of the trust blocks: what keeps a notice from being published, or from being changed like that."""

from collections.abc import Iterable
from datetime import datetime

from continuity.accounts.models import roles_with
from continuity.accounts.permissions import Permission
from continuity.core.refusals import Refused
from releases.measuring import measure, rules_by_tier
from releases.models import Release, Rule
from releases.policy import EXCUSABLE, Finding, newly_blocking

SEND_FIRST = "Send it for review first: those who can approve it are told."


def refuse_blocked(release: Release, at: datetime, *, is_asked: bool) -> None:
    """Raise Refused where a rule keeps the notice from being published, with what each such rule says and who can.

    Unless `is_asked` nobody was asked yet for the approvals of what it now says.
    """
    found = [each for each in blocking(release, at) if each.blocks]
    lacks_asking = not is_asked and any(each.rule == Rule.APPROVAL for each in found)
    _refuse(found, f"{release} from being published", then=SEND_FIRST if lacks_asking else "")


def refuse_newly_blocked(release: Release, before: Iterable[Finding], at: datetime) -> None:
    """Raise Refused where a plan, as it was just written anew, breaks a rule that blocks and it did not break before.

    `before` is what `blocking` answered then. What was broken already, such as a freeze that came later, is no
    reason to keep somebody from mending the rest.
    """
    _refuse(newly_blocking(before, blocking(release, at)), f"{release} from being changed like this")


def blocking(release: Release, at: datetime) -> list[Finding]:
    """What the rules of the trust now say against a release, with what its rows say now."""
    return measure(release, rules_by_tier(), at)


def _refuse(found: list[Finding], what: str, *, then: str = "") -> None:
    if found:
        said = " ".join(filter(None, [*(each.sentence for each in found), then]))
        raise Refused(f"The trust's rules keep {what}. {said} {_who_can(found)}")


def _who_can(found: list[Finding]) -> str:
    excused = "An emergency change that says why it cannot wait is not kept back by this. "
    is_excusable = any(each.rule in EXCUSABLE for each in found)
    keepers = f"People with these roles set the rules: {roles_with(Permission.POLICY_SET)}."
    return f"{excused}{keepers}" if is_excusable else keepers
