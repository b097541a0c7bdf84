"""Law 3: sealed, decided, settled and told is never changed, whoever writes the SQL."""

from decimal import Decimal

import pytest
from django.db import connection, models, transaction
from django.db.utils import IntegrityError

from edu_crowd.shared import outbox
from grading import pipeline
from grading.models import ConsensusScore, Decision, Mark, MarkSheet, Override, Result
from grading.services.result import override
from grading.services.review import decide, open_case
from tests.flows.world import World

pytestmark = pytest.mark.django_db

APPEND_ONLY: list[type[models.Model]] = [MarkSheet, Mark, Decision, ConsensusScore, Override, Result]


@pytest.fixture
def world() -> World:
    """A round with a row in every append-only table."""
    world = World()
    papers = world.everybody_hands_in()
    world.open_round()
    world.everybody_marks()
    pipeline.close_round(round_=world.round, now=world.now)
    script = world.scripts()[0]
    case = open_case(script=script, criterion=script.scores.first().criterion, reason="disagreement", now=world.now)
    decide(case=case, by=world.teacher, points=Decimal(1), reason="Half of it.", key="1", now=world.now)
    outbox.drain(now=world.now)
    override(submission=papers[0], points=Decimal(8), by=world.teacher, reason="Oral part.", now=world.now)
    return world


@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model.__name__)
def test_row_is_refused_every_change(world: World, model: type[models.Model]) -> None:
    assert model.objects.exists()
    table = model._meta.db_table
    connection.check_constraints()  # PostgreSQL truncates nothing while foreign keys are still to be checked
    before = list(model.objects.order_by("pk").values())
    statements = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]
    if connection.vendor == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    else:
        statements += [f"{verb} INTO {table} SELECT * FROM {table}" for verb in ("REPLACE", "INSERT OR REPLACE")]
    for statement in statements:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert list(model.objects.order_by("pk").values()) == before
