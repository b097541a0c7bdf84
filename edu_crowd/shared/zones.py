"""Pages about one course tell the time as its people read it there, and name the zone once, at their foot."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


def render_there(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, zone: str, status: int = 200
) -> HttpResponse:
    """Draw a page with all its times in this zone, whatever zone its reader lives in."""
    with timezone.override(ZoneInfo(zone)):
        return render(request, template, context, status=status)
