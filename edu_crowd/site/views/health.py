"""Whether the site is well."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from edu_crowd.people.models import User
from edu_crowd.shared.access import administrator, opens
from edu_crowd.shared.methods import takes
from edu_crowd.site.queries.health import health


@opens(administrator)
@takes("GET")
def show(request: HttpRequest, _viewer: User) -> HttpResponse:
    return render(request, "site/health/show.html", {"health": health(now=timezone.now())})
