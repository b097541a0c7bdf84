"""A course in which every page has something to show, and an empty one; and the pages, each for whom it is made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from assignments.models import Assignment, Attachment, Course, Enrolment, Extension, Question, Submission
from assignments.services.assignment import create_assignment, publish
from assignments.services.attachment import attach
from assignments.services.course import renew_join_link
from assignments.services.enrolment import create_course, enrol, withdraw
from assignments.services.question import add_question
from assignments.services.submission import hand_in, save_answer, start
from edu_crowd.people.models import User
from edu_crowd.shared.models import OutboxEntry
from edu_crowd.site.demo.sketch import coast_png
from edu_crowd.site.demo.stages import build
from grading import pipeline
from grading.models import Allocation, Appeal, Export, Feedback, Grader, Invitation, ReviewCase, Round
from grading.queries.script import criteria_of_script
from grading.services.claim import claim_next
from grading.services.enlistment import enlist
from grading.services.flag import call_teacher
from grading.services.reference import choose_references, mark_reference
from grading.services.round import create_round
from rubrics.models import Rubric
from rubrics.services import create_rubric
from tests.factories import UserFactory, criterion

CLASS_SIZE = 14
HOUR = timedelta(hours=1)


class Gallery:
    """The demo course under way, with what its story leaves out."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.rng = Random(1)
        build(stage="review", seed=1, now=self.now, say=lambda line: None, class_size=CLASS_SIZE)
        self.teacher, self.student, self.grader, self.admin = (
            User.objects.get(email=f"{name}@demo.example") for name in ("teacher", "student", "grader", "admin")
        )
        self.newcomer = UserFactory(display_name="Robin Example", locale="en")
        self.course = Course.objects.get()
        renew_join_link(course=self.course)
        assignments = Assignment.objects.order_by("pk")
        self.draft = assignments.get(state="draft")
        self.released = assignments.get(state="released")
        self.homework = assignments.get(title__startswith="Homework")
        self.marked = assignments.exclude(pk__in=[self.draft.pk, self.released.pk, self.homework.pk]).get()
        self.places()
        self.write_homework()
        self.prepare_round()
        self.work_under_way()
        self.leave_empty()

    def places(self) -> None:
        """Put every kind of person on the roster."""
        enrol(course=self.course, role="student", student_number="26099", email="late@example.org")
        enrol(course=self.course, role="teacher", user=UserFactory(display_name="Second Teacher"))
        left = enrol(course=self.course, role="student", family_name="Left", given_name="Early", student_number="26100")
        withdraw(enrolment=left)

    def write_homework(self) -> None:
        """Some have handed in; the student is writing, with a file put beside an answer."""
        students = Enrolment.objects.filter(course=self.course, role="student", is_active=True).exclude(user=None)
        question = self.homework.questions.get(kind="long_text")
        for place in students.exclude(user=self.student)[:6]:
            paper = start(assignment=self.homework, enrolment=place, now=self.now - 3 * HOUR)
            save_answer(submission=paper, question=question, text="At night it does.", now=self.now - 3 * HOUR)
            hand_in(submission=paper, now=self.now - 3 * HOUR)
        own = students.get(user=self.student)
        self.paper = start(assignment=self.homework, enrolment=own, now=self.now)
        save_answer(submission=self.paper, question=question, text="Land cools **sooner**: $x^2$.", now=self.now)
        drawing = self.homework.questions.get(kind="file")
        content = coast_png(self.rng)
        attach(submission=self.paper, question=drawing, name="sketch.png", content=content, now=self.now)

    def prepare_round(self) -> None:
        """A draft with reference papers, one of them marked, graders with a place and others invited."""
        self.prepared = create_round(assignment=self.homework, seeds_percent=10)
        for user in (self.grader, UserFactory(display_name="Second Grader")):
            enlist(round_=self.prepared, user=user, rng=self.rng)
        scripts = choose_references(round_=self.prepared, papers=2, now=self.now, rng=self.rng)
        self.reference, marked = scripts[0], scripts[-1]
        levels = {one.pk: one.levels.all()[1].pk for one in criteria_of_script(marked)}
        mark_reference(script=marked, by=self.teacher, levels=levels, comments={}, now=self.now)
        EmailAddress.objects.create(user=self.newcomer, email=self.newcomer.email, verified=True, primary=True)
        for email in (self.newcomer.email, "nobody@example.org"):
            Invitation.objects.create(round=self.prepared, email=email, by=self.teacher, invited_at=self.now)

    def work_under_way(self) -> None:
        """A paper on the grader's desk, a question to the teacher, an export being written, a job that failed."""
        self.round = Round.objects.get(assignment=self.marked)
        grader = Grader.objects.get(user=self.grader)
        desk = claim_next(round_=self.round, grader=grader, now=self.now, rng=self.rng)
        assert desk is not None
        self.desk = desk
        self.flag = call_teacher(allocation=desk, note="Is the second page missing?", now=self.now)
        ask = {"assignment": self.released, "by": self.teacher, "asked_at": self.now}
        self.done = Export.objects.create(**ask, kind="csv", state="done", done_at=self.now)
        self.done.file.save("gradebook", ContentFile(b"a,b\n"), save=True)
        self.failed = Export.objects.create(**ask, kind="rows", state="failed", error="The disk is full.")
        self.running = Export.objects.create(
            **ask, kind="xlsx", state="running", alive_at=self.now, rows_done=40, rows_total=120
        )
        stuck = OutboxEntry.objects.order_by("pk")[0]
        OutboxEntry.objects.filter(pk=stuck.pk).update(done_at=None, attempts=3, error="OSError('disk full')")

    def leave_empty(self) -> None:
        """A course without people, with an assignment and an open round that nothing came to."""
        owner = self.teacher
        self.empty = create_course(owner=owner, title="Writing workshop", language="en", time_zone="Europe/Paris")
        self.bare = create_course(owner=owner, title="Nothing yet", language="ja", time_zone="Asia/Tokyo")
        self.blank = create_assignment(course=self.empty, title="An empty draft")
        self.unanswered = create_assignment(course=self.empty, title="Essay", due_at=self.now + 48 * HOUR)
        essay = add_question(
            assignment=self.unanswered, kind="long_text", prompt="Why do you write?", points=Decimal(6)
        )
        create_rubric(owner=owner, title="Essay", question=essay, criteria=[criterion("content")])
        publish(assignment=self.unanswered, now=self.now)
        self.silent = create_round(assignment=self.unanswered)
        pipeline.open_for_marking(round_=self.silent, now=self.now, rng=self.rng)

    @cached_property
    def token(self) -> str:
        self.course.refresh_from_db()
        return str(self.course.join_token)


