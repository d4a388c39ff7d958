"""Addresses of this room."""

from django.urls import path

from continuity.library import views

app_name = "library"
urlpatterns = [path("", views.library, name="home")]
