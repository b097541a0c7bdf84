"""A person's own settings."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from edu_crowd.people.forms import ProfileForm
from edu_crowd.people.models import User
from edu_crowd.people.services import edit_profile
from edu_crowd.shared.access import opens, signed_in
from edu_crowd.shared.methods import takes


@opens(signed_in)
@takes("GET", "POST")
def edit(request: HttpRequest, person: User) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial=ProfileForm.values_of(person))
    if request.method == "POST" and form.is_valid():
        edit_profile(person=person, **form.cleaned_data)
        with translation.override(person.locale):
            messages.success(request, _("Your settings are saved."))
        response = redirect("me")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.locale, samesite="Lax", secure=request.is_secure())
        return response
    return render(request, "people/me/edit.html", {"form": form}, status=422 if form.errors else 200)
