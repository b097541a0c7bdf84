"""Each request speaks the language and the time zone of the person who sent it, and what they see stays with them."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from edu_crowd.shared import audit


class PersonMiddleware:
    """Signed in: as the person chose. Not signed in: as the browser asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = user.locale if user.is_authenticated else translation.get_language_from_request(request)
        zone = ZoneInfo(user.time_zone) if user.is_authenticated else None
        actor = user.pk if user.is_authenticated else None
        with translation.override(language), timezone.override(zone), audit.acting(actor):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            if user.is_authenticated:
                response.headers.setdefault("Cache-Control", "private, no-store")
            return response
