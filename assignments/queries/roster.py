"""The roster of a course, in the order in which people look for somebody."""

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, When

from assignments.models import Assignment, Course, Enrolment, Submission
from edu_crowd.people.models import User
from edu_crowd.shared.listing import matching

Role = Enrolment.Role
# What the list can be narrowed to, besides a role.
NO_ACCOUNT, LEFT = "no_account", "left"
SEARCHED = ("family_name", "given_name", "reading", "student_number", "email", "user__display_name", "user__email")


def roster_of(course: Course, *, text: str = "", show: str = "") -> QuerySet[Enrolment]:
    """List who is in a course: teachers, assistants, students by number, and last those who left."""
    rank = Case(*(When(role=role, then=rank) for rank, role in enumerate(Role)), output_field=IntegerField())
    rows = Enrolment.objects.filter(course=course).select_related("user")
    if show in Role.values:
        rows = rows.filter(role=show, is_active=True)
    elif show == NO_ACCOUNT:
        rows = rows.filter(user=None, is_active=True)
    elif show == LEFT:
        rows = rows.filter(is_active=False)
    order = ("-is_active", rank, "student_number", "reading", "family_name", "given_name", "pk")
    return matching(rows, text, *SEARCHED).order_by(*order)


def class_of(assignment: Assignment) -> QuerySet[Enrolment]:
    """Return the students who take part, and whoever left a paper."""
    papers = Submission.objects.filter(assignment=assignment, enrolment=OuterRef("pk"))
    takes_part = Q(role=Role.STUDENT, is_active=True)
    return Enrolment.objects.filter(takes_part | Q(Exists(papers)), course=assignment.course_id)


def is_owner(course: Course, user: User) -> bool:
    return Enrolment.objects.filter(course=course, user=user, role=Role.OWNER, is_active=True).exists()
