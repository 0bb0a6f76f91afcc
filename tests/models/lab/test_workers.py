"""A study in a process of its own: its reports, its refusal, its failure, its death, and its end on request."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from models.lab.asking import Inputs, RefusedError, Report
from models.lab.workers import CancelledError, Worker

NOTHING = Inputs({}, dt.datetime(2026, 11, 20, tzinfo=dt.UTC))


@dataclass(frozen=True, slots=True)
class Told:
    """Does what it is called."""

    what: str
    symbols: tuple[str, ...] = ()

    def perform(self, inputs: Inputs, report: Report) -> int:
        report(0.5, f"in {self.what}")
        if self.what == "refuse":
            raise RefusedError("Nothing can be said.")
        if self.what == "fail":
            raise ZeroDivisionError
        if self.what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.what == "wait":
            threading.Event().wait()
        return os.getpid()


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.stop()


def asked(worker: Worker, what: str) -> int:
    found: int = worker.perform(Told(what), NOTHING, lambda _done, _doing: None, lambda: False)
    return found


def test_that_the_answer_comes_from_one_other_process_with_its_reports(worker: Worker) -> None:
    heard: list[tuple[float, str]] = []
    first = worker.perform(Told("work"), NOTHING, lambda done, doing: heard.append((done, doing)), lambda: False)
    assert first not in {os.getpid(), None}
    assert heard == [(0.5, "in work")]
    assert asked(worker, "work") == first


def test_that_a_refusal_keeps_its_sentence_and_the_process(worker: Worker) -> None:
    first = asked(worker, "work")
    with pytest.raises(RefusedError, match=r"Nothing can be said\."):
        asked(worker, "refuse")
    assert asked(worker, "work") == first


def test_that_a_failure_is_told_and_logged(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RefusedError, match="fault of the app"):
        asked(worker, "fail")
    assert "ZeroDivisionError" in caplog.text


def test_that_a_process_killed_from_outside_is_told_and_replaced(worker: Worker) -> None:
    first = asked(worker, "work")
    with pytest.raises(RefusedError, match="ended from outside"):
        asked(worker, "die")
    assert asked(worker, "work") != first


def test_that_cancelling_ends_the_process_and_the_next_question_is_answered(worker: Worker) -> None:
    heard = threading.Event()
    with pytest.raises(CancelledError):
        worker.perform(Told("wait"), NOTHING, lambda _done, _doing: heard.set(), heard.is_set)
    assert asked(worker, "work") > 0


def test_that_a_question_dropped_before_its_turn_costs_no_process(worker: Worker) -> None:
    first = asked(worker, "work")
    with pytest.raises(CancelledError):
        worker.perform(Told("work"), NOTHING, lambda _done, _doing: None, lambda: True)
    assert asked(worker, "work") == first
