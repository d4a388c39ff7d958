"""Addresses of this room. Adding one has two words, so that no key can stand in its way."""

from django.urls import path

from continuity.plans import views, writing

app_name = "plans"
urlpatterns = [
    path("", views.procedures, name="procedures"),
    path("add/procedure/", writing.add, name="add"),
    path("<slug:key>/", views.procedure, name="procedure"),
    path("<slug:key>/print/", views.printed, name="print"),
    path("<slug:key>/edit/", writing.edit_procedure, name="edit"),
    path("<slug:key>/draft/", writing.draft_next, name="draft"),
    path("<slug:key>/<int:number>/", views.version, name="version"),
    path("<slug:key>/<int:number>/edit/", writing.edit_draft, name="edit-draft"),
    path("<slug:key>/<int:number>/submit/", writing.submit_draft, name="submit"),
    path("<slug:key>/<int:number>/discard/", writing.discard_draft, name="discard"),
    path("<slug:key>/<int:number>/approve/", writing.approve_version, name="approve"),
    path("<slug:key>/<int:number>/return/", writing.return_version, name="return"),
    path("<slug:key>/<int:number>/publish/", writing.publish_version, name="publish"),
    path("<slug:key>/<int:number>/withdraw/", writing.withdraw_version, name="withdraw"),
]
