"""A draft is thrown away, with the reference papers that were made for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from grading.models import Round, Script
from grading.services import reference, round


@transaction.atomic
def discard_round(*, round_: Round) -> None:
    """Throw a draft away, its reference papers with it. Raises `RoundNotReady`."""
    round.lock_draft(round_)
    if Script.objects.filter(source_script__round=round_).exists():
        raise round.RoundNotReady(_("Another round uses reference papers of this one. Take them back there first."))
    reference.drop_references(round_=round_)
    round.discard_round(round_=round_)
