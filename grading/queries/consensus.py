"""The score that counts."""

from collections.abc import Iterable

from grading.models import ConsensusScore, Script


def current_scores(script: Script) -> dict[int, ConsensusScore]:
    """Return the highest version of each criterion's score, by criterion."""
    return scores_of([script.pk]).get(script.pk, {})


def scores_of(script_ids: Iterable[int]) -> dict[int, dict[int, ConsensusScore]]:
    """Return, by script and criterion, the scores that count."""
    found: dict[int, dict[int, ConsensusScore]] = {}
    for score in ConsensusScore.objects.filter(script__in=list(script_ids)).order_by("version"):
        found.setdefault(score.script_id, {})[score.criterion_id] = score
    return found
