"""Tables point one way. A foreign key spelled as a string escapes an import checker; the migration graph knows it."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.exceptions import CircularDependencyError
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests.architecture.code import ARROWS, PACKAGES


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def points_up(app: str, other: str) -> bool:
    """Apps that are not ours lie below all of ours."""
    return app in ARROWS and other in ARROWS and ARROWS.index(other) > ARROWS.index(app)


def dependencies_up(dependencies: Iterable[tuple[tuple[str, str], tuple[str, str]]]) -> list[str]:
    return [
        f"{'.'.join(one)} depends on {'.'.join(other)}" for one, other in dependencies if points_up(one[0], other[0])
    ]


def relations_up(state: ProjectState) -> list[str]:
    found = []
    for (app, name), model in state.models.items():
        for field_name, field in model.fields.items():
            target = getattr(field.remote_field, "model", None)
            label = target if isinstance(target, str) else getattr(getattr(target, "_meta", None), "label", "")
            if points_up(app, label.lower().split(".")[0]):
                found.append(f"{app}.{name}.{field_name} points at {label}")
    return found


def test_migrations_depend_downwards(loader):
    pairs = [(key, other) for key, migration in loader.disk_migrations.items() for other in migration.dependencies]
    assert dependencies_up(pairs) == []


def test_relations_point_downwards(loader):
    assert relations_up(loader.project_state()) == []


def test_migrations_have_no_cycle(loader):
    loader.graph.ensure_not_cyclic()


def test_no_migration_is_missing(loader):
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(graph=loader.graph)
    found = {app: [m.operations for m in changes[app]] for app in changes if app in ARROWS}
    assert found == {}


def test_every_app_of_ours_has_its_place_in_the_arrows():
    ours = [config.label for config in apps.get_app_configs() if config.name.split(".")[0] in PACKAGES]
    assert [label for label in ours if label not in ARROWS] == []
    assert sorted(ours, key=ARROWS.index) == ours, "INSTALLED_APPS lists ours from the bottom up"


@pytest.mark.parametrize(
    ("app", "target", "found"),
    [
        ("assignments", "grading.Script", ["assignments.answer.link points at grading.Script"]),
        ("shared", "people.User", ["shared.answer.link points at people.User"]),
        ("grading", "assignments.Submission", []),
        ("grading", "auth.Permission", []),
    ],
)
@pytest.mark.parametrize("kind", ["foreign key", "one to one", "many to many"])
def test_control_planted_relation(app, target, found, kind):
    field = {
        "foreign key": lambda: models.ForeignKey(target, models.PROTECT),
        "one to one": lambda: models.OneToOneField(target, models.PROTECT),
        "many to many": lambda: models.ManyToManyField(target),
    }[kind]()
    state = ProjectState()
    state.add_model(ModelState(app, "Answer", [("link", field)]))
    assert relations_up(state) == found


def test_control_planted_dependency():
    pairs = [(("ledger", "0002"), ("grading", "0001")), (("grading", "0002"), ("ledger", "0001"))]
    assert dependencies_up(pairs) == ["ledger.0002 depends on grading.0001"]


def test_control_planted_cycle():
    graph = MigrationGraph()
    for key in (("grading", "0001"), ("rubrics", "0001")):
        graph.add_node(key, None)
    graph.add_dependency("0001", ("grading", "0001"), ("rubrics", "0001"))
    graph.add_dependency("0001", ("rubrics", "0001"), ("grading", "0001"))
    with pytest.raises(CircularDependencyError):
        graph.ensure_not_cyclic()
