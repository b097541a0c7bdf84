"""What was typed into a form, for `edu_crowd.shared.kept`: all of it, rows too, or the fields a short form declares."""

from django.forms import Form
from django.http import HttpRequest, QueryDict

from edu_crowd.shared.kept import forget as forget
from edu_crowd.shared.kept import keep, kept


def remember(request: HttpRequest, form: str) -> None:
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    typed.pop("action", None)
    keep(request, form, {"fields": typed.urlencode()})


def remembered(request: HttpRequest, form: str) -> QueryDict | None:
    typed = kept(request, form)
    return QueryDict(typed["fields"]) if typed else None


def typed_in(form: Form) -> dict[str, str]:
    """Return what was typed, right or wrong, to show it again."""
    return {name: str(form.data.get(name, ""))[:1000] for name in form.fields}
