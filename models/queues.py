"""One queue per host, so that a slow or dead host delays only its own assets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from data.catalog import Asset
from data.source import Cancelled
from models.jobs import Job, Jobs

T = TypeVar("T")
Work = Callable[[Cancelled], T]


class HostQueues(Generic[T]):
    """Works through assets in worker threads, one at a time for each host.

    `work` returns what is to be done for an asset when its turn comes; `landed` and `crashed` follow on the thread that
    asked, then `ended` once nothing is left.  None of them follows for what was cancelled.
    """

    def __init__(
        self,
        jobs: Jobs,
        work: Callable[[Asset], Work[T]],
        *,
        landed: Callable[[Asset, T], None],
        crashed: Callable[[Asset], None],
        ended: Callable[[], None],
    ) -> None:
        self._jobs = jobs
        self._work = work
        self._landed, self._crashed, self._ended = landed, crashed, ended
        self._queues: dict[str, deque[Asset]] = {}
        self._running: dict[str, Job] = {}

    @property
    def busy(self) -> bool:
        """Whether any host is being asked."""
        return bool(self._running)

    @property
    def waiting(self) -> int:
        """How many assets are still to come, those under way included."""
        return sum(len(queue) for queue in self._queues.values())

    @property
    def current(self) -> tuple[Asset, ...]:
        """The assets under way, one for each host."""
        return tuple(queue[0] for queue in self._queues.values() if queue)

    def add(self, host: str, asset: Asset) -> None:
        """Put an asset at the end of its host's queue, unless it waits there already."""
        queue = self._queues.setdefault(host, deque())
        if asset not in queue:
            queue.append(asset)

    def start(self) -> None:
        """Set every host to work that is at rest."""
        for host in tuple(self._queues):
            if host not in self._running:
                self._next(host)

    def cancel(self) -> None:
        """Drop everything that waits or is under way."""
        for job in self._running.values():
            job.cancel()
        self._running.clear()
        self._queues.clear()

    def _next(self, host: str) -> None:
        queue = self._queues.get(host)
        if not queue:
            self._queues.pop(host, None)
            self._running.pop(host, None)
            if not self._running:
                self._ended()
            return
        asset = queue[0]
        self._running[host] = self._jobs.run(
            self._work(asset),
            partial(self._on_landed, host, asset),
            partial(self._on_crashed, host, asset),
        )

    def _on_landed(self, host: str, asset: Asset, result: T) -> None:
        self._drop(host, asset)
        self._landed(asset, result)
        self._next(host)

    def _on_crashed(self, host: str, asset: Asset, _error: Exception) -> None:
        """Go on with the others: a fault of ours with one asset must not stop its host's queue."""
        self._drop(host, asset)
        self._crashed(asset)
        self._next(host)

    def _drop(self, host: str, asset: Asset) -> None:
        queue = self._queues.get(host)
        if queue and queue[0] == asset:
            queue.popleft()
