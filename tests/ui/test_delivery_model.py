"""Ledger and delivery of two processes, in any order of work, answers, deaths and clock jumps: told once, never lost.

What a process has a worker do is held back until the model says so, and a process may end before it, or after it and
before its result is known; so each commit and each call of a channel is a place to die at.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from data.ledger import Alert, Judgement, Ledger, Outcome, Receipt
from data.store import Store
from tests.support.alerts import NOW, an_alert
from ui.delivery import LEASE, Delivery

DAYS = [dt.date(2025, 9, 1) + dt.timedelta(days=day) for day in range(7)]
SLOTS = st.integers(0, 1)


class Asked(QObject):
    """A channel that keeps the questions until the model answers them; `shown` counts for all processes."""

    reported = Signal(object)
    activated = Signal(object)
    availability_changed = Signal(bool)

    def __init__(
        self, name: str, in_window: bool, shown: Counter[str], told_now: Callable[[], tuple[Alert, ...]]
    ) -> None:
        super().__init__()
        self.name = name
        self.in_window = in_window
        self.shown = shown
        self.told_now = told_now
        self.open: list[tuple[Alert, tuple[str, ...]]] = []

    def available(self) -> bool:
        return True

    def deliver(self, alert: Alert) -> None:
        keys = tuple(each.key for each in self.told_now())
        self.shown.update(keys)
        self.open.append((alert, keys))

    def answer(self, outcome: Outcome, now: dt.datetime) -> None:
        alert, keys = self.open.pop(0)
        if outcome == "failed":
            self.shown.subtract(keys)
        self.reported.emit(Receipt(alert.key, self.name, outcome, now))


class Process:
    """One process: a delivery, its two channels, and the work that nobody has done yet."""

    def __init__(self, model: DeliveryModel, owner: str) -> None:
        self.work: list[tuple[Callable[..., Any], Callable[[Any], None]]] = []
        self.desktop = Asked("notification", False, model.shown, self.told_now)
        self.inside = Asked("toast", True, model.inside, self.told_now)
        channels = (self.desktop, self.inside)
        self.delivery = Delivery(channels, model.ledger, self.run, lambda: model.now, owner)

    def told_now(self) -> tuple[Alert, ...]:
        attempt = self.delivery._attempt
        return attempt.alerts if attempt is not None else ()

    def run(self, work: Callable[..., Any], done: Callable[[Any], None]) -> None:
        self.work.append((work, done))

    def step(self, *, told: bool = True) -> None:
        work, done = self.work.pop(0)
        result = work(lambda: False)
        if told:
            done(result)


class DeliveryModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "b.sqlite3", NOW)
        self.ledger = Ledger(self.store)
        self.now = NOW
        self.shown: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.kept: dict[str, Alert] = {}
        self.born = 0
        self.alive: dict[int, Process] = {}

    def process(self, slot: int) -> Process:
        if slot not in self.alive:
            self.born += 1
            self.alive[slot] = Process(self, f"process {self.born}")
        return self.alive[slot]

    @rule(days=st.lists(st.sampled_from(DAYS), min_size=1, max_size=7), late=st.booleans())
    def commit(self, days: list[dt.date], late: bool) -> None:
        for alert in (an_alert("near", session=day, late=late) for day in days):
            self.ledger.commit(Judgement(alert.rule, alert.symbol, alert.session, "near", at=self.now), [alert])
            self.kept.setdefault(alert.key, alert)

    @rule(slot=SLOTS, steps=st.integers(0, 2))
    def ask(self, slot: int, steps: int) -> None:
        self.process(slot).delivery.deliver_waiting()
        self.work(slot, steps)

    @rule(slot=SLOTS, times=st.integers(1, 2))
    def work(self, slot: int, times: int) -> None:
        process = self.process(slot)
        for _ in range(times):
            if process.work:
                process.step()

    @rule(slot=SLOTS, outcome=st.sampled_from(["delivered", "delivered", "unknown", "failed"]))
    def answer(self, slot: int, outcome: Outcome) -> None:
        process = self.process(slot)
        for channel in (process.desktop, process.inside):
            if channel.open:
                is_late = channel.open[0][0] is not (process.delivery._attempt and process.delivery._attempt.shown)
                channel.answer("delivered" if is_late or channel.in_window else outcome, self.now)

    @rule(slot=SLOTS)
    def keep_silent(self, slot: int) -> None:
        self.process(slot).delivery._on_silence()

    @rule(slot=SLOTS, after_work=st.sampled_from([True, True, False]))
    def die(self, slot: int, after_work: bool) -> None:
        process = self.process(slot)
        if after_work and process.work:
            process.step(told=False)
        process.delivery.stop()
        del self.alive[slot]

    @rule(seconds=st.sampled_from([1, 30, 61, 600, 7200, -30, -3600]))
    def jump(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @invariant()
    def tells_nothing_twice(self) -> None:
        assert all(times <= 1 for times in self.shown.values()), self.shown

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            for process in self.alive.values():
                process.delivery.stop()
            self.store.close()
            self.folder.cleanup()

    def settle(self) -> None:
        """All die; one that lives on looks again and again, its channels answer, and the clock goes on."""
        for slot in list(self.alive):
            self.die(slot, after_work=False)
        self.now = max(self.now, NOW) + dt.timedelta(days=1)
        last = self.process(0)
        for _ in range(3):
            last.delivery.deliver_waiting()
            while last.work or last.desktop.open or last.inside.open:
                while last.work:
                    last.step()
                for channel in (last.desktop, last.inside):
                    if channel.open:
                        channel.answer("delivered", self.now)
            self.now += 2 * LEASE
        self.tells_nothing_twice()
        for alert, receipts in self.ledger.history():
            outcomes = {receipt.outcome for receipt in receipts}
            assert self.shown[alert.key] == 1 or (self.inside[alert.key] and outcomes), (alert.key, receipts)
        assert {alert.key for alert, _ in self.ledger.history()} == set(self.kept)
        assert self.ledger.waiting() == ()
        assert self.ledger.doubted() == ()


def test_that_no_order_of_work_answers_and_deaths_tells_an_alert_twice_or_loses_it(qapp: QApplication) -> None:
    run_state_machine_as_test(DeliveryModel, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))
