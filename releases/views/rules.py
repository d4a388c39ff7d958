"""The trust's rules for planned work: what each tier asks, and changing it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.refusals import Conflict
from continuity.core.wording import length_words
from releases import actions
from releases.forms.rules import PolicyForm
from releases.models import Approver, Policy, Rule
from releases.views.writing import author


@access(LOGGED_IN)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What the trust asks of planned work, tier by tier; whoever sets rules finds a link to change each."""
    found = [
        {
            "policy": policy,
            "tier": policy.get_tier_display(),
            "approvers": [Approver(each).label for each in policy.approvers],
            "allowance": length_words(timedelta(minutes=policy.allowance_min)),
            "blocks": [Rule(each).label for each in policy.blocks],
        }
        for policy in Policy.objects.all()
    ]
    return render(request, "releases/rules.html", {"rules": found})


@access(Permission.POLICY_SET)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, tier: int) -> HttpResponse:
    """The rules of one tier. A form that is stale keeps its words and shows what changed meanwhile."""
    policy = get_object_or_404(Policy, tier=tier)
    heading = f"Rules for tier {Service.Tier(policy.tier).label}"
    form = PolicyForm(request.POST or None, instance=policy)
    if form.is_valid() and _is_set(request, form, policy):
        messages.success(request, f"{heading}: changed.")
        return redirect("releases:rules")
    context: dict[str, Any] = {"form": form, "heading": heading}
    return render(request, "releases/rule.html", context, status=422 if form.errors else 200)


def _is_set(request: HttpRequest, form: PolicyForm, policy: Policy) -> bool:
    try:
        actions.set_policy(policy=policy, seen=form.seen, by=author(request), at=now(), **form.facts())
    except Conflict:
        form.came_too_late(Policy.objects.get(pk=policy.pk))
        return False
    return True
