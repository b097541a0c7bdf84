"""The link that lets students into a course: made by the teacher, opened by the student."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Course, Enrolment
from assignments.permissions import access_course_as_teacher, access_course_by_link, access_free_place
from assignments.queries.joining import kept_for, standing_of
from assignments.services.course import renew_join_link, switch_join_link_off
from assignments.services.enrolment import AlreadyEnrolled, CourseArchived
from assignments.services.joining import join_by_link, take_place
from assignments.views.roster import text_field
from assignments.views.typed import typed_in
from edu_crowd.people.acting import acting
from edu_crowd.people.addresses import proved_addresses
from edu_crowd.people.models import User
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, forget_link, keep, kept, remember_link
from edu_crowd.shared.methods import posted_from, takes


class JoinForm(forms.Form):
    """What a student says of themself whom the roster does not know by their mail address."""

    student_number = text_field("student_number")
    family_name = text_field("family_name")
    given_name = text_field("given_name")
    reading = text_field("reading")


@opens(access_course_as_teacher)
@posted_from("roster")
def link(request: HttpRequest, course: Course) -> HttpResponse:
    """Make a new link, or switch it off."""
    action = request.POST.get("action")
    try:
        if action == "off":
            switch_join_link_off(course=course)
        elif action == "new":
            renew_join_link(course=course)
    except CourseArchived as problem:
        messages.error(request, str(problem))
    else:
        if action == "off":
            messages.success(request, _("The link is off. Nobody can join by it."))
        elif action == "new":
            messages.success(request, _("The link is ready. An earlier one no longer works."))
    return redirect(reverse("roster", args=[course.pk]) + "?link=1")


@opens(access_course_by_link)
@takes("GET", "POST")
def join(request: HttpRequest, course: Course) -> HttpResponse:
    """Show the course behind a link, and let somebody in."""
    person = request.user
    if not isinstance(person, User):
        return welcome(request, course)
    name = f"join {course.pk}"
    if request.method != "POST":
        return show(request, course, person, JoinForm(initial=kept(request, name) or {}))
    form = JoinForm(request.POST)
    if not form.is_valid():
        keep(request, name, typed_in(form))
        return show(request, course, person, form, status=422)
    try:
        place = join_by_link(
            course=course,
            user=person,
            token=course.join_token,
            addresses=list(proved_addresses(person)),
            **form.cleaned_data,
        )
    except AlreadyEnrolled as problem:
        forget_link(request)
        messages.info(request, str(problem))
        return redirect("home")
    except Problem as problem:
        keep(request, name, typed_in(form))
        return show(request, course, person, form, problem=problem, status=409)
    forget(request, name)
    forget_link(request)
    say_joined(request, place)
    return redirect("home")


@opens(access_free_place)
@posted_from("home", with_arguments=False)
def take(request: HttpRequest, place: Enrolment) -> HttpResponse:
    """Let somebody in at the place that the roster keeps for their mail address, without a link."""
    person = acting(request)
    try:
        take_place(enrolment=place, user=person, addresses=list(proved_addresses(person)))
    except AlreadyEnrolled as problem:
        messages.info(request, str(problem))
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        say_joined(request, place)
    return redirect("home")


def say_joined(request: HttpRequest, place: Enrolment) -> None:
    messages.success(
        request,
        _("You are in %(course)s now, as %(name)s. If that is not you, tell your teacher at once.")
        % {"course": place.course, "name": place},
    )


def welcome(request: HttpRequest, course: Course) -> HttpResponse:
    """Tell who is not signed in where the link leads; the session brings them back to it however they sign up."""
    remember_link(request, course.join_token)
    if request.method == "POST":
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    return render(request, "assignments/join/welcome.html", {"course": course})


def show(
    request: HttpRequest,
    course: Course,
    person: User,
    form: JoinForm,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    addresses = list(proved_addresses(person))
    standing = standing_of(course, person)
    if standing is None:
        remember_link(request, course.join_token)
    context = {
        "course": course,
        "standing": standing,
        "place": kept_for(course, addresses),
        "addresses": addresses,
        "form": form,
        "problem": problem,
    }
    return render(request, "assignments/join/join.html", context, status=status)
