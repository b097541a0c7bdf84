"""One course from its first page to its gradebook as a file, told in three chapters; nothing but clicks and the clock."""

from decimal import Decimal

from playwright.sync_api import expect

from grading.models import Appeal, ConsensusScore, Feedback, MarkSheet, Override, ReviewCase, Script
from tests.browser.journey import deciding, marking, studying, teaching
from tests.browser.journey.people import Cast, Person
from tests.browser.sites import let_time_pass

DISPUTED = "Because the earth comes closer to the sun."
SOUND = "Because the axis is tilted towards its orbit."
KNOWN = "The tilt of the axis, as the key says."
REWRITTEN = "Because of the tilt; the distance hardly matters."
NOTE = "The picture is empty. Is that meant?"
WHY = "The tilt is not named, but the orbit is right."


def set_out(cast: Cast) -> None:
    """The course, its people, the assignment; it is published, and one student has more time."""
    teacher = cast.teacher
    teaching.create_course(teacher)
    teaching.fill_roster(cast)
    link = teaching.make_join_link(teacher)
    for student in (cast.filer, cast.latecomer, cast.early):
        studying.join_at_kept_place(student, link)
    studying.join_at_new_place(cast.doubter, link, number="S4")
    teaching.create_assignment(teacher)
    teaching.write_rubrics(teacher)
    teaching.preview_and_publish(teacher)
    teaching.give_extension(teacher, cast.latecomer)


def papers_come_in(cast: Cast) -> Person:
    """Four papers: one early, which becomes the reference; one with a file, one taken back, one late by extension.

    Meanwhile the round is prepared. Return the grader who signed up by the mail's link.
    """
    teacher = cast.teacher
    studying.begin(cast.early)
    studying.answer(cast.early, essay=KNOWN)
    studying.hand_in(cast.early)
    let_time_pass(minutes=31)

    teacher.follow("Questions")
    deciding.prepare_round(teacher, batch=3)
    newcomer = cast.stranger("Dai Grader")
    deciding.invite(teacher, [*(one.email for one in cast.graders), newcomer.email])
    deciding.mark_reference(teacher, [3, 3, 3])
    marking.sign_up_by_mail(cast, newcomer)

    studying.begin(cast.filer)
    studying.answer(cast.filer, essay=SOUND, with_file=True)
    studying.hand_in(cast.filer)
    studying.begin(cast.doubter)
    studying.answer(cast.doubter, essay="Not sure.")
    studying.hand_in(cast.doubter)
    studying.take_back_and_hand_in_again(cast.doubter, essay=REWRITTEN)
    let_time_pass(days=2)
    studying.begin(cast.latecomer)
    studying.answer(cast.latecomer, essay=DISPUTED, choice="Away from the sun")
    studying.hand_in(cast.latecomer)
    studying.watch(cast.doubter)
    studying.stands_at(cast.doubter, "Being marked")
    return newcomer


class Readers:
    """Four opinions: of one mind on everything but the disputed essay, and one who asks about the picture."""

    def __init__(self, graders: list[Person]) -> None:
        self.graders = graders
        self.disputed = [3, 0, 1, 2]
        self.asked = False

    def opinion(self, text: str) -> tuple[list[int], str]:
        if text == "(a picture)":
            return [2], "The orbit is there."
        if DISPUTED in text:
            level = self.disputed.pop(0)
            return [level, 2, 2], f"Worth {level}."
        return [2, 2, 2], "Name the angle."

    def read_one(self, grader: Person) -> bool:
        """Mark what comes next; False where nothing is left."""
        text = marking.take(grader)
        if text is None:
            return False
        if text == "(a picture)" and not self.asked:
            self.asked = True
            marking.ask_teacher(grader, NOTE)
        marking.mark(grader, *self.opinion(text))
        return True

    def read_all(self) -> None:
        """Take turns until nobody finds anything."""
        while any([self.read_one(grader) for grader in self.graders]):
            pass


