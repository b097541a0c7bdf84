"""More time for one student of the roster."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.forms.fields import PlainTextField, set_zone, to_the_minute
from assignments.models import Assignment, Enrolment, Extension
from edu_crowd.shared.forms import CountField, ZonedDateTimeField
from edu_crowd.shared.text import fold


class ExtensionForm(forms.Form):
    """The student is typed, and found by number, by name or by both."""

    student = PlainTextField(
        label=gettext_lazy("Student"),
        max_length=300,
        help_text=gettext_lazy("Begin to type the number or the name, and choose from the list."),
        widget=forms.TextInput(attrs={"list": "roster", "autocomplete": "off"}),
    )
    due_at = ZonedDateTimeField(
        label=gettext_lazy("Due for this student"),
        required=False,
        help_text=gettext_lazy("Empty: as for everybody else."),
    )
    extra_minutes = CountField(
        label=capfirst(Extension._meta.get_field("extra_minutes").verbose_name),
        required=False,
        max_value=30_000,
        help_text=gettext_lazy("On the clock of a timed paper."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        assignment: Assignment,
        students: Iterable[Enrolment],
        extension: Extension | None = None,
    ) -> None:
        self.labels = labels_of(students)
        initial: dict[str, Any] = {}
        if extension is not None:
            label = next((label for label, one in self.labels.items() if one.pk == extension.enrolment_id), "")
            initial = {"student": label, "due_at": extension.due_at, "extra_minutes": extension.extra_minutes}
        super().__init__(data, initial=to_the_minute(initial, "due_at"))
        set_zone(self, assignment.course)

    def clean_student(self) -> Enrolment:
        typed = fold(self.cleaned_data["student"])
        for known in (fold_label, fold_number, fold_name):
            found = [one for label, one in self.labels.items() if known(label, one) == typed]
            if len(found) == 1:
                return found[0]
            if found:
                raise ValidationError(_("Several students are called so. Choose one from the list, with the number."))
        raise ValidationError(_("Nobody on the roster is called so. Choose a student from the list."))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        nothing = not values.get("due_at") and not values.get("extra_minutes")
        if nothing and not {"due_at", "extra_minutes"} & self.errors.keys():
            raise ValidationError(_("Give a due time, extra minutes, or both."))
        return values


def labels_of(students: Iterable[Enrolment]) -> dict[str, Enrolment]:
    """Name each student in a way that is nobody else's: by number and name, else by mail address and name."""
    known = list(students)
    names = Counter(fold(str(one)) for one in known)
    labels: dict[str, Enrolment] = {}
    for one in known:
        name = str(one)
        apart = one.student_number or one.email or (one.user.email if one.user else "")
        is_shared = names[fold(name)] > 1 and not apart
        label = name if apart in ("", name) else f"{apart} · {name}"
        labels[f"{label} · #{one.pk}" if is_shared or label in labels else label] = one
    return labels


def fold_label(label: str, student: Enrolment) -> str:
    return fold(label)


def fold_number(label: str, student: Enrolment) -> str | None:
    return fold(student.student_number) or None


def fold_name(label: str, student: Enrolment) -> str:
    return fold(str(student))
