"""Which area a device stands in: a cookie that its user sets on the area's page, with no log-in."""

from django.http import HttpRequest

MY_AREA = "continuity_area"


def area_of(request: HttpRequest) -> str:
    """The key of the area that a link names (`?area=`), else of the one this device remembers; else empty."""
    return request.GET.get("area", "") or request.COOKIES.get(MY_AREA, "")
