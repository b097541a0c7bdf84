from dataclasses import replace
from decimal import Decimal

import pytest

from edu_crowd.shared.checks import InvalidField
from edu_crowd.shared.models import AuditEntry
from rubrics.models import Criterion, Level, Rubric
from rubrics.queries import current_rubric, fingerprint, specs_of, versions_of
from rubrics.services import (
    CriterionSpec,
    LevelSpec,
    NotInLibrary,
    RubricChanged,
    RubricExists,
    RubricIncomplete,
    RubricPinned,
    copy_rubric,
    create_rubric,
    delete_rubric,
    edit_rubric,
    new_version,
    pin,
)
from tests.factories import NOW, QuestionFactory, RubricFactory, UserFactory, criterion

pytestmark = pytest.mark.django_db
SPECS = [
    CriterionSpec(
        key="論旨",
        title="Argument",
        levels=(LevelSpec(Decimal(0), "none"), LevelSpec(Decimal("2.5"), "clear", "Has a thesis.")),
        weight=Decimal("1.500"),
        tolerance=0,
        scale="interval",
    ),
    criterion("language"),
]


def test_create_rubric_writes_what_was_given() -> None:
    rubric = RubricFactory(criteria=SPECS)
    assert specs_of(rubric) == SPECS
    assert (rubric.version, rubric.parent, rubric.pinned_at) == (1, None, None)


def test_create_second_rubric_of_a_question_refused() -> None:
    rubric = RubricFactory()
    with pytest.raises(RubricExists):
        RubricFactory(question=rubric.question)


def test_create_rubric_for_the_library_as_often_as_wanted() -> None:
    assert RubricFactory(question=None) != RubricFactory(question=None)


TWICE = (LevelSpec(Decimal(1), "a"), LevelSpec(Decimal("1.0"), "b"))


@pytest.mark.parametrize(
    ("criteria", "sentence"),
    [
        ([], "needs a criterion"),
        ([criterion("a"), criterion("a")], "same key"),
        ([criterion("a", levels=0)], "“A” has no level"),
        ([replace(criterion("a"), levels=TWICE)], "“A” are worth the same"),
    ],
)
def test_incomplete_rubric_refused_however_it_is_written(criteria: list[CriterionSpec], sentence: str) -> None:
    rubric = RubricFactory()
    with pytest.raises(RubricIncomplete, match=sentence):
        create_rubric(owner=UserFactory(), title="x", criteria=criteria)
    with pytest.raises(RubricIncomplete, match=sentence):
        new_version(rubric=rubric, by=rubric.owner, criteria=criteria)
    with pytest.raises(RubricIncomplete, match=sentence):
        edit_rubric(rubric=rubric, criteria=criteria)
    assert list(Rubric.objects.all()) == [rubric]
    assert [spec.key for spec in specs_of(rubric)] == ["content", "language"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "no spaces"},
        {"scale": "guess"},
        {"weight": Decimal(-1)},
        {"levels": (LevelSpec(Decimal("0.005"), "a"),)},
        {"levels": (LevelSpec(Decimal(1), ""),)},
    ],
)
def test_wrong_field_refused_and_nothing_written(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidField):
        RubricFactory(criteria=[replace(criterion("a"), **wrong)])
    assert [model.objects.count() for model in (Rubric, Criterion, Level)] == [0, 0, 0]


def test_new_version_copies_what_is_not_given_and_keeps_the_keys() -> None:
    first, editor = RubricFactory(criteria=SPECS, title="First"), UserFactory()
    second = new_version(rubric=first, by=editor)
    assert (second.version, second.parent, second.owner, second.title) == (2, first, editor, "First")
    assert specs_of(second) == SPECS
    third = new_version(rubric=first, by=editor, criteria=SPECS[:1], title="Third")
    assert (third.version, third.parent, third.title, specs_of(third)) == (3, first, "Third", SPECS[:1])
    assert current_rubric(first.question) == third


def test_new_version_of_a_pinned_rubric_is_not_pinned() -> None:
    rubric = RubricFactory()
    pin(rubric=rubric, now=NOW)
    assert new_version(rubric=rubric, by=rubric.owner).pinned_at is None


