"""The trail of what was done, by whom."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from edu_crowd.people.models import User
from edu_crowd.shared.access import administrator, opens
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import takes
from edu_crowd.shared.text import clean_text, whole_number
from edu_crowd.site.queries.trail import actions, trail, with_actors


@opens(administrator)
@takes("GET")
def index(request: HttpRequest, _viewer: User) -> HttpResponse:
    action, target, actor = (clean_text(request.GET.get(name, "")).strip() for name in ("action", "q", "actor"))
    page = page_of(request, trail(action=action, target=target, actor_id=whole_number(actor)))
    context = {
        "page": page,
        "lines": with_actors(page),
        "chosen": action,
        "choices": [(name, name) for name in actions()],
        "actor": actor,
    }
    return render(request, "site/audit/list.html", context)
