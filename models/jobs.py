"""Work in worker threads, its result handed back on the thread that asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from data.source import Cancelled

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A piece of work under way: `cancel` makes its flag true and its result unwanted."""

    _flag: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask the work to stop; whatever it still gives is dropped."""
        self._flag.set()

    def cancelled(self) -> bool:
        """Whether the result is no longer wanted."""
        return self._flag.is_set()


@dataclass(frozen=True, slots=True)
class _Landing:
    job: Job
    deliver: Callable[[], None]


class Jobs(QObject):
    """Runs functions in a pool of threads; their results arrive on the thread this object was made on.

    A job gets values and a cancel flag, never a widget or a model.  An error that nobody expected reaches `crashed`
    rather than being lost in a thread.
    """

    crashed = Signal(object)
    _landed = Signal(object)

    def __init__(self, threads: int = 6, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._running: set[Job] = set()
        self._landed.connect(self._deliver)

    def run(
        self,
        work: Callable[[Cancelled], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Job:
        """Start `work(cancelled)`; `done(result)` follows here unless the job is cancelled meanwhile.

        An error that the work did not expect goes to `crashed`, and to `failed` for whoever must go on after it.
        """
        job = Job()
        self._running.add(job)
        self._pool.start(lambda: self._work(job, work, done, failed))
        return job

    def stop(self, milliseconds: int = 3000) -> bool:
        """Cancel everything and wait; True when no thread is left running."""
        for job in self._running:
            job.cancel()
        self._pool.clear()
        self._running.clear()
        return self._pool.waitForDone(milliseconds)

    def _work(
        self,
        job: Job,
        work: Callable[[Cancelled], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None,
    ) -> None:
        try:
            result = work(job.cancelled)
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: what escapes here would be lost
            crash = error
            self._landed.emit(_Landing(job, lambda: self._end(job, lambda: self._crash(crash, failed))))
        else:
            self._landed.emit(_Landing(job, lambda: self._end(job, lambda: done(result))))

    def _crash(self, error: Exception, failed: Callable[[Exception], None] | None) -> None:
        self.crashed.emit(error)
        if failed is not None:
            failed(error)

    def _end(self, job: Job, deliver: Callable[[], None]) -> None:
        self._running.discard(job)
        deliver()

    @Slot(object)
    def _deliver(self, landing: _Landing) -> None:
        if landing.job.cancelled():
            self._running.discard(landing.job)
            return
        landing.deliver()
