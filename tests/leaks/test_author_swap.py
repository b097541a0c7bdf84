"""Who wrote which paper changes no byte that a grader receives."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff

import pytest
from django.db import transaction

from grading.queries import desk
from tests.leaks.story import Story

# On SQLite numbers begin anew after a rollback, and so two runs have the same ones.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def _mails(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def told(authors: Sequence[int], seed: int) -> list[bytes]:
    with transaction.atomic():
        received = Story(authors=authors, seed=seed).tell()
        transaction.set_rollback(True)
    return received


def differences(first: list[bytes], second: list[bytes]) -> Iterator[str]:
    if len(first) != len(second):
        yield f"{len(first)} answers, and {len(second)}"
    for one, other in zip(first, second, strict=False):
        if one != other:
            lines = [part.decode(errors="replace").splitlines() for part in (one, other)]
            yield "\n".join(unified_diff(*lines, lineterm="", n=1))


@pytest.mark.parametrize(("authors", "seed"), [((1, 0, 2, 3, 4, 5, 6), 1), ((6, 5, 2, 3, 4, 0, 1), 2)])
def test_author_swapped_every_byte_is_equal(authors: Sequence[int], seed: int) -> None:
    straight = told(range(7), seed)
    assert len(straight) > 50
    assert list(differences(straight, told(authors, seed))) == []


def test_control_planted_leak_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt that ends with the author's number."""
    from grading.queries import origin

    whole = desk.questions_on

    def leaking(script: object, typed: object) -> object:
        questions = whole(script, typed)
        author = origin.submission_of(script).enrolment
        for one in questions:
            object.__setattr__(one, "prompt", one.prompt + author.student_number)
        return questions

    monkeypatch.setattr("grading.views.desk.questions_on", leaking)
    assert list(differences(told(range(7), 1), told((1, 0, 2, 3, 4, 5, 6), 1))) != []
