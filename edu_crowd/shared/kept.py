"""What was typed into a form that was refused, kept until the form is taken.

Changing the language or signing in again asks for the page anew; the text is then still in it.
"""

from django.http import HttpRequest

SLOT = "typed"
LINK = "link"


def keep(request: HttpRequest, form: str, typed: dict[str, str]) -> None:
    """Remember what was typed into the form of this name; the one refused last is remembered."""
    request.session[SLOT] = {"form": form, "typed": typed}


def kept(request: HttpRequest, form: str) -> dict[str, str] | None:
    slot = request.session.get(SLOT)
    return slot["typed"] if slot and slot["form"] == form else None


def forget(request: HttpRequest, form: str) -> None:
    if kept(request, form) is not None:
        del request.session[SLOT]


def remember_link(request: HttpRequest, token: str) -> None:
    """Remember by which link somebody came, until they have signed up, confirmed their address and signed in."""
    request.session[LINK] = token


def remembered_link(request: HttpRequest) -> str:
    """Return the token of the link they came by last; empty: by none."""
    token: str = request.session.get(LINK, "")
    return token


def forget_link(request: HttpRequest) -> None:
    request.session.pop(LINK, None)
