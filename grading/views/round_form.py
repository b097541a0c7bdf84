"""The settings of a round, as one form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Question
from edu_crowd.shared.forms import CountField
from grading.models import Round
from rubrics.models import Rubric

MOST_READINGS = 20
# A week: longer than that, work in progress is as good as given up.
LONGEST_LEASE = 7 * 24 * 60
CHOICE = forms.Select(attrs={"class": "form-select"})


class RoundForm(forms.Form):
    """What is handed out, to whom, and how often."""

    unit = forms.ChoiceField(
        label=_("One piece of work is"),
        choices=Round.Unit.choices,
        widget=CHOICE,
        help_text=_("Question by question is quicker and fairer; a whole paper suits tasks that hang together."),
    )
    pool = forms.ChoiceField(
        label=_("Who marks"),
        choices=Round.Pool.choices,
        widget=CHOICE,
        help_text=_("Classmates start after the due time, each once their own paper is in. Nobody reads their own."),
    )
    readings_wanted = CountField(
        label=_("Readings per script"),
        min_value=1,
        max_value=MOST_READINGS,
        help_text=_("So many graders read each script without seeing each other’s marks. Two show where marks differ."),
    )
    readings_max = CountField(
        label=_("Readings at most"),
        min_value=1,
        max_value=MOST_READINGS,
        help_text=_("Where marks differ too far, one more grader reads, up to this number; after that, you decide."),
    )
    total_tolerance_percent = CountField(
        label=_("Difference allowed in the total, in percent"),
        max_value=100,
        help_text=_(
            "Of the script’s maximum. Totals further apart are flagged; each criterion has a tolerance of its own."
        ),
    )
    policy = forms.ChoiceField(
        label=_("Score made of the readings"),
        choices=Round.Policy.choices,
        widget=CHOICE,
        help_text=_("The median is not moved by one mark far off; the mean uses every mark. With two they are equal."),
    )
    batch_minimum = CountField(
        label=_("Papers let in at once, at least"),
        min_value=1,
        max_value=1000,
        help_text=_("Few papers at a time could tell a grader whose they are. Fewer wait until you let them in."),
    )
    lease_minutes = CountField(
        label=_("Minutes a script stays on a desk"),
        min_value=1,
        max_value=LONGEST_LEASE,
        help_text=_("Then it goes to somebody else. A grader can ask for more time, and late work still counts."),
    )
    seeds_percent = CountField(
        label=_("Reference papers among the work, in percent"),
        max_value=50,
        help_text=_("Papers you marked yourself, mixed in unseen: they show how each grader marks. 0 switches it off."),
    )
    is_blind = forms.BooleanField(
        label=_("Blind: who may see names in this course may not mark"),
        required=False,
        help_text=_(
            "Graders never get names with a paper. Switched off, teachers of the course, who know them, may mark, too;"
            " the results then say so."
        ),
    )
    questions = forms.TypedMultipleChoiceField(
        label=_("Questions"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one question.")},
    )

    def __init__(self, *args: Any, assignment: Assignment, **options: Any) -> None:
        super().__init__(*args, **options)
        asked = [question for question in assignment.questions.all() if not question.is_machine_marked]
        with_rubric = set(Rubric.objects.filter(question__in=asked).values_list("question", flat=True))
        self.markable = [question for question in asked if question.pk in with_rubric]
        self.without_rubric = [question for question in asked if question.pk not in with_rubric]
        self.assignment = assignment
        choices: Any = self.fields["questions"]
        choices.choices = [(question.pk, str(question.position)) for question in self.markable]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted, most = data.get("readings_wanted"), data.get("readings_max")
        if wanted and most and most < wanted:
            self.add_error(
                "readings_max", ValidationError(gettext("This cannot be fewer than the readings per script."))
            )
        return data

    @property
    def ticked(self) -> set[str]:
        """The questions as they stand in the form, also in one that was refused."""
        return {str(value) for value in self["questions"].value() or []}

    @property
    def chosen(self) -> list[Question]:
        return [question for question in self.markable if question.pk in self.cleaned_data["questions"]]

    @property
    def settings(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "questions"}


def settings_of(round_: Round) -> dict[str, Any]:
    """Return what a form of this round begins with."""
    names = [name for name in RoundForm.base_fields if name != "questions"]
    chosen = list(round_.questions.values_list("question", flat=True)) if round_.pk else []
    return {name: getattr(round_, name) for name in names} | {"questions": chosen}
