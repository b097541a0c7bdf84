"""A flagged script is decided by a person, with everything in view."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from edu_crowd.people.models import User
from edu_crowd.shared import audit, outbox
from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, announce
from grading.models import Decision, ReviewCase, Script, TextBody
from grading.queries.consensus import score_before
from rubrics.models import Criterion

AFTER_DECISION = "after_decision"


class DecisionRefused(Problem):
    """A decision lacks its reason, or its points are not on the criterion's scale."""


@transaction.atomic
def open_case(*, script: Script, criterion: Criterion, reason: str, now: datetime) -> ReviewCase:
    """Ask the teacher to decide one criterion of a script; a case that is open already stays as it is."""
    case, _created = ReviewCase.objects.get_or_create(
        script=script,
        criterion=criterion,
        state=ReviewCase.State.OPEN,
        defaults={"reason": reason, "opened_at": now},
    )
    announce(BoardChanged(round_id=script.round_id), now=now)
    return case


@transaction.atomic
def decide(
    *,
    case: ReviewCase,
    by: User,
    points: Decimal,
    reason: str,
    key: str,
    supersedes: int | None = None,
    now: datetime,
) -> Decision:
    """Decide a case with a reason; the same `key` twice is one decision.

    Who decides anew names the decision that it `supersedes`. Locks the case. Raises `DecisionRefused`.
    """
    locked = ReviewCase.objects.select_for_update().get(pk=case.pk)
    if known := Decision.objects.filter(case=locked, key=key).first():
        return known
    if not reason.strip():
        raise DecisionRefused(_("Say why in a sentence: the student and the graders rely on it."))
    newest = Decision.objects.filter(case=locked).order_by("pk").last()
    if newest is not None and newest.pk != supersedes:
        raise DecisionRefused(_("This was decided in the meantime. Look at that decision before you change it."))
    lowest, highest = points_range(locked)
    if not lowest <= points <= highest:
        raise DecisionRefused(
            _("Choose points from %(lowest)s to %(highest)s.") % {"lowest": lowest, "highest": highest}
        )
    body = TextBody.of(reason.strip())
    body.save()
    decision = Decision.objects.create(case=locked, by=by, points=points, reason=body, key=key, decided_at=now)
    locked.state = ReviewCase.State.DECIDED
    locked.save(update_fields=["state"])
    audit.record("case.decided", locked, decision=decision.pk, supersedes=newest.pk if newest else None)
    outbox.put(AFTER_DECISION, key=str(decision.pk), payload={"decision": decision.pk}, run_at=now)
    announce(BoardChanged(round_id=locked.script.round_id), now=now)
    case.refresh_from_db()
    return decision


def points_range(case: ReviewCase) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest points a decision may give; an appeal never lowers the score that stands."""
    points = [level.points for level in case.criterion.levels.all()]
    appealed = score_before(case) if case.reason == ReviewCase.Reason.APPEAL else None
    return appealed.points if appealed else min(points), max(points)
