"""Who may open what. The only module that talks to guardian.

Every view, socket, job and command declares its right. A view declares it by the gate it opens:
`@opens(gate)` calls `gate(user, **url_arguments)` and hands the view what the gate returned, so a view gets its object
in no other way. `DenyByDefaultMiddleware` refuses a view without a gate.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from guardian.models import GroupObjectPermissionBase as GroupObjectPermissionBase
from guardian.models import UserObjectPermissionBase as UserObjectPermissionBase
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm
from guardian.utils import get_user_obj_perms_model

from edu_crowd.shared.errors import Refused

M = TypeVar("M", bound=Model)

# What a job and a command declare: they act for the site itself and take no user.
SYSTEM = "system"
# What a command declares when whoever has a shell on the machine may run it.
OPERATOR = "operator"


class Gate(Protocol):
    """Returns what the person may see, or raises `Refused`. Its name is the declared right."""

    __name__: str
    __call__: Callable[..., Any]  # (user, **url_arguments); a gate names just those of its URL


def anyone(user: Any, /) -> Any:
    """Open to the whole world."""
    return user


def signed_in(user: Any, /) -> Any:
    if not user.is_authenticated:
        raise Refused
    return user


def administrator(user: Any, /) -> Any:
    """Runs the site. Being one gives no right to mark."""
    if not (user.is_authenticated and user.is_staff):
        raise Refused
    return user


def opens(gate: Gate) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Declare the gate of a view. Refused: 404, the same for absent and forbidden; not signed in: sign in first."""

    def declare(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def opened(request: HttpRequest, **url_arguments: Any) -> HttpResponseBase:
            try:
                subject = gate(request.user, **url_arguments)
            except Refused:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
                raise Http404 from None
            return view(request, subject)

        opened.gate = gate  # type: ignore[attr-defined]  # read by the middleware and by the resolver test
        return opened

    return declare


def gate_of(view: Callable[..., Any]) -> Gate | None:
    """Return the declared gate of a view; allauth's pages guard themselves and are open to anyone."""
    declared: Gate | None = getattr(view, "gate", None)
    if declared is None and view.__module__.startswith("allauth."):
        return anyone
    return declared


class DenyByDefaultMiddleware:
    """A view that forgot to declare its right answers as if it were not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        if gate_of(view) is None:
            raise Http404


def grant(user: Model, code_names: Iterable[str], target: Model) -> None:
    """Give a person rights on one object."""
    for code_name in code_names:
        assign_perm(code_name, user, target)


def revoke(user: Model, code_names: Iterable[str], target: Model) -> None:
    for code_name in code_names:
        remove_perm(code_name, user, target)


def has_right(user: Any, code_name: str, target: Model) -> bool:
    """Ask the row of the right itself: a superuser has no right that nobody granted."""
    if not user.is_authenticated:
        return False
    rows = get_user_obj_perms_model(target)._default_manager
    return bool(rows.filter(user=user, content_object=target, permission__codename=code_name).exists())


def objects_with_right(user: Any, code_name: str, model: type[M]) -> QuerySet[M]:
    return get_objects_for_user(user, code_name, klass=model, with_superuser=False, accept_global_perms=False)
