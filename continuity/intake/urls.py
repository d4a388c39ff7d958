"""Addresses of this room."""

from django.urls import path

from continuity.intake import views

app_name = "intake"
urlpatterns = [path("paste/", views.paste, name="paste")]
