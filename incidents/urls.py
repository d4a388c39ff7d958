"""Addresses of this room."""

from django.urls import URLPattern, path

from incidents.views import declaring, ending, news, pages, record, reporting, room, story, turning

app_name = "incidents"
urlpatterns: list[URLPattern] = [
    path("", pages.incidents, name="list"),
    path("declare/", declaring.declare, name="declare"),
    path("report/", reporting.report, name="report"),
    path("report/<token>/", reporting.reported, name="reported"),
    path("reports/", reporting.reports, name="reports"),
    path("<ref>/", pages.incident, name="detail"),
    path("<ref>/room/", room.room, name="room"),
    path("<ref>/update/", news.update, name="update"),
    path("<ref>/no-change/", news.unchanged, name="unchanged"),
    path("<ref>/services/", news.services, name="services"),
    path("<ref>/services/<int:pk>/back/", news.service_back, name="service-back"),
    path("<ref>/fixed/", ending.fix, name="fix"),
    path("<ref>/restored/", ending.restore, name="restore"),
    path("<ref>/stand-down/", ending.stand_down, name="stand-down"),
    path("<ref>/mitigated/", turning.mitigated, name="mitigated"),
    path("<ref>/recovering/", turning.recovering, name="recovering"),
    path("<ref>/agree/", turning.agree, name="agree"),
    path("<ref>/agreed/", turning.agreed, name="agreed"),
    path("<ref>/areas/", turning.areas, name="areas"),
    path("<ref>/areas/ask/", turning.ask_areas, name="ask-areas"),
    path("<ref>/services/<int:pk>/no-run/", turning.no_run, name="no-run"),
    path("<ref>/reopen/", ending.reopen, name="reopen"),
    path("<ref>/close/", ending.close, name="close"),
    path("<ref>/duplicate/", ending.duplicate, name="duplicate"),
    path("<ref>/cancel/", ending.cancel, name="cancel"),
    path("<ref>/entry/", record.entry, name="entry"),
    path("<ref>/timeline/", story.timeline, name="timeline"),
    path("<ref>/lead/", record.take_lead, name="lead"),
    path("<ref>/severity/", record.severity, name="severity"),
    path("<ref>/assess/", record.assess, name="assess"),
    path("<ref>/restrict/", record.restrict, name="restrict"),
]
