"""What was typed into a form that was refused, kept until the form is taken.

Changing the language or signing in again asks for the page anew; the text is then still in it.
"""

from django.http import HttpRequest

SLOT = "typed"


def keep(request: HttpRequest, form: str, typed: dict[str, str]) -> None:
    """Remember what was typed into the form of this name; the one refused last is remembered."""
    request.session[SLOT] = {"form": form, "typed": typed}


def kept(request: HttpRequest, form: str) -> dict[str, str] | None:
    slot = request.session.get(SLOT)
    return slot["typed"] if slot and slot["form"] == form else None


def forget(request: HttpRequest, form: str) -> None:
    if kept(request, form) is not None:
        del request.session[SLOT]
