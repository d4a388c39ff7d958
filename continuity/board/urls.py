"""Addresses of this room. The router answers `/live/` before Django where it stands in front."""

from django.urls import path

from continuity.board import views

app_name = "board"
urlpatterns = [
    path("", views.home, name="home"),
    path("wall/", views.wall, name="wall"),
    path("live/", views.live, name="live"),
    path("my-area/", views.my_area, name="my-area"),
    path("areas/<slug:key>/", views.area, name="area"),
]
