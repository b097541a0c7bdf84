"""All courses, as the administrator sees them: that they are there and how big, not what is in them."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from assignments.models import Assignment, Course, Enrolment


def all_courses() -> QuerySet[Course]:
    owner = Enrolment.objects.filter(course=OuterRef("pk"), role=Enrolment.Role.OWNER, is_active=True).order_by("pk")
    assignments = Assignment.objects.filter(course=OuterRef("pk")).order_by().values("course")
    return Course.objects.annotate(
        student_count=Count("enrolments", filter=Q(enrolments__role="student", enrolments__is_active=True)),
        assignment_count=Subquery(assignments.annotate(n=Count("pk")).values("n")),
        owner_name=Subquery(owner.values("user__display_name")[:1]),
    ).order_by("archived_at", "title", "pk")
