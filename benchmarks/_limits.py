"""Run something in a forked process that sees the same data, with a limit of time and memory."""

import multiprocessing
import resource
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

MEMORY = 8 * 2**30


class NotFinished(Exception):
    """It took more time or memory than it may, or failed; the message says which."""


def limited(work: Callable[[], Any], seconds: float) -> Any:
    """Return what the work returns; raises `NotFinished`."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=report, args=(work, theirs))
    child.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise NotFinished(f"did not finish, {seconds:.0f} s")
        kind, result = ours.recv()
    except EOFError:
        raise NotFinished("did not finish, died") from None
    finally:
        child.kill()
        child.join()
    if kind == "failed":
        raise NotFinished(result)
    return result


def report(work: Callable[[], Any], pipe: Connection) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a peer warns of is not measured here
            pipe.send(("done", work()))
    except MemoryError:
        pipe.send(("failed", "did not finish, 8 GiB"))
    except Exception as error:
        pipe.send(("failed", f"failed: {type(error).__name__}"))
