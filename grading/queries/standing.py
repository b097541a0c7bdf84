"""Where papers stand: all that their results are made of, for a whole class in a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.fields import BooleanField

from assignments.models import Answer, Assignment, Attachment, Extension, Question, Submission
from assignments.queries.submission import days_late, due_with, share_kept
from grading.models import ConsensusScore, Override, Result, ReviewCase, Script
from grading.queries import origin
from grading.queries.consensus import scores_of
from grading.queries.result import current_overrides, current_results
from grading.queries.script import NO_SPACE, criteria_of_scripts
from rubrics.models import Criterion


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a paper holds for one question."""

    machine_points: Decimal | None
    has_words: bool
    has_files: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    submission: Submission
    questions: list[Question]
    given: dict[int, Given]  # by question
    scripts: list[Script]
    criteria: dict[int, list[Criterion]]  # by script
    scores: dict[int, dict[int, ConsensusScore]]  # by script and criterion
    open_cases: dict[tuple[int, int], ReviewCase]  # by script and criterion
    late_days: int
    share_kept: Decimal
    override: Override | None
    recorded: Result | None

    @property
    def is_looked_at(self) -> bool:
        """Something of it is still being read, or waits for a person."""
        return bool(self.open_cases) or any(script.settled_at is None for script in self.scripts)


def standings_of(assignment: Assignment, submissions: Collection[Submission]) -> list[Standing]:
    """Return where these papers stand, all handed in for this assignment."""
    ids = [submission.pk for submission in submissions]
    questions = list(assignment.questions.all())
    given = given_in(ids)
    # A reference paper shown again in another round is a copy: its marks check graders there, not this paper.
    scripts = {
        paper: [script for script in found if script.source_script_id is None]
        for paper, found in origin.scripts_by_submission(ids).items()
    }
    every = [script for found in scripts.values() for script in found]
    criteria = criteria_of_scripts(every)
    scores = scores_of(script.pk for script in every)
    cases: dict[int, dict[tuple[int, int], ReviewCase]] = {}
    for case in ReviewCase.objects.filter(script__in=[script.pk for script in every], state=ReviewCase.State.OPEN):
        cases.setdefault(case.script_id, {})[case.script_id, case.criterion_id] = case
    extensions = {row.enrolment_id: row for row in Extension.objects.filter(assignment=assignment)}
    overrides, results = current_overrides(ids), current_results(ids)
    standings = []
    for submission in submissions:
        own = scripts.get(submission.pk, [])
        due = due_with(assignment, extensions.get(submission.enrolment_id))
        days = days_late(submission.handed_in_at, due) if submission.handed_in_at else 0
        standings.append(
            Standing(
                submission=submission,
                questions=questions,
                given=given.get(submission.pk, {}),
                scripts=own,
                criteria={script.pk: criteria[script.pk] for script in own},
                scores={script.pk: scores.get(script.pk, {}) for script in own},
                open_cases={key: case for script in own for key, case in cases.get(script.pk, {}).items()},
                late_days=days,
                share_kept=share_kept(assignment, days),
                override=overrides.get(submission.pk),
                recorded=results.get(submission.pk),
            )
        )
    return standings


def standing_of(submission: Submission) -> Standing:
    return standings_of(submission.assignment, [submission])[0]


def given_in(submission_ids: Collection[int]) -> dict[int, dict[int, Given]]:
    """Return by paper and question what is there, without the texts themselves: a class writes megabytes."""
    answers = (
        Answer.objects.filter(submission__in=submission_ids)
        .order_by()
        .annotate(
            has_words=ExpressionWrapper(Q(text__regex=NO_SPACE), output_field=BooleanField()),
            has_files=Exists(Attachment.objects.filter(answer=OuterRef("pk"))),
        )
        .values_list("submission_id", "question_id", "machine_points", "has_words", "has_files")
    )
    found: dict[int, dict[int, Given]] = {}
    for submission_id, question_id, points, has_words, has_files in answers:
        found.setdefault(submission_id, {})[question_id] = Given(
            machine_points=points, has_words=has_words, has_files=has_files
        )
    return found
