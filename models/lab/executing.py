"""Where pieces of work are done: here one after the other, here on all cores, or on a Dask cluster.

A piece is a call of one pure function; whoever runs the pieces, and in whatever order they end, their results are the
same, and each comes with the place of its piece.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from typing import Protocol, TypeVar

from models.lab.asking import RefusedError

Result = TypeVar("Result")
Call = tuple[object, ...]

_WORTH_PROCESSES = 60  # pieces that take as long as starting processes does
_PATIENT = 5  # how much later than others the operating system should serve us


class Executor(Protocol):
    """Does pieces of work."""

    def run(self, work: Callable[..., Result], calls: Sequence[Call]) -> Generator[tuple[int, Result], None, None]:
        """Yield the place of each call and its result as they are done; closing it calls off the rest.

        `work` is a function at the top of a module, its arguments and result are values that travel.  Raises
        `RefusedError` where it cannot be done there, and whatever `work` raises.
        """


class Here:
    """One after the other, in this process."""

    def run(self, work: Callable[..., Result], calls: Sequence[Call]) -> Generator[tuple[int, Result], None, None]:
        """See `Executor`."""
        for place, call in enumerate(calls):
            yield place, work(*call)


class Processes:
    """On several processes of this computer, all cores unless told otherwise."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count or cores()

    def run(self, work: Callable[..., Result], calls: Sequence[Call]) -> Generator[tuple[int, Result], None, None]:
        """See `Executor`."""
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor, as_completed
        from concurrent.futures.process import BrokenProcessPool

        # A worker that the window may kill is a daemon, which may start nothing since that would be left over.  Ours
        # see to their own end.
        multiprocessing.current_process().daemon = False
        context = multiprocessing.get_context("spawn")
        count = max(1, min(self._count, len(calls)))
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
        try:
            places = {pool.submit(work, *call): place for place, call in enumerate(calls)}
            for future in as_completed(places):
                yield places[future], future.result()
        except BrokenProcessPool as broken:
            raise RefusedError(
                "A process that worked on this was ended from outside, perhaps because memory ran out. Nothing is"
                " shown, since part of the answer is missing; ask again, with fewer workers or fewer questions."
            ) from broken
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def cores() -> int:
    """Return how many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def executor(scheduler: str | None = None, workers: int | None = None, pieces: int = _WORTH_PROCESSES) -> Executor:
    """Return where to work: on the cluster whose scheduler is named, else here with so many processes.

    Without a number it is all cores, or just this process where there are too few pieces for more to pay.
    """
    if scheduler is not None:
        from models.lab.cluster import Cluster

        return Cluster(scheduler)
    count = workers or (cores() if pieces >= _WORTH_PROCESSES else 1)
    return Here() if count == 1 else Processes(count)


def _begin() -> None:
    """Give way to the window, and end with the process that started this one, however that ended."""
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches everyone here; who asked sees to the others
    if hasattr(os, "nice"):
        os.nice(_PATIENT)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.join,), daemon=True).start()


def _follow(gone: Callable[[], None]) -> None:
    gone()
    os._exit(1)
