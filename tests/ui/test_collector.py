"""Cycles are collected on the GUI thread, and nowhere else, while the app runs."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.collector import Collector


class Ring:
    """Something that only a collector can free; notes the thread in which that happens."""

    def __init__(self, ends: list[int]) -> None:
        self.me = self
        weakref.finalize(self, lambda: ends.append(threading.get_ident()))


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Collector]:
    gc.collect()
    made = Collector(period_ms=1000)
    made.start()
    yield made
    made.stop()


def test_that_a_worker_that_allocates_much_collects_nothing(qtbot: QtBot, collector: Collector) -> None:
    ends: list[int] = []
    Ring(ends)
    worker = threading.Thread(target=lambda: [[] for _ in range(200_000)])
    worker.start()
    worker.join()
    assert ends == []


def test_that_what_a_worker_left_behind_is_collected_on_the_gui_thread(qtbot: QtBot, collector: Collector) -> None:
    ends: list[int] = []
    kept: list[object] = []

    def litter() -> None:
        for _ in range(3000):
            Ring(ends)
            kept.append(QObject)

    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: bool(ends))
    assert set(ends) == {threading.get_ident()}


def test_that_python_collects_by_itself_again_afterwards(qapp: QApplication) -> None:
    collector = Collector()
    collector.start()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
