"""Reference papers: scripts that the teacher marks; graders then read them unknowing, as hidden checks."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from random import Random

from django.core.files.storage import Storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Submission
from edu_crowd.people.models import User
from edu_crowd.shared import audit
from edu_crowd.shared.errors import Problem
from grading.models import ReferenceMark, Rendition, Round, Script, ScriptExclusion, TextBody
from grading.queries import origin
from grading.queries.reference import complete_among
from grading.queries.script import papers_waiting, references_in
from grading.services.round import lock_round
from grading.services.script import (
    DrawnAnswer,
    chosen_levels,
    discard,
    draw_paper,
    keep_text,
    make_scripts,
)
from rubrics.services import pin


class ReferencesFixed(Problem):
    """The round is open: graders may have read its reference papers."""


class TooManyReferences(Problem):
    """At least half of the papers are left to the graders."""


def choose_references(*, round_: Round, papers: int, now: datetime, rng: Random) -> list[Script]:
    """Make reference papers of some papers that are in, drawn at random; return their scripts.

    Drawing is slow, and so comes before the transaction that writes the scripts. Locks the round. Raises
    `ReferencesFixed`, `TooManyReferences`.
    """
    refuse_unless_draft(round_)
    waiting = list(papers_waiting(round_, now=now))
    refuse_if_too_many(round_, papers=papers, waiting=len(waiting))
    drawn = {paper: draw_paper(round_=round_, submission=paper) for paper in rng.sample(waiting, papers)}
    made: dict[Submission, list[Script]] = {}
    try:
        made = write_references(round_, drawn, now=now, rng=rng)
    finally:
        for paper in drawn:
            if not made.get(paper):
                discard(drawn[paper])
    return [script for scripts in made.values() for script in scripts]


@transaction.atomic
def write_references(
    round_: Round, drawn: Mapping[Submission, list[DrawnAnswer]], *, now: datetime, rng: Random
) -> dict[Submission, list[Script]]:
    """Write the scripts of the papers chosen; none of them has a place that anybody could claim."""
    refuse_unless_draft(lock_round(round_))
    # Counted anew: another window may have chosen some meanwhile.
    refuse_if_too_many(round_, papers=len(drawn), waiting=papers_waiting(round_, now=now).count())
    made = {paper: make_scripts(round_=round_, submission=paper, drawn=drawn[paper], rng=rng) for paper in drawn}
    scripts = [script for one in made.values() for script in one]
    for script in scripts:
        script.is_reference, script.is_open = True, False
        script.readings_wanted, script.next_purpose = 0, "seed"
    Script.objects.bulk_update(scripts, ["is_reference", "is_open", "readings_wanted", "next_purpose"])
    audit.record("references.chosen", round_, papers=sum(map(bool, made.values())), scripts=[s.pk for s in scripts])
    return made


def refuse_unless_draft(round_: Round) -> None:
    if round_.state != Round.State.DRAFT:
        raise ReferencesFixed(_("This round is open already, and graders read its reference papers as they are."))


def refuse_if_too_many(round_: Round, *, papers: int, waiting: int) -> None:
    """At least half of the papers that are in stay with the graders."""
    chosen = origin.submissions_with_scripts_in(round_).count()
    most = max(0, min((chosen + waiting) // 2 - chosen, waiting))
    if papers < 1:
        raise TooManyReferences(_("Choose at least one paper."))
    if papers <= most:
        return
    if not most:
        raise TooManyReferences(
            _("No more can be chosen: at least half of the papers that are in stay with the graders.")
        )
    raise TooManyReferences(
        ngettext(
            "Choose %(most)s paper at most: at least half of the papers that are in stay with the graders.",
            "Choose %(most)s papers at most: at least half of the papers that are in stay with the graders.",
            most,
        )
        % {"most": most}
    )


@transaction.atomic
def mark_reference(
    *, script: Script, by: User, levels: Mapping[int, int], comments: Mapping[int, str], now: datetime
) -> list[ReferenceMark]:
    """Keep what somebody who knows gives a reference paper, in place of what they gave it before.

    The rubric is pinned: marks hold on to its levels. Locks the round. Raises `ReferencesFixed`, `SheetIncomplete`.
    """
    refuse_unless_draft(lock_round(script.round))
    refuse_unless_chosen(script)
    chosen = chosen_levels(script, levels)
    for rubric in {level.criterion.rubric_id: level.criterion.rubric for level in chosen}.values():
        pin(rubric=rubric, now=now)
    delete_marks(script, by=by)
    marks = ReferenceMark.objects.bulk_create(
        ReferenceMark(
            script=script,
            criterion_id=level.criterion_id,
            level=level,
            points=level.points,
            by=by,
            comment=keep_text(comments.get(level.criterion_id, "")),
            marked_at=now,
        )
        for level in chosen
    )
    audit.record("reference.marked", script, round=script.round_id, marks=len(marks))
    return marks


@transaction.atomic
def drop_reference(*, script: Script) -> None:
    """Put a reference paper back among the others; its marks are gone. Locks the round. Raises `ReferencesFixed`."""
    refuse_unless_draft(lock_round(script.round))
    refuse_unless_chosen(script)
    audit.record("reference.dropped", script, round=script.round_id)
    put_back(script)


@transaction.atomic
def drop_references(*, round_: Round) -> int:
    """Put all reference papers of a draft back, before it is discarded or its questions change; return how many.

    Locks the round. Raises `ReferencesFixed`.
    """
    refuse_unless_draft(lock_round(round_))
    scripts = list(references_in(round_))
    for script in scripts:
        audit.record("reference.dropped", script, round=round_.pk)
        put_back(script)
    return len(scripts)


@transaction.atomic
def fix_references(*, round_: Round) -> list[Script]:
    """Before a round opens: return the reference papers that are marked in full, and put the others back.

    Those are then taken in with the rest, so that nobody can tell them by when they came.
    """
    if lock_round(round_).state != Round.State.DRAFT:
        return []  # whoever opens it is refused
    scripts = list(references_in(round_).order_by("pk"))
    complete = complete_among(round_, scripts)
    for script in scripts:
        if script.pk not in complete:
            audit.record("reference.dropped", script, round=round_.pk)
            put_back(script)
    return [script for script in scripts if script.pk in complete]


def refuse_unless_chosen(script: Script) -> None:
    if not references_in(script.round).filter(pk=script.pk).exists():
        raise ReferencesFixed(_("This is no reference paper any more. Look at the list of those that are."))


def put_back(script: Script) -> None:
    """Remove a script that no grader has seen, so that its paper may become another. Raises `ReferencesFixed`."""
    if Script.objects.filter(source_script=script).exists():
        raise ReferencesFixed(_("Another round uses this reference paper. Take it back there first."))
    pieces = list(Rendition.objects.filter(script=script))
    delete_marks(script)
    Rendition.objects.filter(script=script).delete()
    ScriptExclusion.objects.filter(script=script).delete()
    origin.forget(Script.objects.filter(pk=script.pk))
    Script.objects.filter(pk=script.pk).delete()
    for piece in pieces:
        if piece.image.name:
            transaction.on_commit(partial(remove_file, piece.image.storage, piece.image.name))


def remove_file(storage: Storage, name: str) -> None:
    storage.delete(name)


def delete_marks(script: Script, *, by: User | None = None) -> None:
    marks = ReferenceMark.objects.filter(script=script)
    marks = marks if by is None else marks.filter(by=by)
    bodies = list(marks.exclude(comment=None).values_list("comment", flat=True))
    marks.delete()
    TextBody.objects.filter(pk__in=bodies).delete()
