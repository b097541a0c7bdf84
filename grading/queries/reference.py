"""Reference papers: scripts with marks of somebody who knows."""

from grading.models import ReferenceMark, Round, Script
from grading.queries.script import criteria_of_script


def reference_counts(round_: Round) -> tuple[int, int]:
    """Return how many reference papers of a round are marked on every criterion, and how many were chosen."""
    chosen = list(Script.objects.filter(round=round_, is_reference=True).select_related("round"))
    complete = 0
    for script in chosen:
        wanted = {criterion.pk for criterion in criteria_of_script(script)}
        marked = set(ReferenceMark.objects.filter(script=script).values_list("criterion", flat=True))
        complete += wanted <= marked
    return complete, len(chosen)
