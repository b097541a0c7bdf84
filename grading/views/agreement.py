"""How far the graders of a round agree, in detail."""

from django.http import HttpRequest, HttpResponse

from edu_crowd.shared.access import opens
from edu_crowd.shared.methods import takes
from edu_crowd.shared.zones import render_there
from grading.models import Round
from grading.permissions import access_round_as_teacher
from grading.queries.charts import details_in
from grading.queries.pairs import criteria_of, pairs_of, report_of
from grading.queries.round import zone_of


@opens(access_round_as_teacher)
@takes("GET")
def show(request: HttpRequest, round_: Round) -> HttpResponse:
    details, report = details_in(round_), report_of(round_)
    context = {
        "round": round_,
        "details": details,
        "pairs": pairs_of(report) if report else None,
        "tables": criteria_of(report, [one.agreement.criterion for one in details]) if report else [],
    }
    return render_there(request, "grading/agreement/show.html", context, zone=zone_of(round_))