def test_new_version_in_the_library_counts_from_its_parent() -> None:
    rubric = RubricFactory(question=None)
    assert new_version(rubric=rubric, by=rubric.owner).version == 2


def test_pin_twice_keeps_the_first_time() -> None:
    rubric = RubricFactory()
    pin(rubric=rubric, now=NOW)
    pin(rubric=rubric, now=NOW.replace(year=2027))
    assert rubric.pinned_at == Rubric.objects.get().pinned_at == NOW


def test_edit_rewrites_a_version_until_it_is_pinned() -> None:
    rubric = RubricFactory()
    edit_rubric(rubric=rubric, criteria=SPECS, title="Edited")
    assert (rubric.title, rubric.version, specs_of(rubric)) == ("Edited", 1, SPECS)
    pin(rubric=Rubric.objects.get(), now=NOW)
    with pytest.raises(RubricPinned, match="new version"):
        edit_rubric(rubric=rubric, criteria=[criterion("other")])
    assert specs_of(rubric) == SPECS


def test_write_over_what_was_not_read_is_refused() -> None:
    for rubric in (RubricFactory(), RubricFactory(question=None)):
        base = fingerprint(rubric)
        edit_rubric(rubric=rubric, criteria=[criterion("theirs")], base=base)
        for write in (edit_rubric, new_version):
            by = {"by": rubric.owner} if write is new_version else {}
            with pytest.raises(RubricChanged):
                write(rubric=rubric, criteria=[criterion("mine")], base=base, **by)
        second = new_version(rubric=rubric, by=rubric.owner, base=fingerprint(rubric))
        with pytest.raises(RubricChanged):
            edit_rubric(rubric=rubric, criteria=[criterion("mine")], base=fingerprint(rubric))
        assert versions_of(rubric) == versions_of(second) == [second, rubric]
        assert [spec.key for spec in specs_of(second)] == ["theirs"]


def test_versions_in_a_library_are_a_chain_whichever_was_opened() -> None:
    first = RubricFactory(question=None)
    second = new_version(rubric=first, by=first.owner)
    third = new_version(rubric=first, by=first.owner)
    assert (third.parent, third.version) == (second, 3)
    assert versions_of(second) == [third, second, first]


def test_copy_is_apart_from_the_original() -> None:
    rubric, owner = RubricFactory(), UserFactory()
    copy = copy_rubric(rubric=rubric, owner=owner)
    edit_rubric(rubric=copy, criteria=SPECS)
    assert (copy.owner, copy.question, copy.parent, copy.title) == (owner, None, None, rubric.title)
    assert [spec.key for spec in specs_of(rubric)] == ["content", "language"]
    with pytest.raises(RubricExists):
        copy_rubric(rubric=copy, owner=owner, question=rubric.question)


def test_delete_takes_library_rubrics_alone() -> None:
    of_question, pinned = RubricFactory(), RubricFactory(question=None)
    pin(rubric=pinned, now=NOW)
    for rubric in (of_question, pinned):
        with pytest.raises(NotInLibrary):
            delete_rubric(rubric=rubric)
    gone = RubricFactory(question=None)
    delete_rubric(rubric=new_version(rubric=gone, by=gone.owner))
    assert set(Rubric.objects.all()) == {of_question, pinned}


def test_trail_says_what_was_done_in_ids_alone() -> None:
    rubric = RubricFactory(question=None)
    edit_rubric(rubric=rubric, criteria=SPECS, imported=True)
    version = new_version(rubric=rubric, by=rubric.owner)
    copy_rubric(rubric=version, owner=rubric.owner)
    delete_rubric(rubric=version)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == [f"rubric.{act}" for act in ("created", "imported", "versioned", "created", "copied", "deleted")]
    assert AuditEntry.objects.order_by("pk")[1].details == {"act": "edited", "version": 1, "question": None}


def test_current_rubric_none_without_one() -> None:
    assert current_rubric(QuestionFactory()) is None
