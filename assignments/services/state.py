"""Where an assignment stands: locked before it is asked, moved along one way, its times in order."""

from django.utils.translation import gettext as _

from assignments.models import Assignment
from edu_crowd.shared.errors import Problem

State = Assignment.State


class NotDraft(Problem):
    """What students see already does not change under their hands."""


class WrongState(Problem):
    """The assignment cannot go there from where it is."""


class WrongTimes(Problem):
    """Times that contradict each other."""


def lock(assignment: Assignment) -> None:
    assignment.refresh_from_db(
        from_queryset=Assignment.objects.select_related("course").select_for_update(no_key=True, of=("self",))
    )


def check_times(assignment: Assignment) -> None:
    """Raises `WrongTimes`."""
    if assignment.opens_at and assignment.due_at and assignment.opens_at >= assignment.due_at:
        raise WrongTimes(_("The assignment opens after it is due. Let it open earlier."))


def move(assignment: Assignment, *, to: State, from_: State) -> bool:
    """Change the state and say whether it changed; a move that was made already is no failure. Raises `WrongState`."""
    if assignment.state == to:
        return False
    if assignment.state != from_:
        raise WrongState(
            _("The assignment is %(state)s, so this cannot be done. Load the page again to see what can.")
            % {"state": assignment.get_state_display()}
        )
    assignment.state = to
    assignment.save(update_fields=["state"])
    return True
