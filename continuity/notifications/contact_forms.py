"""Forms of outside contacts and their groups."""

from django import forms

from continuity.catalogue.kept import KeptForm
from continuity.notifications.models import Contact, Group


class GroupForm(KeptForm[Group]):
    class Meta:
        model = Group
        fields = ["name", "purpose"]
        help_texts = {
            "name": "Such as GP practices",
            "purpose": "A sentence they read when they are asked, such as: outages of referral systems",
        }


class ContactForm(KeptForm[Contact]):
    class Meta:
        model = Contact
        fields = ["name", "organisation", "email", "mobile", "groups"]
        labels = {"email": "Email address", "groups": "Groups"}
        help_texts = {
            "name": "A role, not a person's name, such as practice manager",
            "email": "A letter asks them first. They are told nothing until they agree.",
        }
        widgets = {"groups": forms.CheckboxSelectMultiple, "email": forms.EmailInput}
