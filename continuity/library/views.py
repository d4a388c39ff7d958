"""The page of the library."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.library.finding import RANKED, find
from continuity.library.forms import LibraryForm
from continuity.library.hits import hits

FOUND = "library/library.html#found"


@access(LOGGED_IN)
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Search over everything that was written down: `?q=`, narrowed down by kind, service, factor and time.

    Whoever types gets the part with what was found.
    """
    form = LibraryForm(request.GET)
    asked = form.asked()
    found = find(asked, person=request.user)
    page = found.page(request.GET.get("page"))
    context = {
        "form": form,
        "found": found,
        "page": page,
        "hits": hits(list(page.object_list), asked),
        "ranked": RANKED,
    }
    return render(request, FOUND if request.headers.get("HX-Request") else "library/library.html", context)
