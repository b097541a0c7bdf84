"""What was typed into a whole form, kept while it is refused: `edu_crowd.shared.kept` for forms with rows."""

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
