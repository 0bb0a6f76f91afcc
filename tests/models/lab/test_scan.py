"""The scan wherever it runs: the same bytes here, in processes and on a cluster, in any order, whole or not at all."""

from __future__ import annotations

import multiprocessing
import random
import threading
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evidence.refusals import RefusedError
from models.evidence.scan_record import as_bytes
from models.lab.asking import Inputs
from models.lab.cluster import Cluster
from models.lab.executing import Executor, Here, Processes, cores, executor
from models.lab.scan import ScanRequest
from models.lab.workers import CancelledError, Worker
from tests.support.dask_cluster import DaskProcesses, dask_processes
from tests.support.scanned import names_of, world

WORLD = world(4, 3)
LEADERS, COINS = names_of(WORLD)
REQUEST = ScanRequest(LEADERS, COINS, horizons=(7, 90))


def silent(done: float, doing: str) -> None:
    """Take no notice."""


def result_of(where: Executor, request: ScanRequest = REQUEST, inputs: Inputs = WORLD) -> bytes:
    answer = request.perform_on(where, inputs, silent)
    return as_bytes(answer.scan, answer.standing)


class Shuffled:
    """Does the pieces in any order."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def run(
        self, work: Callable[..., Any], calls: Sequence[tuple[object, ...]]
    ) -> Generator[tuple[int, Any], None, None]:
        """See `Executor`."""
        places = list(range(len(calls)))
        random.Random(self._seed).shuffle(places)
        for place in places:
            yield place, work(*calls[place])


@pytest.fixture
def dask(tmp_path: Path) -> Generator[DaskProcesses, None, None]:
    with dask_processes(tmp_path) as started:
        yield started


def raised_by(place: int) -> int:
    """Work for the tests: the second piece fails."""
    if place == 1:
        raise ZeroDivisionError
    return place


def ended_by(place: int) -> int:
    """Work for the tests: the second piece takes its process with it."""
    if place == 1:
        import os

        os._exit(9)
    return place


def test_that_two_processes_give_the_bytes_of_one() -> None:
    assert result_of(Processes(2)) == result_of(Here())


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_that_the_order_in_which_pieces_end_changes_no_byte(seed: int) -> None:
    assert result_of(Shuffled(seed)) == result_of(Here())


def test_that_a_cluster_gives_the_bytes_of_one_process(dask: DaskProcesses) -> None:
    address = dask.scheduler()
    dask.worker()
    dask.worker()
    wait_for_workers(address, 2)
    assert result_of(Cluster(address)) == result_of(Here())


def test_that_a_cluster_without_workers_is_refused_and_one_lost_on_the_way_too(dask: DaskProcesses) -> None:
    address = dask.scheduler()
    with pytest.raises(RefusedError, match="has no workers"):
        result_of(Cluster(address))
    worker = dask.worker()
    wait_for_workers(address, 1)

    def end_it(done: float, doing: str) -> None:
        if done > 0:
            worker.kill()

    with pytest.raises(RefusedError, match="was lost while it worked"):
        ScanRequest(LEADERS, COINS).perform_on(Cluster(address, patience=0.5), world(4, 40), end_it)


def test_that_workers_with_another_program_are_refused(dask: DaskProcesses, tmp_path: Path) -> None:
    address = dask.scheduler()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    dask.worker(elsewhere)
    wait_for_workers(address, 1)
    with pytest.raises(RefusedError, match="do not run this very program"):
        result_of(Cluster(address))


def test_that_a_port_where_nobody_listens_is_refused() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RefusedError, match=f"No scheduler of a cluster answers at tcp://127.0.0.1:{port}"):
        result_of(Cluster(f"tcp://127.0.0.1:{port}"))


@pytest.mark.parametrize("address", ["tcp://", "tcp://127.0.0.1", "nonsense://x:1", "127.0.0.1:notaport", ""])
def test_that_what_is_no_address_of_a_scheduler_is_refused(address: str) -> None:
    with pytest.raises(RefusedError, match="No scheduler of a cluster answers at"):
        result_of(Cluster(address))


def test_that_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(RefusedError, match="needs the package 'distributed', which is not installed"):
        result_of(Cluster("tcp://127.0.0.1:8786"))


def test_that_progress_is_told_up_to_the_end() -> None:
    told: list[tuple[float, str]] = []
    REQUEST.perform_on(Here(), WORLD, lambda done, doing: told.append((done, doing)))
    assert told[0] == (0.0, "Looking for breaks")
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (1.0, "C0-USD after IWM (12 of 12 pairs)")


def test_that_a_scan_can_be_called_off_and_leaves_no_process() -> None:
    class CalledOffError(Exception):
        pass

    def call_off(done: float, doing: str) -> None:
        if done > 0:
            raise CalledOffError

    with pytest.raises(CalledOffError):
        REQUEST.perform_on(Processes(2), WORLD, call_off)
    assert multiprocessing.active_children() == []


def add_up_in_processes(pipe: Connection) -> None:
    """Work for the tests: start processes from within one."""
    pipe.send(sorted(Processes(2).run(raised_by, [(0,), (2,)])))


def test_that_the_windows_own_worker_may_start_processes() -> None:
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    worker = context.Process(target=add_up_in_processes, args=(far,), daemon=True)
    worker.start()
    far.close()
    assert near.poll(30)
    assert near.recv() == [(0, 0), (1, 2)]
    worker.join()
    near.close()


def test_that_a_piece_that_fails_fails_the_whole() -> None:
    with pytest.raises(ZeroDivisionError):
        list(Processes(2).run(raised_by, [(0,), (1,), (2,)]))


def test_that_a_process_that_dies_is_told() -> None:
    with pytest.raises(RefusedError, match="was ended from outside"):
        list(Processes(2).run(ended_by, [(0,), (1,), (2,)]))


def test_that_no_process_outlives_the_one_that_started_it(tmp_path: Path) -> None:
    import subprocess
    import sys
    import time

    psutil = pytest.importorskip("psutil")
    program = tmp_path / "program.py"
    program.write_text(
        "import time\nfrom models.lab.executing import Processes\n"
        "if __name__ == '__main__':\n    list(Processes(2).run(time.sleep, [(60,), (60,)]))\n",
        encoding="utf-8",
    )
    root = Path(__file__).resolve().parents[3]
    environment = {"PYTHONPATH": str(root), "PATH": ""}
    process = subprocess.Popen([sys.executable, str(program)], cwd=tmp_path, env=environment)
    parent = psutil.Process(process.pid)
    until = time.monotonic() + 30
    while len(children := [c for c in parent.children() if "spawn_main" in " ".join(c.cmdline())]) < 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(1.0)  # the children's own watch begins with their first breath, which nothing tells
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []


def test_that_where_it_runs_is_no_part_of_the_question() -> None:
    elsewhere = ScanRequest(LEADERS, COINS, horizons=(7, 90), scheduler="tcp://127.0.0.1:1", workers=7)
    assert elsewhere == REQUEST
    assert hash(elsewhere) == hash(REQUEST)
    assert repr(elsewhere) == repr(REQUEST)
    assert repr(ScanRequest(LEADERS, COINS)) != repr(REQUEST)


def test_that_the_choice_of_an_executor_is_what_was_asked_for() -> None:
    assert isinstance(executor(workers=1), Here)
    assert isinstance(executor(workers=2), Processes)
    assert isinstance(executor("tcp://127.0.0.1:1"), Cluster)
    assert isinstance(executor(pieces=5), Here)
    assert isinstance(executor(pieces=5000), Here if cores() == 1 else Processes)
    assert cores() >= 1


def test_that_order_and_repetition_of_numbers_do_not_matter_and_no_leader_follows_itself() -> None:
    one = result_of(Here(), ScanRequest(("^RUT", "IWM"), ("IWM", "BTC-USD"), (63, 21, 63), (90, 7)))
    assert one == result_of(Here(), ScanRequest(("^RUT", "IWM"), ("IWM", "BTC-USD"), (21, 63), (7, 90)))
    assert b'"asked": 12' in one


@pytest.mark.parametrize("request_", [
    ScanRequest((), COINS), ScanRequest(LEADERS, ()), ScanRequest(("IWM",), ("IWM",)),
    ScanRequest(LEADERS, COINS, sessions_below=()), ScanRequest(LEADERS, COINS, horizons=()),
])  # fmt: skip
def test_that_a_scan_of_nothing_is_refused(request_: ScanRequest) -> None:
    with pytest.raises(RefusedError, match="A scan needs a leader"):
        request_.perform_on(Here(), WORLD, silent)


def test_that_a_scan_without_any_answer_says_why() -> None:
    with pytest.raises(RefusedError, match=r"None of the 12 questions can be answered\. The first reason: No break of"):
        ScanRequest(LEADERS, COINS, (5000,), (7,)).perform_on(Here(), WORLD, silent)


def test_that_a_leader_in_question_that_was_not_scanned_stands_nowhere() -> None:
    answer = ScanRequest(("IWM",), COINS, horizons=(7,), special="^RUT").perform_on(Here(), WORLD, silent)
    assert answer.standing is None
    assert [row[0] for row in answer.data] == ["IWM", *COINS]


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_that_the_windows_worker_scans_in_processes_and_ending_it_ends_them() -> None:
    psutil = pytest.importorskip("psutil")
    worker = Worker()
    asked = ScanRequest(LEADERS, COINS, horizons=(7, 90), workers=2)
    answer = worker.perform(asked, WORLD, silent, lambda: False)
    assert as_bytes(answer.scan, answer.standing) == result_of(Here())
    busy = threading.Event()
    started: list[Any] = []

    def look(done: float, doing: str) -> None:
        if done > 0 and not started:
            everyone = psutil.Process().children(recursive=True)
            started.extend(one for one in everyone if "spawn_main" in " ".join(one.cmdline()))
            busy.set()

    with pytest.raises(CancelledError):
        worker.perform(ScanRequest(LEADERS, COINS, workers=2), world(4, 40), look, busy.is_set)
    assert len(started) == 3  # the worker and its two
    _, alive = psutil.wait_procs(started, timeout=15)
    assert alive == []
    worker.stop()
