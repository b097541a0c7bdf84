"""A course: what is set in it, how it is called, and its end."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Assignment, Course
from assignments.names import plain
from assignments.permissions import access_course_as_teacher
from assignments.queries.course import assignments_of
from assignments.services.course import archive_course, edit_course, restore_course
from assignments.services.enrolment import create_course
from assignments.views.typed import typed_in
from edu_crowd.people.models import User, time_zones
from edu_crowd.shared import once
from edu_crowd.shared.access import opens, signed_in
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.listing import matching, page_of
from edu_crowd.shared.methods import posted_from, takes

NEW = "course new"


class CourseForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=gettext_lazy("What the course is taught in. Everybody reads the pages in their own language."),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        help_text=gettext_lazy("Type a city. Opening and due times are typed and shown in this zone."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )

    def clean_title(self) -> str:
        title = plain(self.cleaned_data["title"])
        if not title:
            raise ValidationError(_("Give the course a title."))
        return title

    def clean_time_zone(self) -> str:
        typed = "_".join(plain(self.cleaned_data["time_zone"]).split()).casefold()
        names = {name.casefold(): name for name in time_zones()}
        cities = [name for name in listed_zones() if name.casefold().endswith(f"/{typed}")]
        if typed in names:
            return names[typed]
        if len(cities) == 1:
            return cities[0]
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose one such as Asia/Tokyo."),
            params={"name": self.cleaned_data["time_zone"]},
        )


def listed_zones() -> list[str]:
    """List the zones that are named after places, and UTC."""
    areas = (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    return ["UTC", *sorted(name for name in time_zones() if name.startswith(tuple(f"{area}/" for area in areas)))]


@opens(signed_in)
@takes("GET", "POST")
def new(request: HttpRequest, person: User) -> HttpResponse:
    """Create a course; whoever does becomes its owner."""
    if request.method != "POST":
        typed = kept(request, NEW) or {"language": person.locale, "time_zone": person.time_zone}
        return show_new(request, CourseForm(initial=typed))
    form = CourseForm(request.POST)
    if not form.is_valid():
        keep(request, NEW, typed_in(form))
        return show_new(request, form, status=422)
    try:
        if made := once.made_before(request, Course):
            messages.info(request, once.saved_already())
            return redirect("course", course_id=made.pk)
        course = create_course(owner=person, **form.cleaned_data)
    except once.SavedOtherwise as problem:
        keep(request, NEW, typed_in(form))
        return show_new(request, form, problem=problem, status=409)
    except Problem as problem:
        keep(request, NEW, typed_in(form))
        return show_new(request, form, problem=problem, status=422)
    forget(request, NEW)
    once.remember_made(request, course)
    messages.success(request, _("The course is there. Next: fill its roster, or write an assignment."))
    return redirect("course", course_id=course.pk)


def show_new(
    request: HttpRequest, form: CourseForm, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "zones": listed_zones(), "problem": problem, "form_key": once.form_key(request)}
    return render(request, "assignments/course/new.html", context, status=status)


@opens(access_course_as_teacher)
@takes("GET")
def show(request: HttpRequest, course: Course) -> HttpResponse:
    """List the assignments of a course."""
    rows = matching(assignments_of(course), request.GET.get("q", "")[:200], "title")
    state = request.GET.get("state", "")
    chosen = state if state in Assignment.State.values else ""
    if chosen:
        rows = rows.filter(state=chosen)
    context = {
        "course": course,
        "page": page_of(request, rows),
        "states": Assignment.State.choices,
        "chosen": chosen,
        "narrowed": bool(chosen or request.GET.get("q")),
    }
    return render(request, "assignments/course/show.html", context)


@opens(access_course_as_teacher)
@takes("GET", "POST")
def edit(request: HttpRequest, course: Course) -> HttpResponse:
    """Show or change the title, the language and the zone."""
    name = f"course {course.pk}"
    if request.method != "POST":
        current = {"title": course.title, "language": course.language, "time_zone": course.time_zone}
        return show_edit(request, course, CourseForm(initial=kept(request, name) or current))
    form = CourseForm(request.POST)
    if not form.is_valid():
        keep(request, name, typed_in(form))
        return show_edit(request, course, form, status=422)
    try:
        edit_course(course=course, **form.cleaned_data)
    except Problem as problem:
        keep(request, name, typed_in(form))
        return show_edit(request, Course.objects.get(pk=course.pk), form, problem=problem, status=409)
    forget(request, name)
    messages.success(request, _("Saved."))
    return redirect("course_edit", course_id=course.pk)


def show_edit(
    request: HttpRequest, course: Course, form: CourseForm, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    context = {"course": course, "form": form, "zones": listed_zones(), "problem": problem}
    return render(request, "assignments/course/edit.html", context, status=status)


@opens(access_course_as_teacher)
@posted_from("course_edit")
def archive(request: HttpRequest, course: Course) -> HttpResponse:
    """Put a course away, or bring it back."""
    if request.POST.get("action") == "restore":
        restore_course(course=course)
        messages.success(request, _("The course is back."))
    elif request.POST.get("action") == "archive":
        archive_course(course=course, now=timezone.now())
        messages.success(request, _("The course is archived. Its pages stay; bring it back here whenever you like."))
    return redirect("course_edit", course_id=course.pk)
