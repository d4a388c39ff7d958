"""Addresses of this room; those that jobs call stand in `pings`."""

from django.urls import path

from continuity.monitors import views

app_name = "monitors"
urlpatterns = [
    path("", views.heartbeats, name="list"),
    path("add/", views.add, name="add"),
    path("proofs/<ref>/<int:number>/", views.prove, name="prove"),
    path("jobs/<slug:key>/", views.heartbeat, name="heartbeat"),
    path("jobs/<slug:key>/edit/", views.edit, name="edit"),
    path("jobs/<slug:key>/pause/", views.pause, name="pause"),
    path("jobs/<slug:key>/resume/", views.resume, name="resume"),
]
