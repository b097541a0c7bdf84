"""Many threads at one line, each with a connection of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from django.db import connection

RACERS = 16
ROUNDS = 50


@contextmanager
def racers(number: int = RACERS) -> Iterator[Callable[[Callable[[int], object]], list[object]]]:
    """Yield `race(act)`: call `act(0)`, `act(1)`, … at the same moment and return what they returned."""
    with ThreadPoolExecutor(number) as pool:

        def race(act: Callable[[int], object]) -> list[object]:
            line = Barrier(number, timeout=60)

            def run(racer: int) -> object:
                connection.ensure_connection()
                line.wait()
                return act(racer)

            return list(pool.map(run, range(number)))

        try:
            yield race
        finally:
            leave = Barrier(number, timeout=60)

            def close(_: int) -> None:
                leave.wait()  # so that each thread closes its own connection
                connection.close()

            list(pool.map(close, range(number)))
