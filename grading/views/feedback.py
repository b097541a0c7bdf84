"""Feedback, read by its student."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import kept
from edu_crowd.shared.methods import takes
from grading.models import Feedback
from grading.permissions import access_own_feedback
from grading.queries import feedback as queries
from grading.services import feedback

LONGEST_APPEAL = 5_000


@opens(access_own_feedback)
@takes("GET")
def read(request: HttpRequest, own: Feedback) -> HttpResponse:
    feedback.mark_read(feedback=own, now=timezone.now())
    return sheet(request, own)


def sheet(request: HttpRequest, own: Feedback, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    """Show the sheet, with an appeal that was refused as it was typed."""
    typed = kept(request, appeal_form(own)) or {}
    context = context_of(own) | {
        "problem": problem,
        "asked": int(typed.get("criterion", 0)),
        "reason": typed.get("reason", ""),
    }
    return render(request, "grading/feedback/read.html", context, status=status)


def context_of(sheet: Feedback, *, newest: Feedback | None = None) -> dict[str, Any]:
    """Return what a sheet is drawn from, without anything typed into it."""
    return {
        "read": queries.read(sheet, newest=newest),
        "problem": None,
        "asked": 0,
        "reason": "",
        "longest": LONGEST_APPEAL,
    }


def appeal_form(own: Feedback) -> str:
    return f"appeal {own.pk}"
