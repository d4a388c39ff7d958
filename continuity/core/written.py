"""What a person wrote into a form that could not be taken, so that it can be copied before it is gone."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError

from continuity.core.privacy import is_tick

# Never shown again, whichever form they stand on. Whole names: a part of one may stand in any other ("told_at").
SECRET = frozenset({"csrfmiddlewaretoken", "old", "new"})  # and every password
# What pages write into hidden fields and buttons for themselves; no field that people fill in has such a name.
HIDDEN = frozenset({
    *("version", "seen", "then", "next", "once", "from", "content", "amendments", "call", "again"),
    *("fill", "weigh", "take", "all"),
})  # fmt: skip


def written(request: HttpRequest) -> list[tuple[str, str]]:
    """What a person wrote into a form of ours: names of fields and words, without secrets."""
    try:
        is_ours = request.method == "POST" and request.path != settings.LOGIN_URL and is_from_here(request)
        sent = list(request.POST.lists()) if is_ours else []
    except (SuspiciousOperation, BadRequest, UnreadablePostError):
        return []
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), text)
        for name, texts in sent
        for text in texts
        if text.strip() and is_shown(name)
    ]


def is_shown(name: str) -> bool:
    """Whether people wrote what a field of this name holds, and may read it again."""
    return not (name in SECRET or name in HIDDEN or "password" in name.lower() or is_tick(name))


def is_from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of this portal, as far as the browser says."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
