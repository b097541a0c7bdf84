"""The score that counts."""

from collections.abc import Iterable

from grading.models import ConsensusScore, ReviewCase, Script


def current_scores(script: Script) -> dict[int, ConsensusScore]:
    """Return the highest version of each criterion's score, by criterion."""
    return scores_of([script.pk]).get(script.pk, {})


def score_before(case: ReviewCase) -> ConsensusScore | None:
    """Return the score that stood before a case was decided."""
    scores = ConsensusScore.objects.filter(script=case.script_id, criterion=case.criterion_id)
    return scores.exclude(decision__case=case).order_by("version").last()


def scores_of(script_ids: Iterable[int]) -> dict[int, dict[int, ConsensusScore]]:
    """Return, by script and criterion, the scores that count."""
    found: dict[int, dict[int, ConsensusScore]] = {}
    for score in ConsensusScore.objects.filter(script__in=list(script_ids)).order_by("version"):
        found.setdefault(score.script_id, {})[score.criterion_id] = score
    return found
