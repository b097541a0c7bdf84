"""What waits for each of the people whom one can sign in as."""

from dataclasses import dataclass

from assignments.models import Assignment, Submission
from edu_crowd.site.demo.content import read_staff
from grading.models import Appeal, Enlistment, Feedback, ReviewCase, Round, Script
from grading.queries.script import unread_by

GRADER, STUDENT = "grader@demo.example", "student@demo.example"
TEACHER, ADMIN = (read_staff()[role]["email"] for role in ("teacher", "admin"))


@dataclass(frozen=True)
class Waiting:
    """Work that lies there now, counted."""

    cases_to_decide: int
    appeals_to_decide: int
    assignments_to_publish: int
    rounds_to_open: int
    scripts_to_read: int
    papers_to_write: int
    feedback_to_read: int

    def lines(self) -> list[str]:
        teacher = counted(
            (self.cases_to_decide, "cases to decide"),
            (self.appeals_to_decide, "of them by appeals"),
            (self.assignments_to_publish, "quizzes to publish"),
            (self.rounds_to_open, "rounds to open for marking"),
        )
        student = counted((self.papers_to_write, "papers to write"), (self.feedback_to_read, "feedback sheets to read"))
        return [
            f"{'teacher':<14} {TEACHER:<22} {teacher}",
            f"{'grader':<14} {GRADER:<22} {counted((self.scripts_to_read, 'scripts to read'))}",
            f"{'student':<14} {STUDENT:<22} {student}",
            f"{'administrator':<14} {ADMIN:<22} runs the site, marks nothing",
        ]


def counted(*parts: tuple[int, str]) -> str:
    return ", ".join(f"{what}: {count}" for count, what in parts if count) or "nothing waits"


def work_waiting() -> Waiting:
    """Count what waits for the demo's teacher, grader and student."""
    drafts = Assignment.objects.filter(state=Assignment.State.DRAFT)
    written = Submission.objects.filter(enrolment__user__email=STUDENT, state=Submission.State.HANDED_IN)
    return Waiting(
        cases_to_decide=ReviewCase.objects.filter(state=ReviewCase.State.OPEN).count(),
        appeals_to_decide=Appeal.objects.filter(state=Appeal.State.REVIEW).count(),
        assignments_to_publish=drafts.count(),
        rounds_to_open=Round.objects.filter(state=Round.State.DRAFT).exclude(assignment__in=drafts).count(),
        scripts_to_read=sum(scripts_for(place) for place in places_of_grader()),
        papers_to_write=Assignment.objects.filter(
            state=Assignment.State.PUBLISHED, course__enrolments__user__email=STUDENT
        )
        .exclude(submissions__in=written)
        .count(),
        feedback_to_read=Feedback.objects.filter(submission__enrolment__user__email=STUDENT, read_at=None).count(),
    )


def places_of_grader() -> list[Enlistment]:
    places = Enlistment.objects.filter(grader__user__email=GRADER, state=Enlistment.State.ACTIVE)
    return list(places.exclude(round__state=Round.State.DRAFT))


def scripts_for(place: Enlistment) -> int:
    """Count the open scripts that this grader has not had and may read, planned ones included."""
    open_ = Script.objects.filter(round=place.round_id, is_open=True)
    planned = open_.filter(allocations__grader=place.grader_id, allocations__state="planned")
    return unread_by(open_, place.grader_id).count() + planned.count()
