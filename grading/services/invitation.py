"""A place in a round for a mail address: sent, answered by whoever proves to own it, or withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from edu_crowd.people.addresses import account_of
from edu_crowd.people.models import User
from edu_crowd.shared.audit import record
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.mail import put_mail
from grading.models import Enlistment, Invitation, Round
from grading.services.enlistment import MayNotMark, enlist
from grading.services.round import lock_round

State = Invitation.State
TAKES_GRADERS = (Round.State.DRAFT, Round.State.OPEN)
LONGEST = 254
# Anybody can make a course: mails to strangers must stay few.
A_DAY, MOST_A_DAY = timedelta(days=1), 300


class NotInviting(Problem):
    """This round takes in no graders by mail address."""


class InvitationOver(Problem):
    """The invitation was answered or withdrawn, or its round is over."""


class Outcome(StrEnum):
    ENLISTED = "enlisted"
    INVITED = "invited"
    ALREADY = "already"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one line: of an address, or of what is none. `why` says it where somebody may not mark."""

    line: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Links:
    """The addresses that mails lead to."""

    sign_up: str
    home: str


@transaction.atomic
def invite(*, round_: Round, lines: Sequence[str], by: User, links: Links, now: datetime, rng: Random) -> list[Answer]:
    """Enlist who has an account, invite who has none, and tell each line what became of it; each gets a mail.

    Locks the round: two people who type the same address make one row. Raises `NotInviting`.
    """
    locked = lock_round(round_)
    if locked.state not in TAKES_GRADERS:
        raise NotInviting(_("This round takes in no more graders."))
    if locked.pool != Round.Pool.CROWD:
        raise NotInviting(_("The graders of this round come from the course. Change its pool to invite others."))
    today = Invitation.objects.filter(by=by, invited_at__gt=now - A_DAY).count()
    if today + len(lines) > MOST_A_DAY:
        raise NotInviting(
            _("At most %(most)s people can be invited in a day, and you have invited %(today)s. Go on tomorrow.")
            % {"most": MOST_A_DAY, "today": today}
        )
    return [invite_one(round_=locked, line=line, by=by, links=links, now=now, rng=rng) for line in lines]


def invite_one(*, round_: Round, line: str, by: User, links: Links, now: datetime, rng: Random) -> Answer:
    try:
        validate_email(line)
    except ValidationError:
        return Answer(line=line, outcome=Outcome.NO_ADDRESS)
    if len(line) > LONGEST:
        return Answer(line=line, outcome=Outcome.NO_ADDRESS)
    invitation = Invitation.objects.filter(round=round_, email__iexact=line).first()
    user = account_of(line)
    if user is not None:
        return enlist_known(round_=round_, line=line, user=user, by=by, links=links, now=now, rng=rng)
    if invitation is not None and invitation.state in (State.SENT, State.ACCEPTED):
        return Answer(line=line, outcome=Outcome.ALREADY)
    invitation = keep(round_=round_, address=line, state=State.SENT, by=by, now=now)
    send(invitation, link=links.sign_up, language=language_of(round_), has_account=False, now=now)
    return Answer(line=line, outcome=Outcome.INVITED)


def enlist_known(*, round_: Round, line: str, user: User, by: User, links: Links, now: datetime, rng: Random) -> Answer:
    """Give a place to whoever signs in by this address."""
    if Enlistment.objects.filter(round=round_, grader__user=user).exists():
        return Answer(line=line, outcome=Outcome.ALREADY)
    try:
        enlist(round_=round_, user=user, rng=rng)
    except MayNotMark as problem:
        return Answer(line=line, outcome=Outcome.REFUSED, why=str(problem))
    invitation = keep(round_=round_, address=line, state=State.ACCEPTED, by=by, now=now)
    send(invitation, link=links.home, language=user.locale, has_account=True, now=now)
    return Answer(line=line, outcome=Outcome.ENLISTED)


def keep(*, round_: Round, address: str, state: str, by: User, now: datetime) -> Invitation:
    """Write the one row of an address in a round; the round is locked."""
    invitation = Invitation.objects.filter(round=round_, email__iexact=address).first()
    invitation = invitation or Invitation(round=round_, email=address)
    invitation.by, invitation.state, invitation.invited_at = by, state, now
    invitation.answered_at = now if state == State.ACCEPTED else None
    invitation.save()
    record("invitation.sent", invitation, round=round_.pk, has_account=state == State.ACCEPTED)
    return invitation


def language_of(round_: Round) -> str:
    return round_.assignment.course.language if round_.assignment else "en"


def send(invitation: Invitation, *, link: str, language: str, has_account: bool, now: datetime) -> None:
    """Ask for the mail: what is to be marked and for whom; nothing about any student."""
    assignment = invitation.round.assignment
    with override(language):
        words = {
            "title": assignment or "",
            "course": assignment.course if assignment else "",
            "by": invitation.by,
            "email": invitation.email,
            "link": link,
        }
        subject = _("You are asked to mark: %(title)s") % words
        asked = _("%(by)s asks you to mark answers to “%(title)s” in the course “%(course)s”.") % words
        if has_account:
            then = _("You have a place. Once the marking is open, you find it on your overview:\n%(link)s") % words
            closing = _("If you cannot or do not want to mark, you can leave the round from there.")
        else:
            then = (
                _(
                    "Sign up with this mail address (%(email)s); you can then accept or decline on your overview:\n"
                    "%(link)s"
                )
                % words
            )
            closing = _("If you did not expect this mail, ignore it: nothing happens then.")
        key = f"invitation:{invitation.pk}:{now.isoformat()}"
        put_mail(to=invitation.email, subject=subject, body=f"{asked}\n\n{then}\n\n{closing}\n", key=key, now=now)


def lock_sent(invitation: Invitation) -> Invitation:
    """Return an invitation that waits for an answer, its round and itself locked. Raises `InvitationOver`."""
    round_ = Round.objects.select_for_update(no_key=True).filter(pk=invitation.round_id).first()
    held = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if round_ is None or held is None or round_.state not in TAKES_GRADERS:
        raise InvitationOver(_("The marking you were invited to is over."))
    if held.state != State.SENT:
        raise InvitationOver(_("This invitation was answered or withdrawn already."))
    return held


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime, rng: Random) -> Enlistment:
    """Take the place. Locks the round and the invitation; raises `InvitationOver`, `MayNotMark`."""
    held = lock_sent(invitation)
    place = enlist(round_=held.round, user=user, rng=rng)
    if place.state in (Enlistment.State.PAUSED, Enlistment.State.ENDED):
        raise MayNotMark(_("Your place in this round was paused or has ended. Ask the teacher to call you back."))
    answer(held, State.ACCEPTED, now=now)
    return place


@transaction.atomic
def decline(*, invitation: Invitation, now: datetime) -> None:
    """Leave the place to others. Locks the round and the invitation; raises `InvitationOver`."""
    answer(lock_sent(invitation), State.DECLINED, now=now)


@transaction.atomic
def withdraw(*, invitation: Invitation, now: datetime) -> None:
    """Take an invitation back that nobody has answered. Locks the round and it; raises `InvitationOver`."""
    answer(lock_sent(invitation), State.WITHDRAWN, now=now)


def answer(held: Invitation, state: str, *, now: datetime) -> None:
    held.state, held.answered_at = state, now
    held.save(update_fields=["state", "answered_at"])
    record(f"invitation.{state}", held, round=held.round_id)
