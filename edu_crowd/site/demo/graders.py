"""Simulated graders of known severity, noise and care: they claim, mark and seal as people do."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from assignments.models import Submission
from edu_crowd.shared import outbox
from edu_crowd.site.demo.content import CriterionText, GraderText
from edu_crowd.site.demo.course import Quiz
from edu_crowd.site.demo.truth import TrueAnswer, true_level
from grading import pipeline
from grading.models import Allocation, Enlistment, Grader, Script
from grading.queries import origin
from grading.services.claim import claim_next, give_back
from grading.services.mark import seal
from rubrics.models import Criterion

CLOCK_EVERY = timedelta(hours=3)
LOOKS_AGAIN_AFTER = timedelta(minutes=40)
KNOWS_AUTHOR = 0.008


class Truth:
    """What a script is truly worth, which only the simulation can look up."""

    def __init__(self, quiz: Quiz, papers: Mapping[int, list[TrueAnswer]]) -> None:
        """`papers` are the simulated answers by enrolment id."""
        self.papers = papers
        self.places = {question.pk: place for place, question in enumerate(quiz.questions)}
        rows = Criterion.objects.filter(rubric__question__in=quiz.questions).select_related("rubric")
        self.criteria: dict[int, list[tuple[Criterion, CriterionText]]] = {}
        for row in rows.order_by("position").prefetch_related("levels"):
            question = row.rubric.question_id
            assert question is not None  # chosen by question above
            texts = {text.key: text for text in quiz.text.questions[self.places[question]].criteria}
            self.criteria.setdefault(question, []).append((row, texts[row.key]))

    def qualities(self, script: Script) -> list[tuple[Criterion, CriterionText, float]]:
        """Return each criterion of a script with the true quality of the answer, in level steps."""
        question = script.question_id
        assert question is not None  # the demo's rounds hand out question by question
        submission = Submission.objects.get(pk=origin.submission_ids_of([script.pk])[script.pk])
        answer = self.papers[submission.enrolment_id][self.places[question]]
        return [(row, text, answer.quality[row.key]) for row, text in self.criteria[question]]


@dataclass(frozen=True)
class Marker:
    """A simulated grader in a round."""

    text: GraderText
    grader: Grader

    def level(self, criterion: CriterionText, quality: float, rng: Random) -> int:
        """Choose a level: by quality, severity and noise, or without looking."""
        highest = len(criterion.levels) - 1
        if rng.random() > self.text.care:
            return rng.randint(0, highest)
        # Words show a level more clearly than the quality behind them, which may lie between two.
        shown = (quality + true_level(criterion, quality)) / 2
        seen = shown - self.text.severity + rng.gauss(0, self.text.noise)
        return min(max(round(seen), 0), highest)

    def minutes(self, rng: Random) -> float:
        return self.text.minutes * rng.uniform(0.6, 1.5)


def markers_of(quiz: Quiz, texts: list[GraderText]) -> list[Marker]:
    """Return the graders who are at work in a quiz's round."""
    by_email = {text.email: text for text in texts}
    places = Enlistment.objects.filter(round=quiz.round, state=Enlistment.State.ACTIVE)
    found = [place.grader for place in places.select_related("grader__user").order_by("pk")]
    return [Marker(by_email[grader.user.email], grader) for grader in found if grader.user]


def mark(
    *, quiz: Quiz, truth: Truth, crew: list[Marker], start: datetime, until: datetime, pause_minutes: float, rng: Random
) -> datetime:
    """Let the crew mark until an instant, or until nobody finds anything to read; return when that was.

    What a grader has on the desk at the end stays there.
    """
    order = count()
    queue: list[tuple[datetime, int, Marker | None, Allocation | None]] = [
        (start + timedelta(minutes=rng.uniform(0, 2 * pause_minutes)), next(order), marker, None) for marker in crew
    ]
    queue.append((start, next(order), None, None))
    heapq.heapify(queue)
    idle: set[int] = set()
    now = start
    while queue and queue[0][0] <= until and len(idle) < len(crew):
        now, _, marker, allocation = heapq.heappop(queue)
        if marker is None:
            pipeline.tick(now=now, rng=rng)
            heapq.heappush(queue, (now + CLOCK_EVERY, next(order), None, None))
        elif allocation is None:
            taken = claim_next(round_=quiz.round, grader=marker.grader, now=now, rng=rng)
            if taken is None:
                idle.add(marker.grader.pk)
                heapq.heappush(queue, (now + LOOKS_AGAIN_AFTER, next(order), marker, None))
            else:
                done_at = now + timedelta(minutes=marker.minutes(rng))
                heapq.heappush(queue, (done_at, next(order), marker, taken))
        else:
            finish(allocation, marker, truth, now=now, rng=rng)
            idle.clear()
            pause = timedelta(minutes=rng.expovariate(1 / pause_minutes))
            heapq.heappush(queue, (now + pause, next(order), marker, None))
    return now


def finish(allocation: Allocation, marker: Marker, truth: Truth, *, now: datetime, rng: Random) -> None:
    """Seal what is on the desk, or now and then hand it back; then do the later work that this asks for."""
    if rng.random() < KNOWS_AUTHOR:
        give_back(allocation=allocation, reason=Allocation.SkipReason.KNOWN_AUTHOR, now=now)
        return
    levels: dict[int, int] = {}
    comments: dict[int, str] = {}
    for criterion, text, quality in truth.qualities(allocation.script):
        chosen = marker.level(text, quality, rng)
        levels[criterion.pk] = criterion.levels.all()[chosen].pk
        if rng.random() < marker.text.talk:
            comments[criterion.pk] = rng.choice(text.levels[chosen].comments)
    assert allocation.claimed_at is not None  # it lies on the desk
    seal(
        allocation=allocation,
        client_mark_id=f"demo-{allocation.pk}",
        levels=levels,
        comments=comments,
        active_ms=int((now - allocation.claimed_at).total_seconds() * 1000),
        now=now,
    )
    outbox.drain(now=now)
