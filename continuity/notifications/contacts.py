"""Pages for those who keep contacts outside the trust, and the groups in which these are told."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused
from continuity.notifications import actions
from continuity.notifications.contact_forms import ContactForm, GroupForm
from continuity.notifications.models import Contact, Group

CONTACTS_A_PAGE = 50
CONFLICT, UNPROCESSABLE = 409, 422
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.AUDIENCE_EDIT)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Contacts by organisation, and the groups; `?q=` looks in names, organisations, addresses and groups."""
    q = request.GET.get("q", "").strip()
    found = Contact.objects.prefetch_related("groups")
    for word in q.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(organisation__icontains=word)
            | Q(email__icontains=word)
            | Q(pk__in=Contact.objects.filter(groups__name__icontains=word).values("pk"))
        )
    page = Paginator(found, CONTACTS_A_PAGE).get_page(request.GET.get("page"))
    groups = Group.objects.annotate(
        told=Count("contacts", filter=Q(contacts__agreed_at__isnull=False, contacts__stopped_at=None)),
        all=Count("contacts"),
    )
    return render(request, "notifications/contacts.html", {"page_obj": page, "q": q, "groups": groups})


@access(Permission.AUDIENCE_EDIT)
@read_or_send
def add(request: HttpRequest) -> HttpResponse:
    """A new contact, who is asked by email."""
    form = ContactForm(request.POST or None, initial={"groups": request.GET.getlist("group")})
    if form.is_valid():
        contact = actions.add_contact(by=_person(request), at=now(), **form.facts())
        messages.success(request, f"{contact} is asked by email. They are told nothing until they agree.")
        return redirect("notifications:contacts")
    return _form_page(request, form, "Add a contact")


@access(Permission.AUDIENCE_EDIT)
@read_or_send
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=pk)
    heading = f"Change {contact}"
    form = ContactForm(request.POST or None, instance=contact)
    if form.is_valid():
        try:
            actions.change_contact(
                contact=contact, seen=form.seen, by=_person(request), at=now(), **form.facts()
            )
        except Conflict:
            form.came_too_late(Contact.objects.get(pk=pk))
            return _form_page(request, form, heading, status=CONFLICT)
        messages.success(request, f"{contact} is changed.")
        return redirect("notifications:contacts")
    return _form_page(request, form, heading)


@access(Permission.AUDIENCE_EDIT)
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more whoever did not answer."""
    contact = get_object_or_404(Contact, pk=pk)
    try:
        actions.ask_again(contact=contact, by=_person(request), at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{contact} is asked again by email.")
    return redirect("notifications:contacts")


@access(Permission.AUDIENCE_EDIT)
@read_or_send
def add_group(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if form.is_valid():
        group = actions.add_group(by=_person(request), at=now(), **form.facts())
        messages.success(request, f"{group} is added. Add the contacts that belong to it.")
        return redirect("notifications:contacts")
    return _form_page(request, form, "Add a group")


@access(Permission.AUDIENCE_EDIT)
@read_or_send
def group(request: HttpRequest, key: str) -> HttpResponse:
    """What a group is called and told about."""
    kept = get_object_or_404(Group, key=key)
    heading = f"Change {kept}"
    form = GroupForm(request.POST or None, instance=kept)
    if form.is_valid():
        try:
            actions.change_group(group=kept, seen=form.seen, by=_person(request), at=now(), **form.facts())
        except Conflict:
            form.came_too_late(Group.objects.get(pk=kept.pk))
            return _form_page(request, form, heading, status=CONFLICT)
        messages.success(request, f"{kept} is changed.")
        return redirect("notifications:contacts")
    return _form_page(request, form, heading)


def _form_page(request: HttpRequest, form: Any, heading: str, *, status: int = 0) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": reverse("notifications:contacts")}
    status = status or (UNPROCESSABLE if form.is_bound and form.errors else 200)
    return render(request, "notifications/contact_form.html", context, status=status)


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
