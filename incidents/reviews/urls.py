"""Addresses of this room."""

from django.urls import URLPattern, path

from incidents.reviews.views import agreeing, asking, debriefing, doing, pages, recurring, writing

app_name = "reviews"
urlpatterns: list[URLPattern] = [
    path("", pages.reviews, name="list"),
    path("start/", writing.start, name="start"),
    path("waive/", writing.do_without, name="do-without"),
    path("actions/", pages.actions, name="actions"),
    path("exercises/<ref>/close/", agreeing.close_exercise, name="close-exercise"),
    path("debriefs/<ref>/", debriefing.debrief, name="debrief"),
    path("debriefs/<ref>/skip/", debriefing.skip, name="skip-debrief"),
    path("<ref>/", pages.review, name="detail"),
    path("<ref>/review.pdf", pages.as_pdf, name="pdf"),
    path("<ref>/room/", writing.room, name="room"),
    path("<ref>/write/<slug:part>/", writing.write, name="write"),
    path("<ref>/factors/add/", writing.add_factor, name="add-factor"),
    path("<ref>/factors/<int:pk>/", writing.change_factor, name="factor"),
    path("<ref>/factors/<int:pk>/remove/", writing.remove_factor, name="remove-factor"),
    path("<ref>/recurrences/<int:pk>/confirm/", recurring.confirm, name="confirm-recurrence"),
    path("<ref>/recurrences/<int:pk>/dismiss/", recurring.dismiss, name="dismiss-recurrence"),
    path("<ref>/moments/<int:number>/", writing.mark, name="mark-moment"),
    path("<ref>/ask/", asking.ask, name="ask"),
    path("<ref>/ask/<int:pk>/remove/", asking.ask_no_more, name="ask-no-more"),
    path("<ref>/contribute/", asking.contribute, name="contribute"),
    path("<ref>/facilitator/", agreeing.facilitator, name="facilitator"),
    path("<ref>/submit/", agreeing.submit, name="submit"),
    path("<ref>/send-back/", agreeing.send_back, name="send-back"),
    path("<ref>/approve/", agreeing.approve, name="approve"),
    path("<ref>/publish/", agreeing.publish, name="publish"),
    path("<ref>/publish-short/", agreeing.publish_short, name="publish-short"),
    path("<ref>/read/", agreeing.read, name="read"),
    path("<ref>/amend/", agreeing.amend, name="amend"),
    path("<ref>/waive/", agreeing.waive, name="waive"),
    path("<ref>/actions/add/", doing.propose, name="propose"),
    path("<ref>/actions/<int:number>/", doing.action, name="action"),
    path("<ref>/actions/<int:number>/accept/", doing.accept, name="accept-action"),
    path("<ref>/actions/<int:number>/begin/", doing.begin, name="begin-action"),
    path("<ref>/actions/<int:number>/done/", doing.done, name="claim-done"),
    path("<ref>/actions/<int:number>/verify/", doing.verify, name="verify-action"),
    path("<ref>/actions/<int:number>/not-done/", doing.not_done, name="not-done"),
    path("<ref>/actions/<int:number>/owner/", doing.assign, name="assign-action"),
    path("<ref>/actions/<int:number>/date/", doing.move_date, name="move-date"),
    path("<ref>/actions/<int:number>/drop/", doing.drop, name="drop-action"),
]
