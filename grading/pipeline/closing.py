"""A round ends: nothing is handed out any more, and what is there is settled."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import ngettext

from grading.models import Allocation, Round, Script
from grading.pipeline.reading import look_at_what_there_is
from grading.queries.script import papers_waiting, unsettled
from grading.services import agreement, allocation, round
from grading.services.script import lock_script


def start_closing(*, round_: Round, now: datetime) -> None:
    """Hand out nothing more; the clock then finishes. Raises `RoundNotReady` while papers wait to come in."""
    waiting = papers_waiting(round_, now=now).count() if round_.state == Round.State.OPEN else 0
    if waiting:
        raise round.RoundNotReady(
            ngettext(
                "%(count)s paper still waits to come in. Let it in first, and close when it is read.",
                "%(count)s papers still wait to come in. Let them in first, and close when they are read.",
                waiting,
            )
            % {"count": waiting}
        )
    round.start_closing(round_=round_, now=now)


def close_round(*, round_: Round, now: datetime) -> None:
    """Close at once what can be closed at once: for commands; pages leave it to the clock."""
    start_closing(round_=round_, now=now)
    if round_.state == Round.State.CLOSING:
        close_when_done(round_=round_, now=now)


def close_when_done(*, round_: Round, now: datetime) -> None:
    """Finish closing once no desk holds a script any more, script by script, each in a transaction of its own.

    What is read already settles with the readings it has; the rest goes to the teacher.
    """
    scripts = Script.objects.filter(round=round_)
    if scripts.filter(allocations__state=Allocation.State.CLAIMED).exists():
        return
    short_of_readings = Q(settled_at=None, readings_wanted__gt=F("readings_taken"))
    for script_id in list(scripts.filter(short_of_readings | Q(pk__in=unsettled(round_))).values_list("pk", flat=True)):
        with transaction.atomic():
            read = lock_script(script_id)
            allocation.withdraw_open_place(script=read)
            look_at_what_there_is(read, now=now)
    allocation.drop_plan(round_=round_)
    agreement.refresh_reports(round_=round_, now=now)
    round.finish_closing(round_=round_, now=now)
    round_.refresh_from_db()
