"""A draft is thrown away, with the reference papers that were made for it."""

from django.db import transaction

from grading.models import Round
from grading.services import reference, round


@transaction.atomic
def discard_round(*, round_: Round) -> None:
    """Throw a draft away, its reference papers with it. Raises `RoundNotReady`, `ReferencesFixed`."""
    round.lock_draft(round_)
    reference.drop_references(round_=round_)
    round.discard_round(round_=round_)
