"""A round as one grader lives it, to the appeal. Who wrote which paper is the one thing that varies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core import mail
from PIL import Image

from assignments.models import Enrolment, Question, Submission
from assignments.services.assignment import close, create_assignment, publish
from assignments.services.attachment import attach
from assignments.services.enrolment import create_course, enrol
from assignments.services.question import add_question
from assignments.services.submission import hand_in, save_answer, start
from edu_crowd.people.models import User
from edu_crowd.shared import outbox
from grading import events, pipeline
from grading.events import student_group
from grading.models import Allocation, ReviewCase, Round
from grading.queries.result import current_feedback
from grading.queries.script import criteria_of_script
from grading.services.appeal import file_appeal
from grading.services.claim import claim_next
from grading.services.enlistment import enlist
from grading.services.feedback import release
from grading.services.invitation import Links, invite
from grading.services.mark import seal
from grading.services.reference import choose_references, mark_reference
from grading.services.review import decide
from grading.services.round import create_round
from rubrics.models import Criterion
from rubrics.services import create_rubric
from tests.factories import NOW, UserFactory, criterion
from tests.factories.files import jpeg, written_pdf
from tests.leaks.browser import MASKED_HEADERS, Browser
from tests.leaks.chance import Clock, without_chance

# family, given, reading, display name, mail, number: each must stay unknown to graders.
ROSTER = [
    ("山田", "花子", "やまだ はなこ", "Hanako Yamada", "hanako.yamada@school.example", "24A0117"),
    ("Featherstonehaugh", "Quentin", "フェザーストンホー", "Q. Featherstonehaugh", "quentin@school.example", "24A0223"),
    ("佐々木", "次郎", "ささき じろう", "sasaki_jirou88", "jirou.sasaki@school.example", "24A0331"),
    ("O’Brien", "Siobhán", "オブライエン", "Siobhán O’Brien", "siobhan@school.example", "24A0445"),
    ("渡邉", "美咲", "わたなべ みさき", "misaki_w", "misaki.watanabe@school.example", "24A0661"),
    ("Ó Dónaill", "Fionn", "オドネル", "Fionn Ó Dónaill", "fionn@school.example", "24A0773"),
    ("Zieliński", "Kazimierz", "ジェリンスキ", "Kazik Z.", "kazik@school.example", "24A0559"),
]


@dataclass
class Story:
    """`authors[n]` wrote the n-th paper."""

    authors: Sequence[int] = (0, 1, 2, 3, 4, 5, 6)
    seed: int = 1
    frames: list[str] = field(default_factory=list)

    def tell(self) -> list[bytes]:
        """Return all that the grader received, in order: pages, heads, files, mails, frames."""
        self.clock, self.rng = Clock(NOW), Random(self.seed)
        mail.outbox.clear()
        with without_chance(self.clock), pytest.MonkeyPatch.context() as patch:
            patch.setattr(events, "publish", self.hear)
            self.prepare()
            self.mark_everything()
            self.release()
            self.appeal()
            self.err()
            mails = [mailed(one) for one in mail.outbox if self.viewer.email in one.recipients()]
        return [one.everything for one in self.browser.received] + mails + [one.encode() for one in self.frames]

    def hear(self, *, group: str, topic: str, version: int) -> None:
        if group == student_group(self.viewer.pk):
            self.frames.append(f"{topic} {version}")

    def later(self, **time: int) -> None:
        self.clock.now += timedelta(**time)
        pipeline.tick(now=self.clock.now, rng=self.rng)
        outbox.drain(now=self.clock.now)

    def prepare(self) -> None:
        self.teacher: User = UserFactory(email="teacher@example.org", display_name="The Teacher")
        self.viewer: User = UserFactory(email="grader@example.org", display_name="The Grader")
        others = [UserFactory(email=f"other{n}@example.org", display_name=f"Other {n}") for n in range(3)]
        course = create_course(owner=self.teacher, title="Physics", language="en", time_zone="Asia/Tokyo")
        self.assignment = create_assignment(course=course, title="Seasons", due_at=NOW + timedelta(days=1))
        essay = add_question(assignment=self.assignment, kind="long_text", prompt="Why?", points=6)
        scan = add_question(assignment=self.assignment, kind="file", prompt="Draw it.", points=4)
        for question in (essay, scan):
            create_rubric(owner=self.teacher, title="R", question=question, criteria=[criterion("content")])
        publish(assignment=self.assignment, now=NOW)
        students = [enrolled(course, row) for row in ROSTER]
        self.papers = [
            self.hand_in(students[author], number, essay, scan) for number, author in enumerate(self.authors)
        ]
        self.later(days=2)
        close(assignment=self.assignment, now=self.clock.now)
        self.round: Round = create_round(
            assignment=self.assignment, readings_wanted=2, readings_max=3, seeds_percent=30
        )
        self.invite()
        self.places = [enlist(round_=self.round, user=user, rng=self.rng) for user in (self.viewer, *others)]
        self.mark_references()
        pipeline.open_for_marking(round_=self.round, now=self.clock.now, rng=self.rng)
        self.browser = Browser(self.viewer)

    def invite(self) -> None:
        links = Links(sign_up="http://localhost/accounts/signup/", home="http://localhost/")
        invite(
            round_=self.round,
            lines=[self.viewer.email],
            by=self.teacher,
            links=links,
            now=self.clock.now,
            rng=self.rng,
        )

    def mark_references(self) -> None:
        """Two papers become hidden checks."""
        for script in choose_references(round_=self.round, papers=2, now=self.clock.now, rng=self.rng):
            levels = {one.pk: one.levels.all()[1].pk for one in criteria_of_script(script)}
            mark_reference(script=script, by=self.teacher, levels=levels, comments={}, now=self.clock.now)

    def hand_in(self, author: Enrolment, number: int, essay: Question, scan: Question) -> Submission:
        """The text is the paper's; what the file says of itself is its author's."""
        paper = start(assignment=self.assignment, enrolment=author, now=NOW)
        save_answer(submission=paper, question=essay, text=f"The axis is tilted, reason {number}.", now=NOW)
        exif = {"exif": named_exif(str(author.user))}
        for name, content in (
            (f"{author.family_name}.jpg", jpeg(**exif)),
            (f"{author.student_number}.pdf", written_pdf(name=f"Figure {number}")),
        ):
            attach(submission=paper, question=scan, name=name, content=content, now=NOW)
        hand_in(submission=paper, now=NOW + timedelta(minutes=number))
        return paper

    def mark_everything(self) -> None:
        browser, round_ = self.browser, self.round.pk
        browser.crawl("/", "/marking/")
        while (desk := self.next_desk()) is not None:
            browser.crawl(f"/desk/{desk.public_id}/")
            form = form_of(desk)
            browser.post(f"/desk/{desk.public_id}/draft/", form, accept="application/json")
            browser.post(f"/desk/{desk.public_id}/draft/", form | {"comment": "Typed elsewhere."})
            browser.post(f"/desk/{desk.public_id}/extend/", form)
            browser.post(f"/desk/{desk.public_id}/flag/", form | {"note": "The page is cut off."})
            browser.post(f"/desk/{desk.public_id}/flag/", form)
            browser.post(f"/desk/{desk.public_id}/seal/", {"draft_version": "1"})
            if desk.pk % 3 == 0:
                browser.post(f"/desk/{desk.public_id}/skip/", {"skip_reason": "known_author"})
            else:
                browser.post(f"/desk/{desk.public_id}/seal/", form | {"draft_version": "1"})
            self.others_mark()
            self.later(minutes=1)
        browser.crawl(f"/marking/{round_}/marks/", f"/marking/{round_}/nothing/")

    def next_desk(self) -> Allocation | None:
        self.browser.post(f"/marking/{self.round.pk}/next/")
        held = Allocation.objects.filter(grader__user=self.viewer, state="claimed")
        return held.first()

    def others_mark(self) -> None:
        for number, place in enumerate(self.places[1:]):
            desk = claim_next(round_=self.round, grader=place.grader, now=self.clock.now, rng=self.rng)
            if desk is not None:
                levels = {one.pk: one.levels.all()[number % 3].pk for one in criteria_of_script(desk.script)}
                seal(allocation=desk, client_mark_id="other", levels=levels, comments={}, now=self.clock.now)
        outbox.drain(now=self.clock.now)

    def release(self) -> None:
        while any(
            claim_next(round_=self.round, grader=place.grader, now=self.clock.now, rng=self.rng)
            for place in self.places[1:]
        ):
            self.others_mark()
        pipeline.start_closing(round_=self.round, now=self.clock.now)
        self.later(minutes=1)
        for case in ReviewCase.objects.filter(state="open"):
            decide(case=case, by=self.teacher, points=2, reason="Agreed.", key="one", now=self.clock.now)
        self.later(minutes=1)
        release(assignment=self.assignment, now=self.clock.now)
        self.browser.crawl("/", "/marking/")

    def appeal(self) -> None:
        """The author of the first paper appeals; whoever reads it again does not know."""
        feedback = current_feedback(self.papers[0])
        assert feedback is not None
        asked = feedback.body["questions"][0]["criteria"][0]["criterion"]
        file_appeal(
            feedback=feedback,
            criterion=Criterion.objects.get(pk=asked),
            reason="Look again.",
            now=self.clock.now,
        )
        self.later(minutes=1)
        if (desk := self.next_desk()) is not None:
            self.browser.crawl(f"/desk/{desk.public_id}/")
            self.browser.post(f"/desk/{desk.public_id}/seal/", form_of(desk))
        self.later(minutes=1)
        self.browser.crawl(f"/marking/{self.round.pk}/marks/")

    def err(self) -> None:
        """What is refused is looked at, too."""
        paper = self.papers[0].pk
        for path in (
            f"/rounds/{self.round.pk}/",
            f"/papers/{paper}/",
            f"/papers/{paper}/marks/",
            f"/assignments/{self.assignment.pk}/gradebook/",
            f"/courses/{self.assignment.course_id}/roster/",
            "/desk/absent/",
            "/nowhere/",
        ):
            self.browser.get(path)
        self.browser.call("PUT", "/marking/")
        self.browser.post("/language/", {"language": "xx"})


def enrolled(course: Any, row: tuple[str, ...]) -> Enrolment:
    family, given, reading, display_name, email, number = row
    return enrol(
        course=course,
        role="student",
        user=UserFactory(display_name=display_name, email=email),
        student_number=number,
        family_name=family,
        given_name=given,
        reading=reading,
    )


def mailed(letter: mail.EmailMessage) -> bytes:
    message = letter.message()
    for name in MASKED_HEADERS:
        del message[name]
    return message.as_bytes()


def named_exif(name: str) -> bytes:
    """EXIF that names an artist."""
    exif = Image.Exif()
    exif[0x013B] = name
    exif[0x9C9D] = name.encode("utf-16-le")
    return exif.tobytes()


def form_of(desk: Allocation) -> dict[str, str]:
    levels = {f"level-{one.pk}": str(one.levels.all()[2].pk) for one in criteria_of_script(desk.script)}
    return {**levels, "client_mark_id": desk.public_id, "draft_version": "0", "comment": "Well drawn."}
