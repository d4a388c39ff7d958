"""The calendar of planned work: month, week and list, with change freezes and bank holidays."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from continuity.accounts.access import TRUSTED, access
from continuity.accounts.permissions import Permission
from continuity.catalogue.device import area_of
from continuity.core.clock import days_window, local_day, now
from continuity.core.wording import day_words
from continuity.core.working_days import bank_holiday
from releases.almanac import Day, View, after, before, days_of, laid_out, month_words
from releases.forms.calendar import CalendarForm
from releases.marks import marks_of
from releases.measuring import rules_by_tier
from releases.models import OFF, Freeze, Release
from releases.picture import Picture
from releases.schedule import ends
from releases.views.reading import may, whole


@access(TRUSTED)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Planned work by day; `?view=month|week|list&on=2024-11-01`, narrowed by service, site, area, kind and `mine`.

    Cancelled and postponed work is not in it. Drafts are, for those who write notices. Costs the same number of
    queries however much there is, and reads no more than the days that it shows.
    """
    asked = CalendarForm(request.GET)
    at = now()
    on = asked.on(local_day(at))
    days = days_of(asked.view, on)
    context = {
        "filter": asked,
        "view": asked.view.value,
        "title": _title(asked.view, on, days),
        "today": local_day(at),
        "views": [(each.words, _address(request, view=each.value), each is asked.view) for each in View],
        "earlier": _address(request, on=before(asked.view, on).isoformat()),
        "later": _address(request, on=after(asked.view, on).isoformat()),
        "now": _address(request, on=""),
        "my_area": _my_area(request),
        "is_filtered": any(asked.asked().values()),
        **_held(request, asked, on, days, at),
    }
    return render(request, "releases/calendar.html", context)


def _held(
    request: HttpRequest, asked: CalendarForm, on: date, days: list[date], at: datetime
) -> dict[str, Any]:
    """What the days hold: work that is seen by this person, freezes, and bank holidays."""
    shown = days_window(days[0], len(days))
    known = Release.objects.all() if may(request, Permission.RELEASE_WRITE) else Release.objects.told()
    known = known.exclude(state__in=OFF).within(*ends(shown))
    releases = whole(asked.narrow(known, request.user)).order_by("work", "pk")
    rules = rules_by_tier()
    spans = [(each.work, Picture(each, at, marks_of(each, rules, at))) for each in releases]
    freezes = list(Freeze.objects.within(*ends(shown)).order_by("span"))
    frozen = {
        day.on for day in laid_out(asked.view, on, [(each.span, each) for each in freezes]) if day.entries
    }
    laid: list[Day[Picture]] = laid_out(asked.view, on, spans)
    rows = [(day, bank_holiday(day.on), day.on in frozen) for day in laid]
    if asked.view is View.LIST:
        rows = [row for row in rows if row[0].entries or row[1]]
    return {"rows": rows, "freezes": freezes, "count": len(spans)}


def _title(view: View, on: date, days: list[date]) -> str:
    if view is View.MONTH:
        return month_words(on)
    return f"{'Week' if view is View.WEEK else '8 weeks'} from {day_words(days[0])}"


def _address(request: HttpRequest, **changes: str) -> str:
    """This page with its filters, and another view or day; an empty word is left out."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"{reverse('releases:calendar')}?{query.urlencode()}"


def _my_area(request: HttpRequest) -> str:
    """The calendar of the area that this device stands in; empty where it is not known, or asked for already."""
    key = area_of(request)
    return _address(request, area=key) if key and key != request.GET.get("area") else ""
