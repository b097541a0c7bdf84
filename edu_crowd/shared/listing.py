"""What lists share: a search, and pages."""

import unicodedata
from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from edu_crowd.shared.text import clean_text

M = TypeVar("M", bound=Model)
PER_PAGE = 30
# Each word asks every field: SQLite takes no expression of more than a thousand parts.
MOST_WORDS, LONGEST_SEARCH = 20, 500


def page_of(request: HttpRequest, rows: QuerySet[M] | Sequence[Any], *, per_page: int = PER_PAGE) -> Page[Any]:
    """Return the page that `?page=` asks for; the nearest one where there is no such page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def matching(rows: QuerySet[M], text: str, *fields: str) -> QuerySet[M]:
    """Keep the rows in which each word of the text occurs in one of the fields; width and case never matter."""
    for word in unicodedata.normalize("NFKC", clean_text(text[:LONGEST_SEARCH])).split()[:MOST_WORDS]:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    return rows
