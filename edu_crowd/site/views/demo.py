"""One-click sign-in as a person of the demo course, for whoever sits at the machine that runs it.

Works only with its own setting, which production refuses, only by POST, only from this machine, and only for accounts
in a domain that can never receive mail. Administrators sign in here without a second factor; for all others of their
kind that is required once the multi-factor pages are in.
"""

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from edu_crowd.people.models import User
from edu_crowd.shared.access import anyone, opens
from edu_crowd.shared.methods import posted_from
from edu_crowd.shared.text import clean_text

DOMAIN = "@demo.example"
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
# A proxy stands between, so the address that we see says nothing about who asks.
FORWARDING = ("FORWARDED", "VIA", "X_FORWARDED", "X_REAL_IP", "X_CLIENT_IP", "X_CLUSTER", "TRUE_CLIENT_IP", "CF_")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@opens(anyone)
@posted_from("home")
def sign_in(request: HttpRequest, _: object) -> HttpResponse:
    email = clean_text(request.POST.get("email", ""))
    if not (may_be_offered(request) and email.endswith(DOMAIN)):
        raise Http404
    person = User.objects.filter(email=email, is_active=True).first()
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return redirect("home")


def may_be_offered(request: HttpRequest) -> bool:
    """Whether this request comes, without a detour, from the machine itself."""
    return settings.DEMO_SIGN_IN and is_local_name(request) and is_loopback(request) and not is_forwarded(request)


def is_local_name(request: HttpRequest) -> bool:
    host = request.META.get("HTTP_HOST", "")
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host) in LOCAL_NAMES


def is_loopback(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def is_forwarded(request: HttpRequest) -> bool:
    return any(header.removeprefix("HTTP_").startswith(FORWARDING) for header in request.META if "HTTP_" in header[:5])