Page = tuple[str, str]


@dataclass(frozen=True)
class Refusal:
    """A form sent as it stands, which is refused: a picture's name, a page, and where on it the button is."""

    shot: str
    path: str
    button: str = "main form[method=post] button.btn-primary"


def page(shot: str, **arguments: object) -> Page:
    """A picture's name, which begins with the name of its URL, and its path."""
    return shot, reverse(shot.partition("-")[0], kwargs=arguments)


def nobodys(here: Gallery) -> Iterator[Page]:
    yield page("home-visitor")
    for name in ("account_login", "account_signup", "account_reset_password"):
        yield page(name)


def administrators(here: Gallery) -> Iterator[Page]:
    for name in ("home-administrator", "people", "all_courses", "health", "jobs", "audit"):
        yield page(name)
    yield page("person", person_id=here.teacher.pk)


def newcomers(here: Gallery) -> Iterator[Page]:
    for name in ("home-newcomer", "rubrics-empty", "course_new", "me", "account_email", "mfa_index"):
        yield page(name)
    yield page("join", token=here.token)


def students(here: Gallery) -> Iterator[Page]:
    yield page("home-student")
    for shot, assignment in (("open", here.homework), ("released", here.released), ("marked", here.marked)):
        yield page(f"assignment-{shot}", assignment_id=assignment.pk)
    yield page("paper", submission_id=here.paper.pk)
    yield page("paper_hand_in", submission_id=here.paper.pk)
    own = Submission.objects.get(assignment=here.marked, enrolment__user=here.student)
    yield page("paper-handed_in", submission_id=own.pk)
    sheet = Feedback.objects.get(submission__enrolment__user=here.student)
    yield page("feedback", feedback_id=sheet.pk)
    yield page("join-member", token=here.token)


def graders(here: Gallery) -> Iterator[Page]:
    yield page("home-grader")
    yield page("marking")
    yield page("marking_nothing", round_id=here.round.pk)
    yield page("marks", round_id=here.round.pk)
    yield page("desk", public_id=here.desk.public_id)
    sealed = Allocation.objects.filter(grader=here.desk.grader, state="sealed", script__round=here.round)
    yield page("desk-sealed", public_id=sealed[0].public_id)


def course_pages(here: Gallery) -> Iterator[Page]:
    yield page("home-teacher")
    for shot, course in (("", here.course), ("-empty", here.empty), ("-bare", here.bare)):
        yield page(f"course{shot}", course_id=course.pk)
        yield page(f"roster{shot}", course_id=course.pk)
    for name in ("course_edit", "roster_add", "roster_import", "assignment_new"):
        yield page(name, course_id=here.course.pk)
    place = Enrolment.objects.get(course=here.course, user=here.student)
    yield page("enrolment", enrolment_id=place.pk)
    yield page("enrolment-left", enrolment_id=Enrolment.objects.get(student_number="26100").pk)
    for name in ("rubrics", "rubric_new", "rubric_upload"):
        yield page(name)
    yield page("rubric", rubric_id=Rubric.objects.get(question=None).pk)


