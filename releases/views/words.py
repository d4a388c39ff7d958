"""How the announcement of a release reads by each channel, before anybody is told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.notifications.models import Kind
from continuity.notifications.previews import reading_of, unsent
from releases.actions.telling import announcement
from releases.views.reading import released
from releases.views.writing import author


@access(Permission.RELEASE_WRITE)
@require_safe
def words(request: HttpRequest, ref: str) -> HttpResponse:
    """The notice as it stands, in the words of email, text and Teams."""
    release = released(request, ref)
    message = unsent(words=announcement(release), kind=Kind.PLANNED_WORK, subject=release, at=now())
    context = {"release": release, "reading": reading_of(message, author(request))}
    return render(request, "releases/words.html", context)
