"""Addresses of this room."""

from django.urls import path

from continuity.notifications import audiences, caught, choosing, endpoints, health, mending, ready, views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/choices/", choosing.choices, name="choices"),
    path("inbox/choices/everything/", choosing.hear_everything, name="hear_everything"),
    path("inbox/choices/role/", choosing.follow_role, name="follow_role"),
    path("inbox/roles/", choosing.roles, name="roles"),
    path("inbox/roles/<slug:code>/", choosing.role, name="role"),
    path("inbox/undelivered/", mending.undelivered, name="undelivered"),
    path("inbox/undelivered/resend/", mending.resend_failed, name="resend_failed"),
    path("inbox/undelivered/<int:pk>/resend/", mending.resend, name="resend"),
    path("inbox/undelivered/<int:pk>/confirm/", mending.confirm, name="confirm"),
    path("inbox/channels/", health.channels, name="channels"),
    path("inbox/channels/<slug:channel>/", health.channel, name="channel"),
    path("inbox/channels/<slug:channel>/test/", health.try_channel, name="try_channel"),
    path("inbox/tests/<int:pk>/", health.test, name="test"),
    path("inbox/endpoints/", endpoints.endpoints, name="endpoints"),
    path("inbox/endpoints/add/", endpoints.add_endpoint, name="add_endpoint"),
    path("inbox/endpoints/<slug:key>/", endpoints.endpoint, name="endpoint"),
    path("inbox/endpoints/<slug:key>/edit/", endpoints.edit_endpoint, name="edit_endpoint"),
    path("inbox/endpoints/<slug:key>/switch/", endpoints.switch_endpoint, name="switch_endpoint"),
    path("inbox/endpoints/<slug:key>/secret/", endpoints.renew_secret, name="renew_secret"),
    path("inbox/endpoints/<slug:key>/test/", endpoints.try_endpoint, name="try_endpoint"),
    path("inbox/<int:pk>/", views.message, name="message"),
    path("ready/calls/<int:pk>/", ready.confirm, name="confirm_ready"),
    path("ready/areas/<slug:key>/", ready.area, name="ready_area"),
    path("ready/<str:token>/", ready.ready, name="ready"),
    path("audiences/", audiences.listing, name="audiences"),
    path("audiences/new/", audiences.add, name="audience_new"),
    path("audiences/<int:pk>/", audiences.change, name="audience"),
    path("mail/", caught.mail, name="mail"),
    path("mail/<str:name>/", caught.letter, name="letter"),
]
