"""What a course page lists."""

from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from assignments.models import Assignment, Course, Question, Submission


def assignments_of(course: Course) -> QuerySet[Assignment]:
    """List assignments with their counts: what has no due time first, then the latest; archived ones last."""
    archived = Case(When(state=Assignment.State.ARCHIVED, then=1), default=0, output_field=IntegerField())
    return with_counts(Assignment.objects.filter(course=course)).order_by(
        archived, F("due_at").desc(nulls_first=True), "-pk"
    )


def with_counts(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Count questions, and students who have handed in a paper."""
    questions = Question.objects.filter(assignment=OuterRef("pk")).order_by().values("assignment")
    papers = Submission.objects.filter(assignment=OuterRef("pk"), state=Submission.State.HANDED_IN)
    students = papers.order_by().values("assignment").annotate(n=Count("enrolment", distinct=True))
    return assignments.annotate(
        question_count=Coalesce(Subquery(questions.annotate(n=Count("pk")).values("n")), Value(0)),
        paper_count=Coalesce(Subquery(students.values("n")), Value(0)),
    )
