from pathlib import Path

import pytest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    from tests.grading.workbooks.loading import FILE

    path = tmp_path / "marks.csv"
    path.write_text(FILE)
    return path


@pytest.fixture
def owner() -> object:
    from tests.factories import UserFactory

    return UserFactory(email="owner@example.org")
