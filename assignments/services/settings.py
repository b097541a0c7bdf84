"""The settings of an assignment: free in a draft; after publication they change only in the students' favour."""

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.queries.assignment import REPORT, fields_open_to_change
from assignments.queries.submission import due_for_intake
from assignments.reporting import missing_bands, plain_bands
from assignments.services.state import State, WrongTimes, check_times, lock
from edu_crowd.shared.audit import record
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.drawn import check_unchanged
from edu_crowd.shared.errors import Problem

LateRule = Assignment.LateRule
# From the strictest.
LENIENCE = (LateRule.REFUSE, LateRule.DEDUCT, LateRule.ACCEPT)
# All that a teacher sets.
SET = (
    "title",
    "instructions",
    "opens_at",
    "due_at",
    "late_rule",
    "late_percent_per_day",
    "late_days",
    "cooling_minutes",
    "attempts",
    "time_limit_minutes",
    "reporting",
    "report_step",
    "bands",
)


class CannotChange(Problem):
    """Students rely on this setting already."""


class Stricter(Problem):
    """Students have planned with more than this."""


class WrongBands(Problem):
    """Cut scores by which no grade can be reported."""


def edit_assignment(
    *, assignment: Assignment, changes: Mapping[str, Any], now: datetime, base: str | None = None
) -> None:
    """Change settings, named as the fields of the row; what is given as it already is counts as no change.

    `base` is the fingerprint of what the writer saw.
    Locks the assignment. Raises `CannotChange`, `ChangedMeanwhile`, `Stricter`, `WrongTimes`, `WrongBands`,
    `InvalidField`.
    """
    with transaction.atomic():
        lock(assignment)
        edited = copy(assignment)
        for name, value in changes.items():
            setattr(edited, name, value)
        if REPORT & changes.keys() and edited.reporting != Assignment.Reporting.POINTS:
            if missing := missing_bands(edited.reporting, edited.bands):
                raise WrongBands(" ".join(missing))
            edited.bands = plain_bands(edited.bands)
        changed = sorted(name for name in changes if getattr(edited, name) != getattr(assignment, name))
        if not changed:
            return
        check_unchanged(assignment, SET, base=base, changed=changed)
        _check_open(assignment, changed, now)
        check_fields(edited)
        if edited.report_step <= 0:
            raise WrongBands(_("Round the points to a step above 0, such as 0.5."))
        check_times(edited)
        if assignment.state != State.DRAFT:
            _check_due(assignment, edited, now)
            _check_not_stricter(assignment, edited)
            _check_taking_back(assignment, edited, now)
        edited.save(update_fields=changed)
        for name in changed:
            setattr(assignment, name, getattr(edited, name))
        record("assignment.edited", assignment, fields=changed)


def _check_open(assignment: Assignment, changed: list[str], now: datetime) -> None:
    fixed = set(changed) - fields_open_to_change(assignment, now=now)
    if fixed:
        names = ", ".join(str(Assignment._meta.get_field(name).verbose_name) for name in sorted(fixed))  # type: ignore[union-attr]
        raise CannotChange(
            _("This can no longer be changed: %(names)s. Load the page again to see what can.") % {"names": names}
        )


def _check_due(before: Assignment, after: Assignment, now: datetime) -> None:
    if after.due_at == before.due_at:
        return
    if after.due_at is None:
        raise WrongTimes(_("A published assignment needs a due time. Set one."))
    if after.due_at <= now:
        raise WrongTimes(_("This due time is over already. Choose a later one, or close the assignment."))
    if before.due_at is not None and after.due_at < before.due_at:
        raise Stricter(
            _(
                "Students were promised more time. Leave the due time as it is or set a later one; to stop early,"
                " take no more papers."
            )
        )


def _check_not_stricter(before: Assignment, after: Assignment) -> None:
    """Refuse what takes away from students what they were promised."""
    if _is_late_rule_stricter(before, after):
        raise Stricter(_("The rule for late papers can only become milder now. Take less off, or allow more days."))
    if after.attempts < before.attempts:
        raise Stricter(
            _("Students were promised %(count)d attempts. Give as many or more.") % {"count": before.attempts}
        )
    limit = before.time_limit_minutes
    if limit is None and after.time_limit_minutes is not None:
        raise Stricter(_("Students were promised no time limit. Leave it empty."))
    if limit is not None and after.time_limit_minutes is not None and after.time_limit_minutes < limit:
        raise Stricter(_("Students were promised %(count)d minutes. Give as many or more.") % {"count": limit})


def _check_taking_back(before: Assignment, after: Assignment, now: datetime) -> None:
    """Refuse less time to take a paper back, and more once one is beyond recall: it may be with graders."""
    if after.cooling_minutes == before.cooling_minutes:
        return
    if after.cooling_minutes < before.cooling_minutes:
        raise Stricter(
            _("Students were promised %(count)d minutes to take a paper back. Give as many or more.")
            % {"count": before.cooling_minutes}
        )
    if due_for_intake(now=now).filter(assignment=before).exists():
        raise CannotChange(
            _("A paper is past the time to take it back already, so that time stays as it is. Write %(count)d again.")
            % {"count": before.cooling_minutes}
        )


def _is_late_rule_stricter(before: Assignment, after: Assignment) -> bool:
    ranks = [LENIENCE.index(LateRule(one.late_rule)) for one in (before, after)]
    if ranks[1] < ranks[0]:
        return True
    if before.late_rule == LateRule.REFUSE:
        return False
    costs_more = after.late_percent_per_day > before.late_percent_per_day
    return after.late_days < before.late_days or (after.late_rule == LateRule.DEDUCT and costs_more)
