"""Studies in a process of their own, which no frame of the window waits for, and which can be ended at any point."""

from __future__ import annotations

import logging
import multiprocessing
import threading
import traceback
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from data.source import Cancelled
from models.lab.asking import Inputs, RefusedError, Report, Request

_LOOK_SECONDS = 0.05
_LOG = logging.getLogger(__name__)


class CancelledError(Exception):
    """The answer is no longer wanted."""


class Worker:
    """One process that is kept for the next question; `perform` may be called from any thread, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def perform(self, request: Request[Any], inputs: Inputs, report: Report, cancelled: Cancelled) -> Any:  # noqa: ANN401
        """Return the answer.

        Raises `RefusedError` where nothing can be said, also when the process failed or was ended from outside, and
        `CancelledError`; a cancelled process is killed.
        """
        with self._lock:
            if cancelled():  # while it waited for its turn: the process is at nothing that would have to be ended
                raise CancelledError
            pipe = self._ready()
            try:
                pipe.send((request, inputs))
                return self._follow(pipe, report, cancelled)
            except (EOFError, OSError) as ended:
                self._end()
                raise RefusedError(
                    "The process that worked on this was ended from outside, perhaps because memory ran out."
                    " Nothing is lost; ask again."
                ) from ended

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()

    def _follow(self, pipe: Connection, report: Report, cancelled: Cancelled) -> Any:  # noqa: ANN401
        while True:
            if cancelled():
                self._end()
                raise CancelledError
            if not pipe.poll(_LOOK_SECONDS):
                continue
            kind, told = pipe.recv()
            if kind == "progress":
                report(*told)
            elif kind == "done":
                return told
            else:
                self._refuse(kind, told)

    def _refuse(self, kind: str, told: str) -> None:
        if kind == "refused":
            raise RefusedError(told)
        _LOG.error("a study failed:\n%s", told)
        raise RefusedError(
            "This study failed, which is a fault of the app. The log says where; nothing stored is lost."
        )

    def _ready(self) -> Connection:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            context = multiprocessing.get_context("spawn")  # a fork would take locks of Qt and of other threads along
            self._pipe, far = context.Pipe()
            self._process = context.Process(target=answer_questions, args=(far,), daemon=True)
            self._process.start()
            far.close()
        return self._pipe

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def answer_questions(pipe: Connection) -> None:
    """Answer until the other end is gone; runs in the worker process."""
    while True:
        try:
            request, inputs = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            told = "done", request.perform(inputs, lambda done, doing: pipe.send(("progress", (done, doing))))
        except RefusedError as refused:
            told = "refused", str(refused)
        except Exception:  # noqa: BLE001 - the boundary of the process: what escapes here would be lost
            told = "failed", traceback.format_exc()
        pipe.send(told)
