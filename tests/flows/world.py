"""One course as its people would run it, through services and the clock alone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from assignments.models import Assignment, Course, Enrolment, Question, Submission
from assignments.services.assignment import close, create_assignment, publish
from assignments.services.enrolment import create_course, enrol
from assignments.services.question import add_question
from assignments.services.submission import hand_in, save_answer, start
from edu_crowd.people.models import User
from edu_crowd.shared import outbox
from grading import pipeline
from grading.models import Allocation, Enlistment, Grader, Round, Script
from grading.queries.script import criteria_of_script
from grading.services.claim import claim_next
from grading.services.enlistment import enlist
from grading.services.feedback import release
from grading.services.mark import seal
from grading.services.round import create_round
from rubrics.services import create_rubric
from tests.factories import NOW, UserFactory, criterion

RIGHT, WRONG = 1, 0


@dataclass
class World:
    """A course with a quiz of one choice and one long answer, handed in by everybody, and a crowd of graders."""

    seed: int = 1
    students: int = 5
    graders: int = 4
    round_settings: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.now: datetime = NOW
        self.rng = Random(self.seed)
        self.teacher: User = UserFactory()
        self.course: Course = create_course(
            owner=self.teacher, title=f"Course {self.seed}", language="en", time_zone="Asia/Tokyo"
        )
        self.assignment: Assignment = create_assignment(
            course=self.course, title="Quiz", due_at=NOW + timedelta(days=1), report_step=Decimal("0.5")
        )
        self.choice: Question = add_question(
            assignment=self.assignment,
            kind="single",
            prompt="Which is the capital?",
            points=Decimal(2),
            key={"options": ["Kyoto", "Tokyo"], "right": RIGHT},
        )
        self.essay: Question = add_question(
            assignment=self.assignment, kind="long_text", prompt="Why do seasons exist?", points=Decimal(6)
        )
        create_rubric(
            owner=self.teacher,
            title="Seasons",
            question=self.essay,
            criteria=[criterion("content"), criterion("language")],
        )
        publish(assignment=self.assignment, now=self.now)
        self.enrolments: list[Enrolment] = [
            enrol(course=self.course, role="student", user=UserFactory(), student_number=f"{self.seed}-{n}")
            for n in range(self.students)
        ]

    def later(self, **time: int) -> None:
        """Let time pass; the clock ticks and the outbox runs."""
        self.now += timedelta(**time)
        pipeline.tick(now=self.now, rng=self.rng)
        outbox.drain(now=self.now)

    def write(self, enrolment: Enrolment, text: str, choice: int = RIGHT) -> Submission:
        paper = start(assignment=self.assignment, enrolment=enrolment, now=self.now)
        save_answer(submission=paper, question=self.choice, choices=[choice], now=self.now)
        save_answer(submission=paper, question=self.essay, text=text, now=self.now)
        return paper

    def everybody_hands_in(self) -> list[Submission]:
        papers = []
        for number, enrolment in enumerate(self.enrolments):
            paper = self.write(enrolment, f"The axis is tilted. Reason {number} of course {self.seed}.", number % 2)
            hand_in(submission=paper, now=self.now)
            papers.append(paper)
        return papers

    def open_round(self) -> Round:
        """Close the assignment after the cooling window and open it for marking by fresh graders."""
        self.now += timedelta(days=2)
        close(assignment=self.assignment, now=self.now)
        self.round = create_round(assignment=self.assignment, **self.round_settings)
        self.places: list[Enlistment] = [
            enlist(round_=self.round, user=UserFactory(), rng=self.rng) for _ in range(self.graders)
        ]
        pipeline.open_for_marking(round_=self.round, now=self.now, rng=self.rng)
        return self.round

    def opened(self) -> "World":
        """Let everybody hand in, then open the round."""
        self.papers = self.everybody_hands_in()
        self.open_round()
        return self

    @property
    def crowd(self) -> list[Grader]:
        return [place.grader for place in self.places]

    def claim(self, grader: Grader) -> Allocation | None:
        return claim_next(round_=self.round, grader=grader, now=self.now, rng=self.rng)

    def mark(self, allocation: Allocation, points: int, comment: str = "", sheet: str = "sheet") -> None:
        """Seal a sheet that gives every criterion the same points."""
        criteria = list(criteria_of_script(allocation.script))
        seal(
            allocation=allocation,
            client_mark_id=sheet,
            levels={one.pk: one.levels.get(points=points).pk for one in criteria},
            comments={one.pk: comment for one in criteria},
            replaces_sealed=allocation.state == Allocation.State.SEALED,
            now=self.now,
        )
        outbox.drain(now=self.now)

    def everybody_marks(self, points: int = 2, comment: str = "") -> int:
        """Let the graders take turns until nothing is left for any of them; return how many sheets they sealed."""
        sealed = 0
        while claimed := [allocation for grader in self.crowd if (allocation := self.claim(grader))]:
            for allocation in claimed:
                self.mark(allocation, points, comment)
                sealed += 1
        return sealed

    def scripts(self) -> list[Script]:
        return list(Script.objects.filter(round=self.round).order_by("pk"))

    def release_all(self, points: int = 2) -> "World":
        """Go all the way: everybody hands in, everybody gives the same points, the class is released."""
        self.opened().everybody_marks(points=points)
        pipeline.close_round(round_=self.round, now=self.now)
        release(assignment=self.assignment, now=self.now)
        return self
