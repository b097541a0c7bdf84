"""What somebody is asked who signs up."""

from typing import Any, ClassVar

from allauth.account.forms import SignupForm as AddressAndPassword
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import get_language

from edu_crowd.people.models import User, time_zones

NAME = User._meta.get_field("display_name")


class SignupForm(AddressAndPassword):
    """Mail address and password, and the name that others are to see."""

    display_name = forms.CharField(
        label=capfirst(NAME.verbose_name),
        help_text=NAME.help_text,
        max_length=NAME.max_length,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["display_name", "email", "password1", "password2"]

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        """Keep the name, and the language that the page spoke."""
        user.display_name = self.cleaned_data["display_name"]
        language = get_language()
        if language in dict(settings.LANGUAGES):
            user.locale = language
        user.save(update_fields=["display_name", "locale"])
        super().custom_signup(request, user)


class ProfileForm(forms.ModelForm):
    """The name others see, the language, and the zone in which times are shown."""

    class Meta:
        model = User
        fields = ("display_name", "locale", "time_zone")
        widgets: ClassVar = {
            "locale": forms.Select(attrs={"class": "form-select"}),
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
        }

    @staticmethod
    def values_of(person: User) -> dict[str, str]:
        return {"display_name": person.display_name, "locale": person.locale, "time_zone": person.time_zone}

    @staticmethod
    def zones() -> list[str]:
        return sorted(zone for zone in time_zones() if "/" in zone)
