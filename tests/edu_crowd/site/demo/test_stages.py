"""The demo course, with a small class: every stage builds and leaves work, and its table is computed."""

from dataclasses import asdict
from datetime import datetime
from random import Random
from statistics import fmean

import pytest
from django.db import transaction

from assignments.models import Answer, Attachment, Extension, Submission
from edu_crowd.people.models import User
from edu_crowd.shared.models import OutboxEntry
from edu_crowd.site.demo.content import QUIZZES, read_graders, read_quiz
from edu_crowd.site.demo.graders import Marker
from edu_crowd.site.demo.stages import STAGES, Told, build
from edu_crowd.site.demo.table import table_lines
from edu_crowd.site.demo.truth import write_papers
from edu_crowd.site.demo.waiting import work_waiting
from grading.models import Allocation, Grader

SMALL = 14
# What there is to do for whom, by stage.
WORK = {
    "draft": {"papers_to_write", "assignments_to_publish", "rounds_to_open"},
    "marking": {"scripts_to_read", "papers_to_write", "rounds_to_open"},
    "review": {"scripts_to_read", "cases_to_decide", "appeals_to_decide", "feedback_to_read"},
    "released": {"scripts_to_read", "cases_to_decide", "appeals_to_decide", "feedback_to_read"},
}


def story(stage: str, *, seed: int = 1, now: datetime) -> list[Told]:
    return build(stage=stage, seed=seed, now=now, say=lambda line: None, class_size=SMALL)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_leaves_work_and_no_failed_job(stage, now):
    story(stage, now=now)
    waiting = asdict(work_waiting())
    assert {what for what, count in waiting.items() if count} >= WORK[stage], waiting
    assert not OutboxEntry.objects.filter(done_at=None).exists()
    assert not OutboxEntry.objects.exclude(error="").exists()


@pytest.mark.django_db
def test_class_under_way_holds_every_kind_of_paper(now):
    quiz = story("marking", now=now)[0].quiz
    papers = Submission.objects.filter(assignment=quiz.assignment)
    handed_in = papers.filter(state="handed_in")
    assert papers.filter(state="withdrawn").count() == 1
    assert papers.filter(state="draft").count() == 1
    assert handed_in.filter(handed_in_at__gt=quiz.due_at).count() == 2  # one late, one with more time
    assert Extension.objects.filter(assignment=quiz.assignment).count() == 2
    assert {one.kind for one in Attachment.objects.all()} == {"png"}
    assert Answer.objects.filter(text__contains="$").exists()
    own = Allocation.objects.filter(grader__user__email="grader@demo.example", state="sealed")
    assert own.exists()


@pytest.mark.long
@pytest.mark.django_db
def test_whole_class_under_way_leaves_cases_to_decide(now):
    build(stage="marking", seed=1, now=now, say=lambda line: None)
    assert work_waiting().cases_to_decide


@pytest.mark.django_db
def test_nobody_of_the_demo_has_a_password_and_one_person_is_staff(now):
    story("draft", now=now)
    people = User.objects.all()
    assert {person.has_usable_password() for person in people} == {False}
    assert {person.email.partition("@")[2] for person in people} == {"demo.example"}
    assert [person.email for person in people if person.is_staff] == ["admin@demo.example"]


@pytest.mark.django_db
def test_table_is_computed_and_follows_the_seed(now):
    def table(seed: int) -> list[str]:
        with transaction.atomic():
            lines = list(table_lines(story("marking", seed=seed, now=now)))
            transaction.set_rollback(True)
        return lines

    first = table(1)
    assert table(1) == first
    assert table(2) != first
    assert any("Explanation" in line and "[" in line for line in first)
    assert sum("median of the readings" in line for line in first) == 1
    assert any("nobody has marked yet" in line for line in first)


@pytest.mark.parametrize("name", QUIZZES)
def test_no_two_students_write_the_same_long_answer(name):
    quiz = read_quiz(name)
    papers = write_papers(quiz, students=40, rng=Random(3))
    for place, question in enumerate(quiz.questions):
        if question.criteria:
            assert len({paper[place].text for paper in papers}) == 40


def test_graders_mark_as_severely_as_they_are_known_to():
    criterion = next(q for q in read_quiz("science").questions if q.criteria).criteria[1]
    rng = Random(5)

    def average(name: str) -> float:
        text = next(one for one in read_graders() if one.name == name)
        return fmean(Marker(text, Grader()).level(criterion, 1.5, rng) for _ in range(400))

    assert average("沢渡 徹") + 0.8 < average("Ines Carvalhal") + 0.3 < average("Bram Oosterveld")
