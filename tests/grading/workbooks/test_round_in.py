"""Where marks from elsewhere may not go."""

import pytest
from django.core.management import CommandError

from assignments.models import Assignment
from grading.models import Round
from grading.services.round import create_round
from tests.factories import QuestionFactory, RubricFactory, criterion
from tests.flows.world import World
from tests.grading.workbooks.loading import COLUMNS, FILE, counts, create, load

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "sentence"), [("released", "Take the release back"), ("archived", "a new one by --create")]
)
@pytest.mark.parametrize("marked_here", [True, False], ids=["in an import round", "in no import round"])
def test_marks_of_a_class_that_was_told_are_refused(file, owner, state, sentence, marked_here):
    create(file)
    if marked_here:
        file.write_text(FILE.replace("p1,Bob,2,2", "p1,Bob,3,3"))
        assignment = Assignment.objects.get()
    else:
        assignment = QuestionFactory().assignment
        RubricFactory(question=assignment.questions.get(), criteria=[criterion("idea"), criterion("form")])
    Assignment.objects.filter(pk=assignment.pk).update(state=state)
    before = counts()
    with pytest.raises(CommandError, match=sentence):
        load(assignment.pk, file, *COLUMNS[:-2])
    assert counts() == before


def test_same_file_after_the_release_is_no_failure(file, owner):
    create(file)
    Assignment.objects.update(state="released")
    assert "0 sheets added, 0 corrected, 6 known" in create(file)


def test_assignment_that_a_round_marks_is_refused(file):
    world = World()
    create_round(assignment=world.assignment)
    with pytest.raises(CommandError, match="two would contradict"):
        load(world.assignment.pk, file, *COLUMNS[:-2])
    assert Round.objects.count() == 1
