from collections.abc import Iterator

import pytest
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test.utils import isolate_apps

from edu_crowd.shared.append_only import AppendOnly

TABLE = "scratch_receipt"


@pytest.fixture
def receipt(transactional_db: None) -> Iterator[type[models.Model]]:
    """A scratch table that was made append-only, with one row."""
    with isolate_apps("edu_crowd.shared"):

        class Receipt(models.Model):
            text = models.TextField()
            corrects = models.ForeignKey("self", models.PROTECT, null=True)

            class Meta:
                app_label = "shared"
                db_table = TABLE

    with connection.schema_editor() as editor:
        editor.create_model(Receipt)
        AppendOnly([TABLE]).database_forwards("shared", editor, None, None)
    Receipt.objects.create(text="first")
    yield Receipt
    with connection.schema_editor() as editor:
        editor.delete_model(Receipt)


def refusal(statement: str) -> str:
    with pytest.raises(DatabaseError) as failure, connection.cursor() as cursor:
        cursor.execute(statement)
    return str(failure.value).splitlines()[0]


def test_insert_append_only_passes(receipt):
    receipt.objects.create(text="second")
    assert list(receipt.objects.order_by("pk").values_list("text", flat=True)) == ["first", "second"]


@pytest.mark.parametrize("statement", [f"UPDATE {TABLE} SET text = 'other'", f"DELETE FROM {TABLE}"])
def test_change_append_only_refused(receipt, statement):
    assert refusal(statement) == f"{TABLE} is append-only"
    assert receipt.objects.get().text == "first"


@pytest.mark.only_on("postgresql")
def test_truncate_append_only_refused(receipt):
    assert refusal(f"TRUNCATE {TABLE}") == f"{TABLE} is append-only"


def test_change_after_migrating_back_passes(receipt):
    with connection.schema_editor() as editor:
        AppendOnly([TABLE]).database_backwards("shared", editor, None, None)
    receipt.objects.update(text="other")
    assert receipt.objects.get().text == "other"


def test_named_again_append_only_still_refused(receipt):
    with connection.schema_editor() as editor:
        AppendOnly([TABLE]).database_forwards("shared", editor, None, None)
    assert refusal(f"DELETE FROM {TABLE}") == f"{TABLE} is append-only"


def flush_statements() -> list[str]:
    return connection.ops.sql_flush(no_style(), [TABLE])


def test_flush_without_lifting_refused(receipt):
    """The control: this is what Django's own flush between tests would run into."""
    with pytest.raises(DatabaseError, match="is append-only"):
        BaseDatabaseOperations.execute_sql_flush(connection.ops, flush_statements())


def test_flush_between_tests_empties_and_restores(receipt):
    receipt.objects.create(text="correction", corrects=receipt.objects.get())
    connection.ops.execute_sql_flush(flush_statements())
    assert not receipt.objects.exists()
    receipt.objects.create(text="later")
    assert refusal(f"DELETE FROM {TABLE}") == f"{TABLE} is append-only"


def test_flush_that_fails_leaves_triggers(receipt):
    with pytest.raises(DatabaseError):
        connection.ops.execute_sql_flush(["DELETE FROM no_such_table"])
    assert refusal(f"DELETE FROM {TABLE}") == f"{TABLE} is append-only"
