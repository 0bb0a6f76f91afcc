"""Has the lab's questions answered: inputs in a thread, the work in a process, an answer kept for the next time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from data.source import Cancelled
from data.store import StoreError
from models.desk import Desk
from models.jobs import Job, Jobs
from models.lab.asking import RefusedError, Request
from models.lab.digest import digest_of
from models.lab.filing import filed
from models.lab.reading import shown_inputs, with_economy
from models.lab.workers import CancelledError, Worker
from models.snapshot import AssetView

_KEPT = 32
UNFORESEEN = "This could not be worked out because of a fault in the app. Nothing is lost; the log has the cause."


class LabDesk(QObject):
    """`ask` returns at once; `answered` or `refused` follows, unless something else is asked meanwhile."""

    answered = Signal(object, object)
    refused = Signal(object, str)
    progressed = Signal(object, float, str)

    def __init__(self, desk: Desk, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._jobs, self._worker = desk, jobs, Worker()
        self._known: dict[tuple[object, str], object] = {}
        self._job: Job | None = None

    def ask(self, request: Request[Any], views: Mapping[str, AssetView]) -> None:
        """Answer from what is known of the very same bars, or have it worked out; an earlier question is dropped."""
        self.cancel()
        self.progressed.emit(request, 0.0, "Reading the prices …")
        work = partial(self._answer, request, dict(views))
        self._job = self._jobs.run(work, partial(self._keep, request), partial(self._fail, request))

    def cancel(self) -> None:
        """Drop the question under way."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def stop(self) -> None:
        """End the work and its process."""
        self.cancel()
        self._worker.stop()

    def _answer(
        self, request: Request[Any], views: Mapping[str, AssetView], cancelled: Cancelled
    ) -> tuple[str, object] | str | None:
        parts = self._desk.parts
        try:
            optional = getattr(request, "optional", ())
            inputs = shown_inputs(views, request.symbols, parts.calendars, parts.clock(), optional)
            inputs = with_economy(inputs, parts, request)
            if getattr(request, "light", False):
                return "", request.perform(inputs, partial(self._report, request))
            digest = digest_of(inputs)
            known = self._known.get((request, digest))
            if known is None:
                known = self._worker.perform(request, inputs, partial(self._report, request), cancelled)
            return digest, filed(request, known, inputs, parts.store.database)
        except (RefusedError, StoreError) as refused:
            return str(refused)
        except CancelledError:
            return None

    def _report(self, request: Request[Any], done: float, doing: str) -> None:
        self.progressed.emit(request, done, doing)

    def _keep(self, request: Request[Any], told: tuple[str, object] | str | None) -> None:
        if isinstance(told, str):
            self.refused.emit(request, told)
        elif told is not None:
            digest, result = told
            if digest:
                self._remember(request, digest, result)
            self.answered.emit(request, result)

    def _fail(self, request: Request[Any], _error: Exception) -> None:
        """Let nobody wait for an answer that will not come; whoever owns the jobs logs the error."""
        self.refused.emit(request, UNFORESEEN)

    def _remember(self, request: Request[Any], digest: str, result: object) -> None:
        while len(self._known) >= _KEPT:
            del self._known[next(iter(self._known))]
        self._known[request, digest] = result
