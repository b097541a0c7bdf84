"""The roster of a course: who is in it, and how somebody is added by hand."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Course, Enrolment
from assignments.names import plain_mail, plain_number
from assignments.permissions import Role, access_course_as_teacher
from assignments.queries.roster import LEFT, NO_ACCOUNT, is_owner, roster_of
from assignments.services.enrolment import enrol
from assignments.views.typed import typed_in
from edu_crowd.people.acting import acting
from edu_crowd.people.addresses import account_of
from edu_crowd.shared import once
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import takes

COLUMNS = {column.name: column for column in Enrolment._meta.concrete_fields}
SHOWN = [
    (Role.STUDENT, gettext_lazy("students")),
    (Role.ASSISTANT, gettext_lazy("assistants")),
    (Role.TEACHER, gettext_lazy("teachers")),
    (Role.OWNER, gettext_lazy("owners")),
    (NO_ACCOUNT, gettext_lazy("without an account")),
    (LEFT, gettext_lazy("left the course")),
]


class MailField(forms.EmailField):
    """A mail address, also when an input method wrote it in full width."""

    def to_python(self, value: Any) -> str:
        return plain_mail(str(value or ""))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A browser refuses full width in a field of its own type.
        return super().widget_attrs(widget) | {"inputmode": "email"}


def text_field(name: str) -> forms.CharField:
    """Return a form's field for a text of the roster, with the label and the length that the row has."""
    column = COLUMNS[name]
    return forms.CharField(
        label=capfirst(column.verbose_name),
        help_text=column.help_text,
        max_length=column.max_length,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Role"),
        help_text=gettext_lazy(
            "Assistants can be asked to mark, and see no names. Teachers see and decide everything in the course. "
            "Owners are teachers who also choose the owners."
        ),
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class PlaceForm(forms.Form):
    """Who somebody is, as the roster says."""

    student_number = text_field("student_number")
    family_name = text_field("family_name")
    given_name = text_field("given_name")
    reading = text_field("reading")
    email = MailField(
        label=capfirst(COLUMNS["email"].verbose_name),
        help_text=gettext_lazy("Whoever proves to own this address gets the place when they open the join link."),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_student_number(self) -> str:
        return plain_number(self.cleaned_data["student_number"])


class StaffForm(forms.Form):
    """Somebody who teaches or helps, by the address they sign in with."""

    account = MailField(
        label=gettext_lazy("Mail address of the account"),
        help_text=gettext_lazy("The address that the person signs in with."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = role_field()

    def __init__(self, *args: Any, may_make_owners: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101  # declared above
        role.choices = role_choices(may_make_owners=may_make_owners, but=Role.STUDENT)

    def clean_account(self) -> str:
        address: str = self.cleaned_data["account"]
        self.user = account_of(address)
        if self.user is None:
            raise ValidationError(
                _("Nobody signs in with this address. Ask the person to sign up first, then add them here.")
            )
        return address


def role_choices(*, may_make_owners: bool, but: Role | None = None) -> list[tuple[str, str]]:
    """List roles from the least right to the most; only an owner makes owners."""
    roles = [Role.STUDENT, Role.ASSISTANT, Role.TEACHER, Role.OWNER]
    return [
        (role.value, capfirst(str(role.label)))
        for role in roles
        if role != but and (may_make_owners or role != Role.OWNER)
    ]


@opens(access_course_as_teacher)
@takes("GET")
def show(request: HttpRequest, course: Course) -> HttpResponse:
    text, show = request.GET.get("q", "")[:200], request.GET.get("show", "")
    chosen = show if show in dict(SHOWN) else ""
    link = reverse("join", kwargs={"token": course.join_token}) if course.join_token else None
    context = {
        "course": course,
        "page": page_of(request, roster_of(course, text=text, show=chosen)),
        "shown": SHOWN,
        "chosen": chosen,
        "narrowed": bool(chosen or text),
        "show_link": "link" in request.GET,
        "link": request.build_absolute_uri(link) if link else None,
    }
    return render(request, "assignments/roster/show.html", context)


@opens(access_course_as_teacher)
@takes("GET", "POST")
def add(request: HttpRequest, course: Course) -> HttpResponse:
    """Put a student on the roster, or give a role to somebody with an account."""
    person = acting(request)
    owner = is_owner(course, person)
    name = f"roster {course.pk}"
    if request.method != "POST":
        typed = kept(request, name) or {}
        return show_add(request, course, PlaceForm(initial=typed), StaffForm(initial=typed, may_make_owners=owner))
    is_staff = request.POST.get("kind") == "staff"
    student = PlaceForm(None if is_staff else request.POST)
    staff = StaffForm(request.POST if is_staff else None, may_make_owners=owner)
    form: forms.Form = staff if is_staff else student
    if not form.is_valid():
        keep(request, name, typed_in(form))
        return show_add(request, course, student, staff, status=422)
    leads_to = "roster_add" if "another" in request.POST else "roster"
    try:
        if once.made_before(request, Enrolment):
            messages.info(request, once.saved_already())
            return redirect(leads_to, course_id=course.pk)
        if is_staff:
            place = enrol(course=course, role=form.cleaned_data["role"], user=staff.user, by=person)
        else:
            place = enrol(course=course, role=Role.STUDENT, by=person, **form.cleaned_data)
    except Problem as problem:
        keep(request, name, typed_in(form))
        return show_add(request, course, student, staff, problem=problem, status=409)
    forget(request, name)
    once.remember_made(request, place)
    messages.success(request, _("%(name)s is on the roster now.") % {"name": place})
    return redirect(leads_to, course_id=course.pk)


def show_add(
    request: HttpRequest,
    course: Course,
    student: PlaceForm,
    staff: StaffForm,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "course": course,
        "student": student,
        "staff": staff,
        "problem": problem,
        "form_key": once.form_key(request),
    }
    return render(request, "assignments/roster/add.html", context, status=status)
