"""The teacher decides, lifts and settles; students read and appeal."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from assignments.models import Submission
from edu_crowd.shared import outbox
from edu_crowd.site.demo.course import People, Quiz
from edu_crowd.site.demo.graders import Marker, Truth, mark
from edu_crowd.site.demo.papers import LATE
from edu_crowd.site.demo.truth import true_points
from grading.models import Appeal, Feedback, ReviewCase, Script
from grading.queries import origin
from grading.queries.consensus import scores_of
from grading.queries.result import current_result
from grading.queries.review import open_cases
from grading.services.appeal import file_appeal
from grading.services.feedback import mark_read
from grading.services.result import override
from grading.services.review import decide
from rubrics.models import Criterion

HOUR = timedelta(hours=1)
# How many wronged students are read again before now, how many wait for a reading, and how many had no reason.
READ_AGAIN, WAITING, WITHOUT_REASON = 3, 2, 2


def decide_all(*, quiz: Quiz, truth: Truth, people: People, now: datetime, rng: Random) -> datetime:
    """Decide the open cases one after the other; return when the last was decided."""
    for case in open_cases(quiz.round):
        now += timedelta(minutes=rng.uniform(2, 6))
        decide_one(case, quiz, truth, people, now=now, rng=rng)
    return now


def decide_some(*, quiz: Quiz, truth: Truth, people: People, now: datetime, rng: Random) -> None:
    """Decide a third of the open cases in the last hour and leave the others to whoever signs in as the teacher."""
    cases = list(open_cases(quiz.round))
    for case in cases[: len(cases) // 3]:
        decide_one(case, quiz, truth, people, now=now, rng=rng)


def decide_one(case: ReviewCase, quiz: Quiz, truth: Truth, people: People, *, now: datetime, rng: Random) -> None:
    """Decide as somebody who reads well: by what the answer is truly worth."""
    points = next(
        true_points(text, quality)
        for criterion, text, quality in truth.qualities(case.script)
        if criterion.pk == case.criterion_id
    )
    decide(
        case=case,
        by=people.teacher,
        points=points,
        reason=rng.choice(quiz.text.decisions),
        key=f"demo-{case.pk}",
        now=now,
    )
    outbox.drain(now=now)


def lift_one_deduction(*, quiz: Quiz, people: People, now: datetime) -> None:
    """Give one late student back what lateness cost: the connection had failed."""
    student = people.students[LATE[0]]
    submission = Submission.objects.get(assignment=quiz.assignment, enrolment=student, state="handed_in")
    result = current_result(submission)
    assert result is not None  # everything is settled
    earned = sum((Decimal(part["points"]) for part in result.parts), Decimal(0))
    reasons = {
        "en": "The connection failed at the due time; no deduction.",
        "ja": "締め切り時の通信障害のため、減点しません。",
    }
    override(submission=submission, points=earned, by=people.teacher, reason=reasons[quiz.text.language], now=now)


def appeals(*, quiz: Quiz, truth: Truth, crew: list[Marker], start: datetime, now: datetime, rng: Random) -> None:
    """Half of the class reads; those who got least of what they earned appeal. Two wait for a reading."""
    released = list(Feedback.objects.filter(submission__assignment=quiz.assignment).order_by("pk"))
    for feedback in released[1::2]:
        mark_read(feedback=feedback, now=start + rng.random() * HOUR)
    wronged = most_wronged(quiz, truth)
    waiting = wronged[READ_AGAIN : READ_AGAIN + WAITING]
    reasons = quiz.text.appeals
    for place, (script, criterion) in enumerate(wronged[:READ_AGAIN] + wronged[-WITHOUT_REASON:]):
        appeal_against(script, criterion, reasons[place % len(reasons)], now=start + HOUR)
    mark(quiz=quiz, truth=truth, crew=crew, start=start + 2 * HOUR, until=now - HOUR, pause_minutes=30, rng=rng)
    for place, (script, criterion) in enumerate(waiting):
        appeal_against(script, criterion, reasons[place % len(reasons)], now=now - HOUR / 2)


def most_wronged(quiz: Quiz, truth: Truth) -> list[tuple[Script, Criterion]]:
    """Return scripts of different papers with the criterion on which each lies furthest under its true worth.

    The student whom one can sign in as is left out, and so are scripts that the grader one can sign in as has read.
    """
    scripts = list(quiz.round.scripts.exclude(allocations__grader__user__email="grader@demo.example").order_by("pk"))
    scores = scores_of(script.pk for script in scripts)
    papers = origin.submission_ids_of(script.pk for script in scripts)
    own = set(Submission.objects.filter(enrolment__user__email="student@demo.example").values_list("pk", flat=True))
    found: dict[int, tuple[Decimal, Script, Criterion]] = {}
    for script in scripts:
        for criterion, text, quality in truth.qualities(script):
            missing = criterion.weight * (true_points(text, quality) - scores[script.pk][criterion.pk].points)
            paper = papers[script.pk]
            if paper not in own and (paper not in found or missing > found[paper][0]):
                found[paper] = (missing, script, criterion)
    worst_first = sorted(found.values(), key=lambda one: (-one[0], one[1].pk))
    return [(script, criterion) for _, script, criterion in worst_first]


def appeal_against(script: Script, criterion: Criterion, reason: str, *, now: datetime) -> Appeal:
    feedback = Feedback.objects.filter(submission=origin.submission_of(script)).order_by("-version")[0]
    return file_appeal(feedback=feedback, criterion=criterion, reason=reason, now=now)