def assignment_pages(here: Gallery) -> Iterator[Page]:
    for shot, assignment in (("draft", here.draft), ("open", here.homework), ("released", here.released)):
        for name in ("assignment_edit", "assignment_settings"):
            yield page(f"{name}-{shot}", assignment_id=assignment.pk)
    yield page("assignment_edit-blank", assignment_id=here.blank.pk)
    for name in ("assignment_publish", "assignment_archive", "question_new", "extensions", "assignment_preview"):
        yield page(name, assignment_id=here.draft.pk)
    yield page("assignment_publish-blank", assignment_id=here.blank.pk)
    yield page("extensions-some", assignment_id=here.marked.pk)
    yield page("extension_delete", extension_id=Extension.objects.all()[0].pk)
    for question in here.draft.questions.all():
        yield page(f"question-{question.kind}", question_id=question.pk)
    for kind in Question.Kind.values:
        shot, path = page(f"question_new-{kind}", assignment_id=here.draft.pk)
        yield shot, f"{path}?kind={kind}"
    essay = here.draft.questions.get(kind="long_text")
    yield page("question_delete", question_id=essay.pk)
    yield page("assignment_delete", assignment_id=here.blank.pk)
    yield page("question_rubric", question_id=essay.pk)
    marked = here.marked.questions.filter(rubrics__pinned_at__isnull=False)[0]
    yield page("question_rubric-pinned", question_id=marked.pk)


def round_pages(here: Gallery) -> Iterator[Page]:
    for shot, assignment in (("", here.homework), ("-some", here.marked), ("-none", here.draft)):
        yield page(f"rounds{shot}", assignment_id=assignment.pk)
    yield page("round_new", assignment_id=here.homework.pk)
    for name in ("round_settings", "round_graders", "round_preflight", "round_discard", "references", "board-draft"):
        yield page(name, round_id=here.prepared.pk)
    yield page("reference", script_id=here.reference.pk)
    for name in ("board", "agreement", "cases", "round_close", "round_settings-open", "round_graders-open"):
        yield page(name, round_id=here.round.pk)
    for name in ("board-empty", "agreement-empty", "cases-none", "references-none"):
        yield page(name, round_id=here.silent.pk)
    yield page("flag", flag_id=here.flag.pk)
    cases = ReviewCase.objects.order_by("pk")
    yield page("case", case_id=cases.filter(state="open")[0].pk)
    yield page("case-decided", case_id=cases.exclude(state="open")[0].pk)


def result_pages(here: Gallery) -> Iterator[Page]:
    for shot, assignment in (("", here.released), ("-marked", here.marked), ("-empty", here.unanswered)):
        for name in ("gradebook", "release", "appeals"):
            yield page(name + shot, assignment_id=assignment.pk)
    appealed = Appeal.objects.order_by("pk")[0].feedback.submission
    yield page("paper_marks", submission_id=appealed.pk)
    drawn = Attachment.objects.filter(answer__submission__assignment=here.released)[0].answer.submission
    yield page("paper_marks-file", submission_id=drawn.pk)
    yield page("release_look", assignment_id=here.released.pk, submission_id=appealed.pk)
    waiting = Submission.objects.filter(assignment=here.marked, state="handed_in")[0]
    yield page("release_look-waiting", assignment_id=here.marked.pk, submission_id=waiting.pk)
    for shot, export in (("", here.running), ("-done", here.done), ("-failed", here.failed)):
        yield page(f"export{shot}", export_id=export.pk)


def refusals(here: Gallery) -> Iterator[Refusal]:
    """What a teacher sends half-filled."""
    for shot, arguments in (
        ("course_new", {}),
        ("rubric_upload", {}),
        ("roster_add", {"course_id": here.course.pk}),
        ("assignment_new", {"course_id": here.course.pk}),
        ("extensions", {"assignment_id": here.draft.pk}),
        ("round_graders", {"round_id": here.prepared.pk}),
        ("reference", {"script_id": here.reference.pk}),
        ("paper_marks", {"submission_id": Appeal.objects.order_by("pk")[0].feedback.submission_id}),
    ):
        yield Refusal(f"{shot}-refused", reverse(shot, kwargs=arguments))
    yield Refusal("question_new-refused", reverse("question_new", args=[here.draft.pk]) + "?kind=single")
    case = ReviewCase.objects.filter(state="open")[0]
    yield Refusal("case-refused", reverse("case", args=[case.pk]))


Pages = Callable[[Gallery], Iterator[Page]]
# Who walks through which pages; a group at a time, since each builds the course.
ROOMS: dict[str, list[tuple[str, Pages]]] = {
    "site": [("", nobodys), ("admin", administrators), ("newcomer", newcomers)],
    "class": [("student", students), ("grader", graders)],
    "course": [("teacher", course_pages), ("teacher", assignment_pages)],
    "marking": [("teacher", round_pages), ("teacher", result_pages)],
}
