"""Every address of the portal, room by room. `/live/` and `/healthz` are answered by the router in asgi.py."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

handler400 = "continuity.core.views.bad_request"
handler500 = "continuity.core.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("continuity.board.urls")),
    path("", include("continuity.catalogue.urls")),
    path("", include("continuity.notifications.urls")),
    path("accounts/", include("continuity.accounts.urls")),
    path("rota/", include("continuity.command.urls")),
    path("plans/", include("continuity.plans.urls")),
    path("releases/", include("releases.urls")),
    path("incidents/", include("incidents.urls")),
    path("exercises/", include("incidents.exercises.urls")),
    path("reviews/", include("incidents.reviews.urls")),
    path("monitors/", include("continuity.monitors.urls")),
    path("ping/", include("continuity.monitors.pings")),
    path("library/", include("continuity.library.urls")),
    path("reports/", include("continuity.reports.urls")),
    path("api/", include("continuity.api.urls")),
    path("intake/", include("continuity.intake.urls")),
    path("back-door/", admin.site.urls),
]
