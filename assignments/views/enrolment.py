"""One place in a course: who it is for, what they may do, and whether they take part."""

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assignments.models import Enrolment
from assignments.permissions import Role, access_enrolment
from assignments.queries.roster import is_owner
from assignments.services.enrolment import FIELDS, change_role, edit_enrolment, readmit, withdraw
from assignments.views.roster import PlaceForm, role_choices, role_field
from assignments.views.typed import typed_in
from edu_crowd.people.acting import acting
from edu_crowd.shared.access import has_right, opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.methods import takes


class RoleForm(forms.Form):
    role = role_field()

    def __init__(self, *, place: Enrolment, may_make_owners: bool) -> None:
        super().__init__(initial={"role": place.role})
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101  # declared above
        role.choices = role_choices(may_make_owners=may_make_owners)


@opens(access_enrolment)
@takes("GET", "POST")
def edit(request: HttpRequest, place: Enrolment) -> HttpResponse:
    """Show a place; by POST do what the button says: `edit`, `role`, `withdraw` or `readmit`."""
    action = ACTIONS.get(request.POST.get("action", "edit")) if request.method == "POST" else None
    if action is None:
        return show(request, place)
    return action(request, place)


def change_fields(request: HttpRequest, place: Enrolment) -> HttpResponse:
    form, name = PlaceForm(request.POST), name_of(place)
    if not form.is_valid():
        keep(request, name, typed_in(form))
        return show(request, place, form=form, status=422)
    try:
        edit_enrolment(enrolment=place, by=acting(request), **form.cleaned_data)
    except Problem as problem:
        keep(request, name, typed_in(form))
        return show(request, again(place), form=form, problem=problem, status=409)
    forget(request, name)
    return done(request, place, _("Saved."))


def give_role(request: HttpRequest, place: Enrolment) -> HttpResponse:
    role = request.POST.get("role", "")
    if role not in Role.values:
        return show(request, place, status=422)
    return tried(request, place, partial(change_role, role=role), _("%(name)s: the role is changed."))


def take_out(request: HttpRequest, place: Enrolment) -> HttpResponse:
    return tried(request, place, withdraw, _("%(name)s does not take part any more. What they handed in stays."))


def take_in(request: HttpRequest, place: Enrolment) -> HttpResponse:
    return tried(request, place, readmit, _("%(name)s takes part again."))


def tried(request: HttpRequest, place: Enrolment, service: Callable[..., None], sentence: str) -> HttpResponse:
    """Let a service act on a place; say in this sentence that it did, or why it refused."""
    try:
        service(enrolment=place, by=acting(request))
    except Problem as problem:
        return show(request, again(place), problem=problem, status=409)
    return done(request, place, sentence % {"name": place})


ACTIONS: dict[str, Callable[[HttpRequest, Enrolment], HttpResponse]] = {
    "edit": change_fields,
    "role": give_role,
    "withdraw": take_out,
    "readmit": take_in,
}


def again(place: Enrolment) -> Enrolment:
    """Load a place as it is after a service refused to change it."""
    return Enrolment.objects.select_related("course", "user").get(pk=place.pk)


def done(request: HttpRequest, place: Enrolment, sentence: str) -> HttpResponse:
    """Say what was done; who has just taken the course from themself goes home."""
    messages.success(request, sentence)
    if not has_right(request.user, "manage_course", place.course):
        return redirect("home")
    return redirect("enrolment", enrolment_id=place.pk)


def name_of(place: Enrolment) -> str:
    return f"enrolment {place.pk}"


def show(
    request: HttpRequest,
    place: Enrolment,
    *,
    form: PlaceForm | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    person = acting(request)
    owner = is_owner(place.course, person)
    current = {name: getattr(place, name) for name in FIELDS}
    context = {
        "place": place,
        "course": place.course,
        "form": form or PlaceForm(initial=kept(request, name_of(place)) or current),
        "roles": RoleForm(place=place, may_make_owners=owner) if place.user_id else None,
        "may_change": owner or place.role != Role.OWNER,
        "is_self": place.user_id == person.pk,
        "problem": problem,
    }
    return render(request, "assignments/roster/place.html", context, status=status)
