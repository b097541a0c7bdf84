"""One version of a rubric with its words, what it is worth, and what became of it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assignments.models import Question
from edu_crowd.people.acting import acting
from edu_crowd.shared.errors import Problem
from rubrics.changes import changes_between
from rubrics.models import Rubric
from rubrics.queries import criteria_of, questions_without_rubric, specs_by_rubric, versions_of, worths_of

MOST_QUESTIONS = 100


@dataclass(frozen=True)
class Version:
    """A version and what it changed against the one before; None for the first."""

    rubric: Rubric
    changes: list[str] | None


def history_of(versions: list[Rubric]) -> list[Version]:
    """Say of each version, newest first, what it changed."""
    specs = specs_by_rubric(versions)
    before = [*versions[1:], None]
    return [
        Version(one, changes_between(specs[other.pk], specs[one.pk]) if other else None)
        for one, other in zip(versions, before, strict=True)
    ]


def shown(
    request: HttpRequest,
    rubric: Rubric,
    *,
    question: Question | None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = versions_of(rubric)
    specs = specs_by_rubric([rubric])[rubric.pk]
    worths = worths_of(specs, question.points if question else None)
    context = {
        "rubric": rubric,
        "question": question,
        "criteria": criteria_of([rubric]),
        "worths": worths,
        "in_all": sum(worth.weighted for worth in worths),
        "versions": history_of(versions),
        "newest": versions[0],
        "is_newest": versions[0] == rubric,
        "targets": questions_without_rubric(acting(request))[:MOST_QUESTIONS],
        "problem": problem,
        "language": question.language if question else "",
    }
    return render(request, "rubrics/rubric/show.html", context, status=status)
