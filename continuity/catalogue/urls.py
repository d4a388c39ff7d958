"""Addresses of this room. `/areas/<key>/` itself is the board's."""

from django.urls import path

from continuity.catalogue import keeping, usage, views

app_name = "catalogue"
urlpatterns = [
    path("services/", views.services, name="services"),
    path("services/<slug:key>/", views.service, name="service"),
    path("services/<slug:key>/works/", views.say_it_works, name="vouch"),
    path("services/<slug:key>/edit/", keeping.edit_service, name="edit-service"),
    path("services/<slug:key>/needs/", keeping.needs, name="needs"),
    path("services/<slug:key>/needs/<int:pk>/remove/", keeping.remove_need, name="remove-need"),
    path("areas/", views.areas, name="areas"),
    path("areas/<slug:key>/edit/", keeping.edit_area, name="edit-area"),
    path("teams/", views.teams, name="teams"),
    path("teams/<slug:key>/", views.team, name="team"),
    path("teams/<slug:key>/edit/", keeping.edit_team, name="edit-team"),
    path("sites/<slug:key>/edit/", keeping.edit_site, name="edit-site"),
    # A word of their own, so that no key can stand in their way.
    path("add/service/", keeping.add_service, name="add-service"),
    path("add/area/", keeping.add_area, name="add-area"),
    path("add/team/", keeping.add_team, name="add-team"),
    path("add/site/", keeping.add_site, name="add-site"),
    path("add/usage/", usage.count, name="usage"),
]
