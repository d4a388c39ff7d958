"""Addresses of this room."""

from django.urls import path

from continuity.notifications import caught, mending, ready, views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/choices/", views.choices, name="choices"),
    path("inbox/choices/everything/", views.hear_everything, name="hear_everything"),
    path("inbox/undelivered/", mending.undelivered, name="undelivered"),
    path("inbox/undelivered/resend/", mending.resend_failed, name="resend_failed"),
    path("inbox/undelivered/<int:pk>/resend/", mending.resend, name="resend"),
    path("inbox/undelivered/<int:pk>/confirm/", mending.confirm, name="confirm"),
    path("inbox/<int:pk>/", views.message, name="message"),
    path("ready/calls/<int:pk>/", ready.confirm, name="confirm_ready"),
    path("ready/areas/<slug:key>/", ready.area, name="ready_area"),
    path("ready/<str:token>/", ready.ready, name="ready"),
    path("mail/", caught.mail, name="mail"),
    path("mail/<str:name>/", caught.letter, name="letter"),
]
