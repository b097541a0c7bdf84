"""What can be done to an account, by its person or by an administrator."""

from django.db import transaction
from django.utils.translation import gettext as _

from edu_crowd.people.models import User
from edu_crowd.shared import audit
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem


class NotOnOneself(Problem):
    """An administrator cannot lock out or demote their own account."""


class LastAdministrator(Problem):
    """The site would be left without anybody to run it."""


@transaction.atomic
def edit_profile(*, person: User, display_name: str, locale: str, time_zone: str) -> None:
    """Change what a person says about themselves. Raises `InvalidField`."""
    person.display_name, person.locale, person.time_zone = display_name, locale, time_zone
    check_fields(person)
    person.save(update_fields=["display_name", "locale", "time_zone"])


@transaction.atomic
def block(*, person: User, by: User) -> None:
    """Let an account sign in no more; who is signed in is signed out. Raises `NotOnOneself`, `LastAdministrator`."""
    locked = _lock(person)
    if person.pk == by.pk:
        raise NotOnOneself(_("This is your own account. Ask another administrator to block it."))
    if locked.is_active and locked.is_staff:
        _check_other_administrator(locked)
    _set(person, is_active=False)
    audit.record("person.blocked", person)


@transaction.atomic
def unblock(*, person: User) -> None:
    _lock(person)
    _set(person, is_active=True)
    audit.record("person.unblocked", person)


@transaction.atomic
def make_administrator(*, person: User) -> None:
    _lock(person)
    _set(person, is_staff=True)
    audit.record("administrator.appointed", person)


@transaction.atomic
def dismiss_administrator(*, person: User, by: User) -> None:
    """Take the site's running out of somebody's hands. Raises `NotOnOneself`, `LastAdministrator`."""
    _lock(person)
    if person.pk == by.pk:
        raise NotOnOneself(_("You cannot dismiss yourself. Ask another administrator to do it."))
    _check_other_administrator(person)
    _set(person, is_staff=False, is_superuser=False)
    audit.record("administrator.dismissed", person)


def _lock(person: User) -> User:
    """Lock all administrators with the person: two who dismiss each other leave one."""
    rows = {row.pk: row for row in User.objects.select_for_update().filter(is_staff=True).order_by("pk")}
    return rows.get(person.pk) or User.objects.select_for_update().get(pk=person.pk)


def _check_other_administrator(person: User) -> None:
    if not User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk).exists():
        raise LastAdministrator(_("The site needs an administrator. Appoint somebody else first."))


def _set(person: User, **fields: bool) -> None:
    User.objects.filter(pk=person.pk).update(**fields)
    person.refresh_from_db()
