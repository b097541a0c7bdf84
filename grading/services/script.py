"""Intake: an answer becomes a script, drawn afresh, with nothing that leads back to its author."""

from datetime import datetime
from random import Random

from django.core.files.base import ContentFile
from django.db import transaction

from assignments.models import Answer, Submission
from edu_crowd.shared.drawing import draw_pages
from edu_crowd.shared.text import render_text
from grading.events import BoardChanged, announce
from grading.models import Enlistment, Grader, Rendition, Round, Script, ScriptExclusion
from grading.queries import origin
from grading.services.round import note_opening


def is_unanswered(answer: Answer) -> bool:
    """Nothing to read: it scores 0 and goes to nobody."""
    return not answer.text.strip() and not answer.attachments.all()


@transaction.atomic
def make_scripts(*, round_: Round, submission: Submission, now: datetime, rng: Random) -> list[Script]:
    """Turn one paper into the scripts of a round: one per answered question, or one for the whole paper.

    Safe to repeat: a paper that has its scripts in this round keeps them. Locks the paper: one that was taken back in
    the meantime makes none.
    """
    handed_in = Submission.objects.select_for_update(of=("self",)).filter(
        pk=submission.pk, state=Submission.State.HANDED_IN
    )
    if handed_in.first() is None:
        return []
    questions = round_.questions.values_list("question", flat=True)
    answers = [
        answer
        for answer in submission.answers.filter(question__in=questions).prefetch_related("attachments", "question")
        if not is_unanswered(answer)
    ]
    groups = [[answer] for answer in answers] if round_.unit == Round.Unit.QUESTION else [answers]
    if not answers or origin.submissions_with_scripts_in(round_).filter(pk=submission.pk).exists():
        return []
    scripts = [make_script(round_=round_, submission=submission, answers=group, rng=rng) for group in groups]
    note_opening(round_id=round_.pk)
    announce(BoardChanged(round_id=round_.pk), now=now)
    return scripts


def make_script(*, round_: Round, submission: Submission, answers: list[Answer], rng: Random) -> Script:
    """Insert one open script with its origin, its renditions and its exclusions."""
    script = Script.objects.create(
        round=round_,
        question=answers[0].question if round_.unit == Round.Unit.QUESTION else None,
        language=answers[0].question.language,
        readings_wanted=round_.readings_wanted,
        is_open=True,
        rnd=rng.random(),
    )
    origin.record(script=script, submission=submission)
    for answer in answers:
        draw(script=script, answer=answer)
    exclude_author(script=script, submission=submission)
    return script


def draw(*, script: Script, answer: Answer) -> None:
    """Draw an answer for graders: text as sanitised HTML, files as images of their pages."""
    pieces: list[Rendition] = []
    if answer.text.strip():
        pieces.append(Rendition(html=render_text(answer.text, language=answer.question.language)))
    for attachment in answer.attachments.all():
        with attachment.file.open("rb") as file:
            content = file.read()
        for page in draw_pages(content, attachment.kind):
            piece = Rendition(width=page.width, height=page.height)
            piece.image.save("page", ContentFile(page.webp), save=False)
            pieces.append(piece)
    first = script.renditions.count()
    for position, piece in enumerate(pieces, start=first):
        piece.script, piece.position, piece.question = script, position, answer.question
        piece.save()


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
