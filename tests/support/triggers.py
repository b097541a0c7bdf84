"""Empty the tables after a `transaction=True` test, although append-only tables refuse to be emptied."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def without_triggers(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift every trigger inside one transaction: should anything fail, they were never gone."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            tables = [table for (table,) in cursor.fetchall()]
            lift = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            # Foreign keys are checked first: a table with such a check pending cannot be altered.
            restore = ["SET CONSTRAINTS ALL IMMEDIATE"]
            restore += [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            lift = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
            restore = [sql for _, sql in triggers]
        for statement in lift:
            cursor.execute(statement)
        yield
        for statement in restore:
            cursor.execute(statement)


def let_flush_pass(connection: BaseDatabaseWrapper) -> None:
    """Django's flush is the one statement in the tests that may empty everything.

    The class is changed, not this connection: while a browser test keeps an event loop, its thread has another one.
    """
    operations = type(connection.ops)
    flush: Callable[[Any, Iterable[str]], Any] = operations.execute_sql_flush
    sql_flush: Callable[..., list[str]] = operations.sql_flush

    def execute_sql_flush(self: Any, statements: Iterable[str]) -> None:
        with without_triggers(self.connection):
            flush(self, statements)

    def quick_sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        """TRUNCATE makes a new file per table and index, over a second in all; DELETE of a few rows is nothing."""
        if options.get("reset_sequences") or self.connection.vendor != "postgresql":
            return sql_flush(self, style, tables, **options)
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]

    operations.execute_sql_flush = execute_sql_flush
    operations.sql_flush = quick_sql_flush
