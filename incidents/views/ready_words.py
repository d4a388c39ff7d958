"""Words for updates that are ready: the list, adding some, changing them, taking them out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict
from incidents import actions
from incidents.forms.ready_words import ReadyWordsForm
from incidents.models import UpdateTemplate
from incidents.views.base import UNPROCESSABLE, acted, posted, who

READ_OR_SEND = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.POLICY_SET)
@READ_OR_SEND
def ready_words(request: HttpRequest) -> HttpResponse:
    """All of them in the order in which they are offered, and the form that adds others."""
    form = ReadyWordsForm(posted(request))
    if acted(form, lambda: actions.add_ready_words(by=who(request), at=now(), **form.facts())):
        messages.success(request, f"{form.cleaned_data['title']} is added.")
        return redirect("incidents:words")
    context = {"form": form, "templates": UpdateTemplate.objects.all()}
    return render(request, "incidents/words.html", context, status=UNPROCESSABLE if form.is_bound else None)


@access(Permission.POLICY_SET)
@READ_OR_SEND
def edit_words(request: HttpRequest, key: str) -> HttpResponse:
    """Change some words. A form that is stale keeps its text and shows the difference."""
    words = get_object_or_404(UpdateTemplate, key=key)
    title = words.title
    form = ReadyWordsForm(posted(request), instance=words)
    if acted(form, lambda: _change(request, form, words)):
        messages.success(request, f"{form.cleaned_data['title']} is changed.")
        return redirect("incidents:words")
    context = {"form": form, "words": words, "heading": title}
    status = UNPROCESSABLE if form.is_bound else None
    return render(request, "incidents/words_edit.html", context, status=status)


@access(Permission.POLICY_SET)
@require_POST
def remove_words(request: HttpRequest, key: str) -> HttpResponse:
    """Take some words out."""
    words = UpdateTemplate.objects.filter(key=key).first()
    if words is None:
        raise Conflict("Somebody else took these words out already.")
    actions.remove_ready_words(words=words, by=who(request), at=now())
    messages.success(request, f"{words.title} is taken out.")
    return redirect("incidents:words")


def _change(request: HttpRequest, form: ReadyWordsForm, words: UpdateTemplate) -> None:
    try:
        actions.change_ready_words(words=words, seen=form.seen, by=who(request), at=now(), **form.facts())
    except Conflict as conflict:
        if (there := UpdateTemplate.objects.filter(pk=words.pk).first()) is None:
            raise Conflict("Somebody else took these words out meanwhile.") from conflict
        form.came_too_late(there)
