"""Addresses of this room: those of the Statuspage public API v2."""

from django.urls import path

from continuity.api import views

app_name = "api"
urlpatterns = [
    path("v2/summary.json", views.summary, name="summary"),
    path("v2/status.json", views.status, name="status"),
    path("v2/components.json", views.components, name="components"),
    path("v2/incidents.json", views.incidents, name="incidents"),
    path("v2/incidents/unresolved.json", views.unresolved, name="unresolved"),
    path("v2/scheduled-maintenances.json", views.maintenances, name="maintenances"),
    path("v2/scheduled-maintenances/upcoming.json", views.upcoming, name="upcoming"),
    path("v2/scheduled-maintenances/active.json", views.active, name="active"),
]
