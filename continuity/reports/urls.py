"""Addresses of this room."""

from django.urls import path

from continuity.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("learning/", views.learning, name="learning"),
    path("availability/<slug:key>/", views.availability, name="availability"),
]
