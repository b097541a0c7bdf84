"""The first page: what is mine, by role."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Course
from assignments.queries.joining import course_of_link, places_kept_for, standing_of
from edu_crowd.people.models import User
from edu_crowd.shared.access import anyone, objects_with_right, opens
from edu_crowd.shared.kept import forget_link, remembered_link
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import takes
from edu_crowd.site.queries.health import outbox_health
from edu_crowd.site.views.demo import DOMAIN, may_be_offered
from grading.models import Grader
from grading.queries.claim import places_of
from grading.queries.invitation import open_invitations
from grading.queries.round import rounds_of_courses
from grading.queries.submission import listed, own_assignments

DEMO_ROLES = [
    ("teacher" + DOMAIN, _("as teacher")),
    ("grader" + DOMAIN, _("as grader")),
    ("student" + DOMAIN, _("as student")),
    ("admin" + DOMAIN, _("as administrator")),
]


@opens(anyone)
@takes("GET")
def show(request: HttpRequest, person: User | AnonymousUser) -> HttpResponse:
    if not person.is_authenticated:
        return render(request, "site/home/visitor.html", {"demo_roles": demo_roles(request)})
    taught = list(objects_with_right(person, "review_marks", Course).order_by("title", "pk"))
    courses = [course for course in taught if course.archived_at is None]
    now = timezone.now()
    page = page_of(request, own_assignments(person, now=now))
    context = {
        "courses": courses,
        "archived": [course for course in taught if course.archived_at is not None],
        "rounds": rounds_of_courses(courses),
        "to_join": course_to_join(request, person),
        "kept_places": places_kept_for(person),
        "invitations": open_invitations(person),
        "places": places_of(Grader.objects.filter(user=person)),
        "page": page,
        "assignments": listed(list(page), now=now),
        "now": now,
        "health": outbox_health() if person.is_staff else None,
    }
    return render(request, "site/home/home.html", context)


def course_to_join(request: HttpRequest, person: User) -> Course | None:
    """Return the course whose link brought somebody here who then signed up, until they are in it."""
    token = remembered_link(request)
    if not token:
        return None
    course = course_of_link(token)
    if course is None or standing_of(course, person) is not None:
        forget_link(request)
        return None
    return course


def demo_roles(request: HttpRequest) -> list[tuple[str, object]]:
    """Offer the people of the demo course, where they exist and this request may sign in as one of them."""
    if not may_be_offered(request):
        return []
    present = set(User.objects.filter(email__in=[email for email, label in DEMO_ROLES]).values_list("email", flat=True))
    return [(email, label) for email, label in DEMO_ROLES if email in present]
