"""Intake: an answer becomes a script, drawn afresh, with nothing that leads back to its author."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Answer, Submission
from edu_crowd.shared.drawing import draw_pages
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.text import render_text
from grading.models import Enlistment, Grader, Rendition, Round, Script, ScriptExclusion, TextBody
from grading.queries import origin
from grading.queries.script import criteria_of_script
from rubrics.models import Level

log = logging.getLogger(__name__)


class SheetIncomplete(Problem):
    """A criterion has no level yet, or one that is not of its rubric."""


@dataclass(frozen=True, kw_only=True)
class DrawnAnswer:
    """An answer, and what graders will see of it; the images lie in storage, the rows are yet to be written."""

    answer: Answer
    renditions: list[Rendition]


def lock_script(script_id: int) -> Script:
    """Return a script as it is now, and keep other jobs off it until the transaction ends."""
    locked = Script.objects.select_related("round").select_for_update(of=("self",), no_key=True)
    return locked.get(pk=script_id)


def draw_paper(*, round_: Round, submission: Submission) -> list[DrawnAnswer]:
    """Draw the answers of a paper that a round marks; what is unanswered goes to nobody.

    Slow, and so outside the transaction that writes the scripts.
    """
    answers = origin.not_taken_in(submission.answers.filter(question__in=round_.questions.values("question")))
    drawn = [
        DrawnAnswer(answer=answer, renditions=draw(answer))
        for answer in answers.select_related("question").prefetch_related("attachments")
    ]
    return [one for one in drawn if one.renditions]


def draw(answer: Answer) -> list[Rendition]:
    """Draw text as sanitised HTML, and files as images of their pages."""
    pieces: list[Rendition] = []
    if answer.text.strip():
        pieces.append(Rendition(html=render_text(answer.text, language=answer.question.language)))
    for attachment in answer.attachments.all():
        try:
            with attachment.file.open("rb") as file:
                content = file.read()
            pages = draw_pages(content, attachment.kind)
        except (Problem, OSError) as problem:  # it was drawn once when it was uploaded; one file must not stop a class
            log.exception("attachment %s could not be drawn", attachment.pk)
            lost = _("This file could not be drawn. Give the paper back as illegible.")
            pieces.append(Rendition(html=format_html("<p>{}</p>", problem if isinstance(problem, Problem) else lost)))
            continue
        for page in pages:
            piece = Rendition(width=page.width, height=page.height)
            piece.image.save("page", ContentFile(page.webp), save=False)
            pieces.append(piece)
    return pieces


@transaction.atomic
def make_scripts(*, round_: Round, submission: Submission, drawn: Sequence[DrawnAnswer], rng: Random) -> list[Script]:
    """Turn one paper into the scripts of a round: one per answered question, or one for the whole paper.

    The caller holds the round's lock.

    Safe to repeat: a paper that has its scripts in this round keeps them. Locks the paper: one that was taken back in
    the meantime makes none.
    """
    handed_in = Submission.objects.select_for_update(of=("self",), no_key=True).filter(
        pk=submission.pk, state=Submission.State.HANDED_IN
    )
    if not drawn or handed_in.first() is None:
        return []
    if origin.submissions_with_scripts_in(round_).filter(pk=submission.pk).exists():
        return []
    groups = [[one] for one in drawn] if round_.unit == Round.Unit.QUESTION else [list(drawn)]
    return [make_script(round_=round_, submission=submission, drawn=group, rng=rng) for group in groups]


def discard(drawn: Iterable[DrawnAnswer]) -> None:
    """Remove the images of papers whose scripts were not written after all."""
    for one in drawn:
        for piece in one.renditions:
            if piece.image:
                piece.image.delete(save=False)


def make_script(*, round_: Round, submission: Submission, drawn: list[DrawnAnswer], rng: Random) -> Script:
    """Insert one open script with its origin, its renditions and its exclusions."""
    question = drawn[0].answer.question
    script = Script.objects.create(
        round=round_,
        question=question if round_.unit == Round.Unit.QUESTION else None,
        language=question.language,
        readings_wanted=round_.readings_wanted,
        is_open=True,
        rnd=rng.random(),
    )
    origin.record(script=script, submission=submission)
    pieces = [(one.answer.question, piece) for one in drawn for piece in one.renditions]
    for position, (asked, piece) in enumerate(pieces):
        piece.script, piece.position, piece.question = script, position, asked
    Rendition.objects.bulk_create(piece for _, piece in pieces)
    exclude_author(script=script, submission=submission)
    return script


def exclude_author(*, script: Script, submission: Submission) -> None:
    """Bar every enlisted grader who is the author; whoever enlists later is barred then."""
    author = submission.enrolment.user_id
    if author is None:
        return
    places = Enlistment.objects.filter(round=script.round_id, grader__user=author)
    ScriptExclusion.objects.bulk_create(
        [ScriptExclusion(script=script, grader=grader) for grader in Grader.objects.filter(enlistments__in=places)],
        ignore_conflicts=True,
    )


def chosen_levels(script: Script, levels: Mapping[int, int]) -> list[Level]:
    """Return one level per criterion of the script, or raise `SheetIncomplete` naming what is missing."""
    chosen: list[Level] = []
    missing: list[str] = []
    for criterion in criteria_of_script(script):
        level = next((one for one in criterion.levels.all() if one.pk == levels.get(criterion.pk)), None)
        if level is None:
            missing.append(criterion.title)
        else:
            chosen.append(level)
    if missing:
        raise SheetIncomplete(
            ngettext(
                "Choose a level for this criterion: %(missing)s.",
                "Choose a level for these criteria: %(missing)s.",
                len(missing),
            )
            % {"missing": ", ".join(missing)}
        )
    return chosen


def keep_text(text: str) -> TextBody | None:
    if not text.strip():
        return None
    body = TextBody.of(text.strip())
    body.save()
    return body
