"""The guards of the tests guard."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.guards import DEAD_PROXY, NetworkGuard, NetworkRefusedError, ThreadWatch, WindowWatch, is_local


@pytest.fixture
def guard() -> Iterator[NetworkGuard]:
    guard = NetworkGuard()
    with guard.installed():
        yield guard


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "", None, b"localhost"])
def test_that_this_machine_is_local(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1", b"example.org", "fe80::1%eth0"])
def test_that_any_other_host_is_not_local(host: object) -> None:
    assert not is_local(host)


@pytest.mark.parametrize("address", [("192.0.2.1", 443), DEAD_PROXY])
def test_that_a_connection_out_is_refused_and_remembered(guard: NetworkGuard, address: tuple[str, int]) -> None:
    with socket.socket() as out, pytest.raises(NetworkRefusedError):
        out.connect(address)
    assert guard.taken() == [f"{address[0]}:{address[1]}"]
    assert guard.taken() == []


def test_that_looking_up_a_name_counts_as_reaching_out(guard: NetworkGuard) -> None:
    with pytest.raises(NetworkRefusedError):
        socket.create_connection(("example.org", 443), timeout=1)
    assert guard.taken() == ["example.org"]


def test_that_loopback_connections_pass(guard: NetworkGuard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    assert guard.taken() == []


def test_that_a_thread_left_running_is_found_and_one_that_ended_is_not() -> None:
    watch, stop = ThreadWatch(), threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten")
    thread.start()
    found = watch.leaked(patience=0)
    stop.set()
    thread.join()
    assert len(found) == 1
    assert "forgotten" in found[0]
    assert watch.leaked() == []


def test_that_work_left_running_in_a_pool_of_qt_is_found() -> None:
    watch, begun, stop = ThreadWatch(), threading.Event(), threading.Event()
    pool = QThreadPool()
    pool.start(lambda: (begun.set(), stop.wait(), None)[-1])
    assert begun.wait(10)
    found = watch.leaked(patience=0)
    stop.set()
    assert pool.waitForDone(10_000)
    assert len(found) == 1
    assert watch.leaked() == []


def test_that_a_window_left_open_is_found_and_one_that_waits_for_deletion_is_not(qtbot: QtBot) -> None:
    watch = WindowWatch()
    window = QWidget()
    window.setObjectName("forgotten")
    assert watch.leaked() == ["QWidget forgotten"]
    window.deleteLater()
    assert watch.leaked() == []
