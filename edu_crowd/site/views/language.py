"""The language of the interface: a cookie for everybody, and the person's own setting for whoever is signed in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from edu_crowd.people.models import User
from edu_crowd.shared.access import anyone, opens
from edu_crowd.shared.methods import posted_from

A_YEAR = 365 * 24 * 60 * 60


@opens(anyone)
@posted_from("home")
def switch(request: HttpRequest, person: User) -> HttpResponse:
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if person.is_authenticated:
        User.objects.filter(pk=person.pk).update(locale=language)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("home")
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
    )
    return response
