"""Work in threads: results land on the asking thread, cancelled ones never, and nothing is lost or left over."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from data.source import Cancelled
from models.jobs import Jobs


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs(threads=2)
    yield made
    assert made.stop(), "a worker outlived its test"


def test_that_an_unexpected_error_reaches_the_owner(qtbot: QtBot, jobs: Jobs) -> None:
    def work(_cancelled: Cancelled) -> None:
        raise ZeroDivisionError("by design")

    with qtbot.waitSignal(jobs.crashed) as crash:
        jobs.run(work, lambda result: pytest.fail(f"landed {result}"))
    assert isinstance(crash.args[0], ZeroDivisionError)


def test_that_a_result_lands_on_the_thread_that_asked(qtbot: QtBot, jobs: Jobs) -> None:
    landed = []
    jobs.run(lambda _: threading.get_ident(), lambda worker: landed.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(landed))
    worker, lander = landed[0]
    assert lander == threading.get_ident() != worker


def test_that_a_cancelled_job_never_lands(qtbot: QtBot, jobs: Jobs) -> None:
    gate, landed = threading.Event(), []
    job = jobs.run(lambda _: gate.wait(10), landed.append)
    job.cancel()
    gate.set()
    jobs.run(lambda _: "later", landed.append)
    qtbot.waitUntil(lambda: "later" in landed)
    assert landed == ["later"]


def test_that_work_sees_that_it_was_cancelled(qtbot: QtBot, jobs: Jobs) -> None:
    started, seen = threading.Event(), threading.Event()

    def work(cancelled: Cancelled) -> None:
        started.set()
        while not cancelled():
            pass
        seen.set()

    job = jobs.run(work, lambda _: None)
    assert started.wait(10)
    job.cancel()
    assert seen.wait(10)


def test_that_stopping_reports_a_worker_that_will_not_end(qtbot: QtBot, jobs: Jobs) -> None:
    gate, started = threading.Event(), threading.Event()

    def work(_cancelled: Cancelled) -> None:
        started.set()
        gate.wait(10)

    jobs.run(work, lambda _: None)
    assert started.wait(10)
    assert not jobs.stop(1)
    gate.set()
    assert jobs.stop()