def papers_are_marked(cast: Cast, newcomer: Person) -> None:
    """The round runs: the board moves, a flag is answered, the dispute decided, the round closed."""
    teacher = cast.teacher
    let_time_pass(minutes=31)
    deciding.open_round(teacher)
    assert Script.objects.count() == 5  # four essays and a picture
    deciding.sees(teacher, "readings sealed: 0 of 8")
    readers = Readers([*cast.graders, newcomer])
    readers.read_one(cast.graders[0])
    sealed = MarkSheet.objects.exclude(allocation__purpose="seed").count()
    deciding.sees(teacher, f"readings sealed: {sealed} of 8")
    readers.read_all()
    teacher.look("board")
    # One reading more than planned: the third on the disputed essay.
    deciding.sees(teacher, "readings sealed: 9 of 9")
    deciding.sees(teacher, "Decide the case that waits")
    deciding.answer_flag(teacher, NOTE)
    assert deciding.decide_all(teacher, points="1.5", reason=WHY) == 1
    deciding.sees(teacher, "Nothing waits for a decision.")
    teacher.look("board")
    let_time_pass(days=4)  # the extension is over
    deciding.close_round(teacher)


def results_go_out(cast: Cast, newcomer: Person) -> None:
    """Released, read, appealed, read afresh, settled; a total set by hand; the gradebook as files."""
    teacher = cast.teacher
    studying.watch(cast.latecomer)
    deciding.look_and_release(teacher)
    studying.read_feedback(cast.doubter)
    page = studying.read_feedback(cast.latecomer)
    expect(page.get_by_text(WHY)).to_be_visible()
    studying.appeal(cast.doubter, "Content", "I did name the tilt.")
    cast.doubter.page.get_by_role("link", name="Overview").click()

    # Who has not read it reads it afresh, hidden among whatever else there is.
    for grader in (*cast.graders, newcomer):
        if marking.mark_everything(grader, lambda text: ([3, 2, 2], "It names the tilt.")):
            break
    assert MarkSheet.objects.filter(allocation__purpose="appeal").count() == 1
    teacher.go(f"/assignments/{Feedback.objects.first().submission.assignment_id}/release/")
    deciding.settle_appeal(teacher, points="3", reason="It does name it.")
    expect(cast.doubter.page.get_by_role("link", name="New feedback")).to_be_visible()
    cast.doubter.follow("New feedback")
    expect(cast.doubter.page.get_by_text("It does name it.")).to_be_visible()
    cast.doubter.look("new-feedback")

    teacher.go(f"/assignments/{Feedback.objects.first().submission.assignment_id}/release/")
    deciding.set_total(teacher, cast.filer, points="15", reason="The drawing was exemplary.")
    studying.watch(cast.filer)
    expect(studying.read_feedback(cast.filer).get_by_text("The drawing was exemplary.")).to_be_visible()
    take_files(cast)
    deciding.look_around(cast)


def take_files(cast: Cast) -> None:
    teacher = cast.teacher
    teacher.follow("Gradebook")
    book = deciding.rows_of_workbook(deciding.download(teacher, "XLSX workbook"))
    results = next(iter(book.values()))
    table = deciding.rows_of_csv(deciding.download(teacher, "CSV file"))
    for number, total in (("S1", 15), ("S4", Decimal(9))):
        assert any(number in row and float(total) in row for row in results), (number, results)
        assert any(number in row and str(total) in row for row in table), (number, table)


def what_stands() -> dict[str, object]:
    """What the walk must have left behind."""
    return {
        "decided": ReviewCase.objects.filter(state="decided").count(),
        "appeal": Appeal.objects.get().state,
        "overrides": Override.objects.count(),
        "told": Feedback.objects.values("submission").distinct().count(),
        "scores": ConsensusScore.objects.values("script", "criterion").distinct().count(),
    }


def tell(cast: Cast) -> None:
    set_out(cast)
    newcomer = papers_come_in(cast)
    papers_are_marked(cast, newcomer)
    results_go_out(cast, newcomer)
    assert what_stands() == {"decided": 2, "appeal": "upheld", "overrides": 1, "told": 4, "scores": 13}
    cast.check()
