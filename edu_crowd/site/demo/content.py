"""The texts of the demo course, as they lie in `content/`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"
QUIZZES = ("science", "reading")
COURSE_TITLE = "科学と読解 · Science and Reading"


@dataclass(frozen=True)
class LevelText:
    """A level: what it is called, sentences that show it in an answer, and what graders say of them."""

    points: Decimal
    label: str
    descriptor: str
    answers: tuple[str, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True)
class CriterionText:
    key: str
    title: str
    weight: Decimal
    levels: tuple[LevelText, ...]


@dataclass(frozen=True)
class QuestionText:
    """A question; marked by machine where it has a key, with what students give it right and wrong."""

    kind: str
    points: Decimal
    prompt: str
    key: Mapping[str, Any] | None
    right: tuple[Any, ...]
    wrong: tuple[Any, ...]
    criteria: tuple[CriterionText, ...]


@dataclass(frozen=True)
class QuizText:
    title: str
    instructions: str
    language: str
    questions: tuple[QuestionText, ...]
    decisions: tuple[str, ...]
    appeals: tuple[str, ...]


@dataclass(frozen=True)
class GraderText:
    """A simulated grader: `severity` and `noise` in level steps, `care` and `talk` as shares of the marks."""

    email: str
    name: str
    locale: str
    time_zone: str
    severity: float
    noise: float
    care: float
    talk: float
    minutes: float


@cache
def read_quiz(name: str) -> QuizText:
    raw = read(f"{name}.json")
    return QuizText(
        title=raw["title"],
        instructions=raw["instructions"],
        language=raw["language"],
        questions=tuple(question_from(one) for one in raw["questions"]),
        decisions=tuple(raw["decisions"]),
        appeals=tuple(raw["appeals"]),
    )


def read_graders() -> list[GraderText]:
    return [GraderText(**one) for one in read("people.json")["graders"]]


def read_students() -> list[dict[str, str]]:
    return list(read("people.json")["students"])


def read_staff() -> dict[str, dict[str, str]]:
    return dict(read("people.json")["staff"])


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def question_from(raw: Mapping[str, Any]) -> QuestionText:
    return QuestionText(
        kind=raw["kind"],
        points=Decimal(raw["points"]),
        prompt=raw["prompt"],
        key=raw.get("key"),
        right=tuple(raw.get("right", ())),
        wrong=tuple(raw.get("wrong", ())),
        criteria=tuple(criterion_from(one) for one in raw.get("criteria", ())),
    )


def criterion_from(raw: Mapping[str, Any]) -> CriterionText:
    return CriterionText(
        key=raw["key"],
        title=raw["title"],
        weight=Decimal(raw["weight"]),
        levels=tuple(
            LevelText(
                points=Decimal(level["points"]),
                label=level["label"],
                descriptor=level["descriptor"],
                answers=tuple(level["answers"]),
                comments=tuple(level["comments"]),
            )
            for level in raw["levels"]
        ),
    )
