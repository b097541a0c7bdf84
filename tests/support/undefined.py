"""A template of ours that names a variable nobody gave it fails its test.

pytest-django's own switch would fail on allauth's templates as well, which use undefined variables on purpose.
Each node of a template knows the file it was written in, so the rule is: only files under our `templates/`.
"""

import sys

from django.conf import settings
from django.template.base import Node


class UndefinedVariable(Exception):
    pass


class FailOnOurs:
    """Stands in for Django's `string_if_invalid`, of which Django uses `in` and `%`."""

    def __contains__(self, text: str) -> bool:
        return text == "%s"

    def __mod__(self, variable: object) -> str:
        frame = sys._getframe(1)
        while frame is not None:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and (origin := getattr(node, "origin", None)):
                if str(origin.name).startswith(str(settings.BASE_DIR / "templates")):
                    raise UndefinedVariable(f"{variable} is undefined in {origin.name}")
                return ""
            frame = frame.f_back
        return ""
