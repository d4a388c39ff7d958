"""Forms of the room: log-in, password, people."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MaxLengthValidator

from continuity.accounts.models import Role, User
from continuity.core.nhs.forms import PlainWords
from continuity.core.nhs.layout import Press

LONGEST_USERNAME = 150


def helper_of(*layout: Any) -> FormHelper:
    """How the portal's forms stand on the page: posted to where they are."""
    helper = FormHelper()
    helper.layout = Layout(*layout)
    return helper


class LogInForm(PlainWords, AuthenticationForm):
    """User name and password. A wrong pair does not say which of the two was wrong."""

    is_kept = False

    error_messages = {
        "invalid_login": "The user name or password is not right. Passwords tell capital from small letters.",
        "inactive": "The user name or password is not right. Passwords tell capital from small letters.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        self.fields["username"].error_messages["required"] = "Enter your user name"
        self.fields["password"].error_messages["required"] = "Enter your password"
        self.fields["username"].widget.attrs.pop("maxlength", None)
        # Nobody has a longer one, and the count of wrong log-ins could not keep it.
        too_long = MaxLengthValidator(LONGEST_USERNAME, self.error_messages["invalid_login"])
        self.fields["username"].validators.append(too_long)
        self.helper = helper_of("username", "password", Press("Log in"))


class NewPasswordForm(PlainWords, forms.Form):
    """The old password, and the new one twice."""

    old = forms.CharField(
        label="Password now", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label="New password",
        help_text="At least 12 characters. 3 words that do not belong together are easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.helper = helper_of("old", "new", Press("Change password"))

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.person.check_password(old):
            raise forms.ValidationError("This is not your password now")
        return old

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        validate_password(new, self.person)
        return new


class PersonForm(PlainWords, forms.ModelForm[User]):
    """A person and their roles; the password only where it shall change."""

    password = forms.CharField(
        label="Password",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. Tell it in person, and ask for it to be changed.",
    )
    roles = forms.ModelMultipleChoiceField(
        Role.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label="Roles"
    )

    class Meta:
        model = User
        fields = ["username", "job_title", "first_name", "last_name", "email", "is_active"]
        labels = {
            "username": "User name",
            "job_title": "Job title, shown to other staff",
            "is_active": "May log in",
        }
        help_texts = {"username": "Letters, numbers and @ . + - _ only", "is_active": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["job_title"].required = True
        self.fields["username"].error_messages["unique"] = "Somebody has this user name already"
        if self.instance.pk:
            self.fields["password"].label = "New password, if it shall change"
            self.initial["roles"] = self.instance.roles.all()
        else:
            self.fields["password"].required = True
        self.helper = helper_of(
            *("username", "job_title", "first_name", "last_name", "email", "roles", "is_active", "password"),
            Press("Save"),
        )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if password:
            validate_password(password, self.instance)
        return password
