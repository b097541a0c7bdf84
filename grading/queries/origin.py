"""Whose script is it? The only reader and writer of `ScriptOrigin`; nothing a grader reaches may call it."""

from collections.abc import Collection, Iterable

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from assignments.models import Answer, Assignment, Submission
from grading.models import Allocation, Enlistment, Round, Script, ScriptExclusion, ScriptOrigin
from grading.queries.mark import COUNTED

# How a class is listed in a file.
ROSTER_ORDER = ("student_number", "family_name", "given_name", "pk")


def record(*, script: Script, submission: Submission) -> None:
    """Write down whose script this is; the same place of the same paper twice is refused by the database."""
    ScriptOrigin.objects.create(script=script, submission=submission, place=place_of(script))


def record_all(pairs: Iterable[tuple[Script, Submission]]) -> None:
    """Write down whose scripts these are, all at once."""
    ScriptOrigin.objects.bulk_create(
        [ScriptOrigin(script=script, submission=submission, place=place_of(script)) for script, submission in pairs],
        batch_size=1000,
    )


def forget(scripts: QuerySet[Script]) -> None:
    """Undo `record` of scripts that are thrown away themselves: their papers may become others."""
    ScriptOrigin.objects.filter(script__in=scripts).delete()


def script_ids_by_submission(round_: Round) -> dict[int, int]:
    """Return script id by submission id, where a round holds one script of each paper."""
    origins = ScriptOrigin.objects.filter(script__round=round_)
    return dict(origins.values_list("submission_id", "script_id"))


def place_of(script: Script) -> str:
    return f"{script.round_id}:{script.question_id or 'paper'}"


def submission_of(script: Script) -> Submission:
    return ScriptOrigin.objects.select_related("submission__assignment").get(script=script).submission


def scripts_of(submission: Submission) -> QuerySet[Script]:
    """Return all scripts of a paper, whichever round they are in."""
    return Script.objects.filter(pk__in=ScriptOrigin.objects.filter(submission=submission).values("script"))


def scripts_by_submission(submission_ids: Iterable[int]) -> dict[int, list[Script]]:
    """Return the scripts of many papers, by paper."""
    origins = dict(
        ScriptOrigin.objects.filter(submission__in=list(submission_ids)).values_list("script_id", "submission_id")
    )
    found: dict[int, list[Script]] = {}
    for script in Script.objects.filter(pk__in=list(origins)).select_related("round", "question").order_by("pk"):
        found.setdefault(origins[script.pk], []).append(script)
    return found


def submissions_with_scripts_in(round_: Round) -> QuerySet[Submission]:
    origins = ScriptOrigin.objects.filter(script__round=round_)
    return Submission.objects.filter(pk__in=origins.values("submission"))


def not_taken_in(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """Keep the answers that no script holds yet, in whichever round."""
    whole_paper = Q(script__question=None, script__round__questions__question=OuterRef("question"))
    taken = ScriptOrigin.objects.filter(
        Q(script__question=OuterRef("question")) | whole_paper, submission=OuterRef("submission")
    )
    return answers.filter(~Exists(taken))


def scripts_of_earlier_attempts(submission: Submission) -> QuerySet[Script]:
    """Return the scripts of papers that this one has replaced."""
    earlier = ScriptOrigin.objects.filter(
        submission__assignment=submission.assignment_id,
        submission__enrolment=submission.enrolment_id,
        submission__attempt__lt=submission.attempt,
    )
    return Script.objects.filter(pk__in=earlier.values("script"))


def authors_not_barred() -> QuerySet[Enlistment]:
    """Return the active places of people who could claim a script of their own: they joined the roster since."""
    barred = ScriptExclusion.objects.filter(script=OuterRef("script"), grader=OuterRef(OuterRef("grader")))
    own = ScriptOrigin.objects.filter(
        ~Exists(barred), script__round=OuterRef("round"), submission__enrolment__user=OuterRef("grader__user")
    )
    return Enlistment.objects.filter(Exists(own), state=Enlistment.State.ACTIVE).select_related("round", "grader")


def scripts_by_author(round_: Round, user_ids: Collection[int]) -> QuerySet[Script]:
    """Return the scripts of a round that one of these people wrote."""
    origins = ScriptOrigin.objects.filter(script__round=round_, submission__enrolment__user__in=user_ids)
    return Script.objects.filter(pk__in=origins.values("script"))


def submission_ids_of(script_ids: Iterable[int]) -> dict[int, int]:
    """Return submission id by script id."""
    rows = ScriptOrigin.objects.filter(script__in=list(script_ids))
    return dict(rows.values_list("script_id", "submission_id"))


def sheets_by_author(
    assignment: Assignment, enrolment_ids: Collection[int], *, last_sheet: int
) -> QuerySet[ScriptOrigin]:
    """Return one row per sealed sheet of these students' papers, `sheet` its id, in the order of the roster.

    One ordered join, for files of many thousand sheets: take the columns that are needed by `values_list`.
    """
    return (
        ScriptOrigin.objects.filter(submission__enrolment__in=enrolment_ids, script__round__assignment=assignment)
        .annotate(sheet=F("script__allocations__sheets"))
        .filter(sheet__lte=last_sheet)
        .order_by(
            *(f"submission__enrolment__{name}" for name in ROSTER_ORDER),
            "script__round_id",
            "script__question__position",
            "script_id",
            "script__allocations__id",
            "script__allocations__sheets__version",
        )
    )


def authors_of(script_ids: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """Return the student number, the family name and the given name of each script's author."""
    student = "submission__enrolment__"
    rows = ScriptOrigin.objects.filter(script__in=list(script_ids)).values_list(
        "script_id", f"{student}student_number", f"{student}family_name", f"{student}given_name"
    )
    return {script: (number, family, given) for script, number, family, given in rows}


def readings_of(submission_ids: Iterable[int]) -> dict[int, int]:
    """Return how many readings that count each of these papers has."""
    sealed = ScriptOrigin.objects.filter(
        submission__in=list(submission_ids),
        script__allocations__state=Allocation.State.SEALED,
        script__allocations__purpose__in=COUNTED,
    )
    return dict(sealed.values_list("submission").annotate(readings=Count("script__allocations")).order_by())
