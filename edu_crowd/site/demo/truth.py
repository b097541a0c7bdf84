"""The simulated class: what each paper is truly worth, and the words that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from edu_crowd.site.demo.content import CriterionText, QuestionText, QuizText

# How much of a student's level comes from the student, and how much from the day.
ABILITY, DAY = 0.75, 0.65


@dataclass(frozen=True)
class TrueAnswer:
    """One answer as it was simulated. `quality` is in level steps by criterion key, empty for machine-marked ones."""

    text: str
    choices: tuple[int, ...]
    quality: Mapping[str, float]

    @property
    def is_blank(self) -> bool:
        return not self.text and not self.choices


BLANK = TrueAnswer(text="", choices=(), quality={})


def true_level(criterion: CriterionText, quality: float) -> int:
    """Return the position of the level that an answer of this quality shows."""
    return min(max(round(quality), 0), len(criterion.levels) - 1)


def true_points(criterion: CriterionText, quality: float) -> Decimal:
    return criterion.levels[true_level(criterion, quality)].points


def write_papers(quiz: QuizText, *, students: int, rng: Random) -> list[list[TrueAnswer]]:
    """Return, student by student, an answer to every question of a quiz; no two long answers are the same."""
    used: set[str] = set()
    papers = []
    for _ in range(students):
        ability = rng.gauss(0, 1)
        papers.append([write_answer(question, ability, used, rng) for question in quiz.questions])
    return papers


def write_answer(question: QuestionText, ability: float, used: set[str], rng: Random) -> TrueAnswer:
    if question.key is not None:
        knows = rng.gauss(0.5, 1) < ability + 0.8
        given = rng.choice(question.right if knows else question.wrong)
        text, choices = (given, ()) if isinstance(given, str) else ("", tuple(given))
        return TrueAnswer(text=text, choices=choices, quality={})
    while True:
        quality = {one.key: quality_of(one, ability, rng) for one in question.criteria}
        text = compose(question, quality, rng)
        if text not in used:
            used.add(text)
            return TrueAnswer(text=text, choices=(), quality=quality)


def quality_of(criterion: CriterionText, ability: float, rng: Random) -> float:
    """Draw a quality in level steps; the middle of the class lies a little above the middle of the levels."""
    top = len(criterion.levels) - 1
    share = 0.56 + 0.32 * (ABILITY * ability + DAY * rng.gauss(0, 1))
    return min(max(share, 0.0), 1.0) * top


def compose(question: QuestionText, quality: Mapping[str, float], rng: Random) -> str:
    """Return an answer made of one passage per criterion, each of the level that the answer shows there."""
    return "\n\n".join(
        rng.choice(criterion.levels[true_level(criterion, quality[criterion.key])].answers)
        for criterion in question.criteria
    )
