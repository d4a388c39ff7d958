"""What monitors put on lower rooms' pages: what watched jobs did about a release, and how one proves an action."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.core.clock import now
from continuity.core.slots import fills
from continuity.monitors.proving import job_of, may_prove
from continuity.monitors.standing import standing
from incidents.reviews.models import Action
from releases.models import Release


@fills("release.evidence")
def release_evidence(request: HttpRequest, release: Release) -> str:
    """What the jobs said, the first one first; nothing where none said anything."""
    found = release.evidences.all()
    return render_to_string("monitors/evidence.html", {"evidence": found}, request=request)


@fills("action.proof")
def action_proof(request: HttpRequest, action: Action) -> str:
    """The job that shows that an action works, and how that job is now; list items, or nothing."""
    job = job_of(action)
    may_choose = request.user.is_authenticated and may_prove(action, request.user)
    if not (job or may_choose):
        return ""
    context = {
        "action": action,
        "heartbeat": job,
        "standing": standing(job, now()) if job else None,
        "may_choose": may_choose,
    }
    return render_to_string("monitors/action_proof.html", context, request=request)
