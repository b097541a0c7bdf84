"""The shape of the code: small files, no signals, nothing hidden in save() or delete(), nothing deleted in passing."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.test.utils import isolate_apps

from edu_crowd.shared.access import GroupObjectPermissionBase, UserObjectPermissionBase
from tests.architecture.code import ARROWS, PACKAGES, ROOT, imported_names, source_files

LONGEST = 300  # 250 is the aim
HIDING_PLACES = ("save", "delete", "asave", "adelete")
# A right means nothing without its person or its course: guardian's tables go with either.
GOES_WITH_ITS_TARGET = (UserObjectPermissionBase, GroupObjectPermissionBase)


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in ARROWS]


def uses_signals(path: Path) -> bool:
    by_import = any(name == "django.dispatch" or "signals" in name.split(".") for name in imported_names(path))
    names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    return by_import or "receiver" in names


def hidden_behaviour(model: type[models.Model]) -> list[str]:
    ours = [base for base in model.__mro__ if base.__module__.split(".")[0] in (*PACKAGES, "tests")]
    return [f"{base.__name__}.{verb}" for base in ours for verb in HIDING_PLACES if verb in vars(base)]


def deletes_in_passing(found: Iterable[type[models.Model]]) -> list[str]:
    return [
        f"{model.__name__}.{field.name}"
        for model in found
        if not issubclass(model, GOES_WITH_ITS_TARGET)
        for field in model._meta.local_fields
        if field.remote_field and field.remote_field.on_delete is not models.PROTECT
    ]


def test_files_are_short():
    files = source_files(*PACKAGES, "tests", "benchmarks", "proofs")
    sizes = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in files if "migrations" not in p.parts}
    assert {file: lines for file, lines in sizes.items() if lines > LONGEST} == {}


def test_there_are_no_signals():
    assert [str(path.relative_to(ROOT)) for path in source_files() if uses_signals(path)] == []


def test_models_hide_nothing_in_save_and_delete():
    assert [place for model in our_models() for place in hidden_behaviour(model)] == []


def test_foreign_keys_protect():
    assert deletes_in_passing(our_models()) == []


@pytest.mark.parametrize(
    "line",
    [
        "from django.dispatch import receiver",
        "from django.db.models.signals import post_save",
        "@receiver\ndef f(): ...",
    ],
)
def test_control_planted_signal_is_seen(tmp_path, line):
    planted = tmp_path / "planted.py"
    planted.write_text(line + "\n")
    assert uses_signals(planted)


@isolate_apps("grading")
def test_control_planted_models_are_seen():
    class Hiding(models.Model):
        class Meta:
            app_label = "grading"
            abstract = True

        def save(self, *args: object, **kwargs: object) -> None: ...

    class Planted(Hiding):
        protected = models.ForeignKey("auth.Group", models.PROTECT)
        cascading = models.ForeignKey("auth.Group", models.CASCADE)
        emptied = models.ForeignKey("auth.Group", models.SET_NULL, null=True)

        class Meta:
            app_label = "grading"

    assert hidden_behaviour(Planted) == ["Hiding.save"]
    assert deletes_in_passing([Planted]) == ["Planted.cascading", "Planted.emptied"]


def test_control_django_own_save_is_no_offence():
    assert "save" in vars(AbstractBaseUser)
    assert hidden_behaviour(apps.get_model("people.User")) == []
