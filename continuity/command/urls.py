"""Addresses of this room."""

from django.urls import path

from continuity.command import chains, covering, views

app_name = "command"
urlpatterns = [
    path("", views.rotas, name="rotas"),
    path("add/", views.add_rota, name="add"),
    path("chains/", chains.chains, name="chains"),
    path("chains/<slug:cause>/edit/", chains.edit_chain, name="edit_chain"),
    path("swaps/<int:pk>/answer/", covering.answer, name="answer_swap"),
    path("posts/<slug:key>/", views.rota, name="rota"),
    path("posts/<slug:key>/edit/", views.edit_rota, name="edit"),
    path("posts/<slug:key>/shifts/add/", views.add_shift, name="add_shift"),
    path("posts/<slug:key>/shifts/<int:pk>/end/", views.end_shift, name="end_shift"),
    path("posts/<slug:key>/shifts/<int:pk>/remove/", views.remove_shift, name="remove_shift"),
    path("posts/<slug:key>/shifts/<int:pk>/swap/", covering.swap, name="swap"),
    path("posts/<slug:key>/stand-ins/add/", covering.add_stand_in, name="add_stand_in"),
    path("posts/<slug:key>/stand-ins/<int:pk>/end/", covering.end_stand_in, name="end_stand_in"),
]
