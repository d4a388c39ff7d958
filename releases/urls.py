"""Addresses of this room."""

from django.urls import URLPattern, path

from releases.views import busy, calendar, freezes, reading, running, steps, telling, weighing, words, writing

app_name = "releases"
urlpatterns: list[URLPattern] = [
    path("", reading.listing, name="list"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("freezes/", freezes.freezes, name="freezes"),
    path("freezes/<str:ref>/", freezes.edit_freeze, name="freeze"),
    path("freezes/<str:ref>/lift/", freezes.lift, name="lift_freeze"),
    path("busy-times/", busy.busy_times, name="busy_times"),
    path("busy-times/<int:pk>/", busy.edit_busy_time, name="busy_time"),
    path("busy-times/<int:pk>/remove/", busy.remove_busy_time, name="remove_busy_time"),
    path("new/", writing.new, name="new"),
    path("weigh/", weighing.weigh, name="weigh"),
    path("<str:ref>/", reading.detail, name="detail"),
    path("<str:ref>/told/", telling.told, name="told"),
    path("<str:ref>/told/now/", telling.told_now, name="told_now"),
    path("<str:ref>/told/resend/", telling.send_all_again, name="send_all_again"),
    path("<str:ref>/told/<int:pk>/resend/", telling.send_again, name="send_again"),
    path("<str:ref>/told/<int:pk>/arrived/", telling.arrived, name="arrived"),
    path("<str:ref>/run/", running.run, name="run"),
    path("<str:ref>/run/now/", running.run_now, name="run_now"),
    path("<str:ref>/run/write/", running.write_run, name="write_run"),
    path("<str:ref>/run/<int:pk>/done/", running.tick, name="tick"),
    path("<str:ref>/run/<int:pk>/not-done/", running.untick, name="untick"),
    path("<str:ref>/run/<int:pk>/skip/", running.skip, name="skip"),
    path("<str:ref>/run/<int:pk>/note/", running.annotate, name="annotate"),
    path("<str:ref>/words/", words.words, name="words"),
    path("<str:ref>/edit/", writing.edit, name="edit"),
    path("<str:ref>/publish/", steps.publish, name="publish"),
    path("<str:ref>/start/", steps.start, name="start"),
    path("<str:ref>/extend/", steps.extend, name="extend"),
    path("<str:ref>/back/", steps.back, name="back"),
    path("<str:ref>/not-back/", steps.resume, name="resume"),
    path("<str:ref>/complete/", steps.complete, name="complete"),
    path("<str:ref>/roll-back/", steps.roll_back, name="roll_back"),
    path("<str:ref>/cancel/", steps.cancel, name="cancel"),
    path("<str:ref>/postpone/", steps.postpone, name="postpone"),
    path("<str:ref>/hold/", steps.hold, name="hold"),
    path("<str:ref>/let-go/", steps.let_go, name="let_go"),
    path("<str:ref>/update/", steps.update, name="update"),
]
