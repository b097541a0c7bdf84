"""Agreement and flags as people read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from grading.models import AgreementReport, Enlistment, Flag, Round
from rubrics.models import Criterion

REASONS: dict[str, Promise] = {
    "no_overlap": _("no paper has two readings yet"),
    "no_variation": _("all marks are the same, so agreement beyond chance is not defined"),
    "one_unit": _("one paper alone gives no interval"),
    "too_few": _("too few papers for an interval"),
    "disconnected": _("the graders share no papers"),
    "needs_two_graders": _("this needs exactly two graders"),
    "incomplete": _("this needs every grader on every paper"),
    "not_a_ratio_scale": _("the marks have no natural zero"),
    "no_scale": _("the scale is not known"),
    "wrong_scale": _("this figure does not fit the scale"),
    "no_levels": _("the scale has no levels"),
    "repeated": _("a grader read the same paper twice"),
    "not_computed": _("not computed yet"),
}
# Beside a value, the reason speaks of its interval.
NO_INTERVAL: dict[str, Promise] = REASONS | {
    "no_variation": _("no interval: the figure is the same whichever paper is left out"),
}
# The figures that are shown, in this order.
NAMES: dict[str, Promise] = {
    "percent_exact": _("Same level"),
    "percent_within_one": _("Within one level"),
    "krippendorff_alpha": _("Krippendorff’s α"),
    "gwet_ac": _("Gwet’s AC"),
    "icc_a_1": _("Reliability of one reading, ICC(A,1)"),
    "icc_a_k": _("Reliability of the mean, ICC(A,k)"),
}
SHARES = ("percent_exact", "percent_within_one")
# With no more papers intervals are rough.
FEW_PAPERS = 20


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with its interval and its n; `reason` says why one of them is missing."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: Promise | None

    @property
    def text(self) -> str:
        return signed(self.value)

    @property
    def low_text(self) -> str:
        return signed(self.low)

    @property
    def high_text(self) -> str:
        return signed(self.high)

    @classmethod
    def of(cls, coefficients: dict[str, Any], key: str) -> "Figure":
        found = coefficients.get(key)
        if found is None:
            return cls(value=None, low=None, high=None, n=0, reason=REASONS["not_computed"])
        return cls(
            value=found["value"],
            low=found["low"],
            high=found["high"],
            n=found["n_units"],
            reason=(REASONS if found["value"] is None else NO_INTERVAL)[found["reason"]] if found["reason"] else None,
        )


def signed(value: float | None) -> str:
    """Return a figure to the hundredth, with a minus sign and not a hyphen; 0 has none."""
    return "–" if value is None else number_format(f"{value:z.2f}").replace("-", "−")


@dataclass(frozen=True, kw_only=True)
class NamedFigure:
    key: str
    name: Promise
    figure: Figure

    @property
    def is_share(self) -> bool:
        return self.key in SHARES


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far graders agree on one criterion. What is empty was computed by an older version, or not yet."""

    criterion: Criterion
    figures: list[NamedFigure]
    panel: dict[str, Any]
    sheets: int
    computed_at: datetime | None
    is_behind: bool

    @property
    def reading(self) -> list[str]:
        """What the figures say, in plain sentences of the reader's language."""
        return read_out(self.panel)

    @property
    def error(self) -> str | None:
        """The standard error of one mark, in points."""
        found = self.panel.get("sem")
        return None if found is None else signed(found)

    @property
    def papers(self) -> int:
        """How many have two readings."""
        found: int = self.panel.get("n_units", 0)
        return found

    @property
    def has_few(self) -> bool:
        return 0 < self.papers <= FEW_PAPERS


def read_out(panel: dict[str, Any]) -> list[str]:
    """Return the plain sentences of a panel in the language that is spoken."""
    by_language: dict[str, list[str]] = panel.get("reading", {})
    return by_language.get((get_language() or "en")[:2], by_language.get("en", []))


def agreement_in(round_: Round) -> list[Agreement]:
    reports = AgreementReport.objects.filter(round=round_).select_related("criterion__rubric__question")
    return [
        Agreement(
            criterion=report.criterion,
            figures=[
                NamedFigure(key=key, name=name, figure=Figure.of(report.coefficients, key))
                for key, name in NAMES.items()
            ],
            panel=report.panel,
            sheets=report.sheets,
            computed_at=report.computed_at,
            is_behind=report.stale_since is not None,
        )
        for report in reports.order_by("criterion__rubric__question__position", "criterion__position")
    ]


def open_flags(round_: Round) -> QuerySet[Flag]:
    """Return the open flags of a round, each with the pseudonym of the grader it names."""
    return (
        with_pseudonym(Flag.objects.filter(script__round=round_, cleared_at=None))
        .select_related("script__question", "criterion")
        .order_by("raised_at", "pk")
    )


def with_pseudonym(flags: QuerySet[Flag]) -> QuerySet[Flag]:
    places = Enlistment.objects.filter(
        round=OuterRef("allocation__script__round"), grader=OuterRef("allocation__grader")
    )
    return flags.annotate(pseudonym=Subquery(places.values("pseudonym")[:1]))
