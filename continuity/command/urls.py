"""Addresses of this room."""

from django.urls import path

from continuity.command import views

app_name = "command"
urlpatterns = [
    path("", views.rotas, name="rotas"),
    path("add/", views.add_rota, name="add"),
    path("posts/<slug:key>/", views.rota, name="rota"),
    path("posts/<slug:key>/edit/", views.edit_rota, name="edit"),
    path("posts/<slug:key>/shifts/add/", views.add_shift, name="add_shift"),
    path("posts/<slug:key>/shifts/<int:pk>/end/", views.end_shift, name="end_shift"),
    path("posts/<slug:key>/shifts/<int:pk>/remove/", views.remove_shift, name="remove_shift"),
]
