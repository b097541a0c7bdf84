"""Courses brought to where a page has something to show."""

from dataclasses import dataclass

from django.core.files.base import ContentFile

from grading import pipeline
from grading.models import Allocation, Feedback, Grader, Rendition, ReviewCase
from grading.queries.result import current_feedback
from grading.queries.script import criteria_of_script
from grading.services.appeal import file_appeal
from grading.services.feedback import release
from grading.services.review import open_case
from tests.flows.world import World

PAGE = 9


@dataclass
class Full:
    """A released course with an appeal on somebody's desk, a case to decide, and a drawn page on both."""

    world: World
    desk: Allocation
    grader: Grader
    case: ReviewCase
    feedback: Feedback


def full(seed: int) -> Full:
    world = World(seed=seed)
    papers = world.everybody_hands_in()
    world.open_round()
    world.everybody_marks(comment="Name the angle of the axis.")
    pipeline.close_round(round_=world.round, now=world.now)
    release(assignment=world.assignment, now=world.now)
    feedback = current_feedback(papers[0])
    assert feedback is not None
    criterion = world.essay.rubrics.get().criteria.first()
    file_appeal(feedback=feedback, criterion=criterion, reason="I did name it.", now=world.now)
    desk = next(allocation for grader in world.crowd if (allocation := world.claim(grader)))
    draw_page(desk)
    case = open_case(
        script=desk.script,
        criterion=criteria_of_script(desk.script)[0],
        reason=ReviewCase.Reason.UNREAD,
        now=world.now,
    )
    return Full(world=world, desk=desk, grader=desk.grader, case=case, feedback=feedback)


def draw_page(desk: Allocation) -> None:
    """Put an image beside the text on a script."""
    piece = Rendition(script=desk.script, position=PAGE, question=desk.script.question, width=8, height=8)
    piece.image.save("page", ContentFile(b"RIFF0000WEBP"), save=True)
