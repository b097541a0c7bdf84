"""The gradebook of an assignment."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from edu_crowd.shared.access import opens
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import takes
from edu_crowd.shared.zones import render_there
from grading.queries.export import recent_exports
from grading.queries.gradebook import Gradebook, Line, Show, Sort, gradebook_of
from grading.queries.totals import totals_of

PER_PAGE = 50


class Choice(NamedTuple):
    """What was chosen of the gradebook, so that a paper's page knows which one is next."""

    show: str
    text: str
    sort: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Choice":
        show, sort = request.GET.get("show", ""), request.GET.get("sort", "")
        return cls(
            show=show if show in set(Show) else "",
            text=request.GET.get("q", "")[:200],
            sort=sort if sort in set(Sort) else "",
        )

    def lines(self, gradebook: Gradebook) -> list[Line]:
        return gradebook.chosen(show=self.show, text=self.text, sort=self.sort)

    @property
    def query(self) -> str:
        """The choice as it stands in an address, with its question mark; nothing where all is shown."""
        chosen = {name: value for name, value in (("show", self.show), ("q", self.text), ("sort", self.sort)) if value}
        return f"?{urlencode(chosen)}" if chosen else ""


@opens(access_assignment_as_teacher)
@takes("GET")
def show(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    gradebook, choice = gradebook_of(assignment), Choice.of(request)
    counts = gradebook.counts()
    context = {
        "assignment": assignment,
        "gradebook": gradebook,
        "choice": choice,
        "page": page_of(request, choice.lines(gradebook), per_page=PER_PAGE),
        "shows": [(one, counts[one]) for one in Show],
        "sorts": list(Sort),
        "missing": counts[Show.MISSING],
        "exports": recent_exports(assignment, request.user),  # type: ignore[arg-type]  # the gate lets in nobody else
        "open_appeals": sum(line.open_appeals for line in gradebook.lines),
        "totals": totals_of(
            [line.outcome.total for line in gradebook.lines if line.outcome],
            papers=len(gradebook.counting),
            maximum=gradebook.maximum,
        ),
    }
    return render_there(request, "grading/gradebook/show.html", context, zone=assignment.course.time_zone)
