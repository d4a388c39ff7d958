"""What monitors put on lower rooms' pages: what watched jobs did during and after a release."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.core.slots import fills
from releases.models import Release


@fills("release.evidence")
def release_evidence(request: HttpRequest, release: Release) -> str:
    """What the jobs said, the first one first; nothing where none said anything."""
    found = release.evidences.all()
    return render_to_string("monitors/evidence.html", {"evidence": found}, request=request)
