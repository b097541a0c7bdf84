"""Accounts: found, blocked, made administrators."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from edu_crowd.people import services
from edu_crowd.people.models import User
from edu_crowd.shared.access import administrator, opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.listing import matching, page_of
from edu_crowd.shared.methods import takes
from edu_crowd.site.permissions import access_person
from edu_crowd.site.queries.people import accounts, courses_of, rounds_marked_by
from edu_crowd.site.queries.trail import trail, with_actors

LATELY = 20
FILTERS = [("administrators", gettext_lazy("administrators")), ("blocked", gettext_lazy("may not sign in"))]
# What the buttons of the page say and do.
ACTIONS: dict[str, Callable[[User, User], None]] = {
    "block": lambda person, by: services.block(person=person, by=by),
    "unblock": lambda person, by: services.unblock(person=person),
    "appoint": lambda person, by: services.make_administrator(person=person),
    "dismiss": lambda person, by: services.dismiss_administrator(person=person, by=by),
}

# What was done, in words: each can be taken back on the same page.
DONE = {
    "block": gettext_lazy("%(name)s is blocked now and signed out. Undo it here."),
    "unblock": gettext_lazy("%(name)s may sign in again."),
    "appoint": gettext_lazy("%(name)s is an administrator now. Undo it here."),
    "dismiss": gettext_lazy("%(name)s is no administrator any more. Undo it here."),
}


@opens(administrator)
@takes("GET")
def index(request: HttpRequest, _viewer: User) -> HttpResponse:
    chosen = request.GET.get("filter", "")
    rows = matching(accounts(filter_by=chosen), request.GET.get("q", ""), "display_name", "email")
    context = {"page": page_of(request, rows), "chosen": chosen, "choices": FILTERS}
    return render(request, "people/person/list.html", context)


@opens(access_person)
@takes("GET", "POST")
def show(request: HttpRequest, person: User) -> HttpResponse:
    if request.method != "POST":
        return page(request, person)
    name = request.POST.get("action", "")
    action = ACTIONS.get(name)
    if action is None:
        return page(request, person, problem=Problem(_("Choose what to do with this account.")), status=422)
    try:
        action(person, request.user)  # type: ignore[arg-type]  # the gate lets in nobody who is not signed in
    except Problem as problem:
        return page(request, person, problem=problem, status=409)
    messages.success(request, DONE[name] % {"name": person})
    return redirect("person", person_id=person.pk)


def page(request: HttpRequest, person: User, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    context = {
        "person": person,
        "courses": courses_of(person),
        "round_count": rounds_marked_by(person),
        "lines": with_actors(trail(actor_id=person.pk)[:LATELY]),
        "about": with_actors(trail(target=f"user:{person.pk}")[:LATELY]),
        "problem": problem,
    }
    return render(request, "people/person/show.html", context, status=status)
