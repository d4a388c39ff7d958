"""Addresses of this room."""

from django.urls import URLPattern, path

from incidents.exercises import views

app_name = "exercises"
urlpatterns: list[URLPattern] = [
    path("", views.exercises, name="list"),
    path("plan/", views.plan, name="plan"),
    path("<ref>/", views.exercise, name="detail"),
    path("<ref>/objectives/<int:pk>/remove/", views.remove_objective, name="remove-objective"),
    path("<ref>/approve/", views.approve, name="approve"),
    path("<ref>/run/", views.run, name="run"),
    path("<ref>/incident/", views.play, name="play"),
    path("<ref>/debrief/", views.debrief, name="debrief"),
    path("<ref>/report/", views.report, name="report"),
    path("<ref>/postpone/", views.postpone, name="postpone"),
    path("<ref>/cancel/", views.cancel, name="cancel"),
]
