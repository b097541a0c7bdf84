"""All courses of the site."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from edu_crowd.people.models import User
from edu_crowd.shared.access import administrator, opens
from edu_crowd.shared.listing import matching, page_of
from edu_crowd.shared.methods import takes
from edu_crowd.site.queries.courses import all_courses


@opens(administrator)
@takes("GET")
def index(request: HttpRequest, _viewer: User) -> HttpResponse:
    rows = matching(all_courses(), request.GET.get("q", ""), "title", "owner_name")
    return render(request, "site/courses/list.html", {"page": page_of(request, rows)})
