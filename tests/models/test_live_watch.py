"""Live rules between two refreshes: a real store, real threads, a scripted source."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000
from data.ledger import Alert, Ledger
from data.profile import Profile
from data.rulebook import Rulebook
from data.settings import Settings
from models import live_watch
from models.desk import Desk
from models.jobs import Jobs
from models.live import LiveFeed, Tick
from models.live_watch import LIVE_RULES_IN_PLAYBACK, LiveWatch, live_price
from models.market import Market
from models.rules.keeping import keep
from models.rules.live import LivePrice
from models.rules.rule import Crosses, Rule, Subject
from tests.support.scripted import ScriptedSource, parts_of
from tests.support.sources import HandClock
from tests.support.views import bars_of

NOON = dt.datetime(2020, 1, 16, 17, tzinfo=dt.UTC)
CLOSES = [100, 101, 90, 90, 90, 90, 90, 99]
CALENDARS = Calendars()
LEVEL = Rule(key="live", name="Above 100", condition=Crosses(Subject("^RUT"), "above", 100), scope="live")


def today(last: float, high: float | None = None) -> Bars:
    """The index through noon of the 16th."""
    bars = bars_of([*CLOSES, last], final=False)
    highs = bars.high.copy()
    highs[-1] = high or last
    return replace(bars, high=highs)


class Room:
    """A market, a feed that looks all the time, and what was announced."""

    def __init__(self, desk: Desk, jobs: Jobs) -> None:
        self.market = Market(desk, jobs, tick_milliseconds=60_000)
        self.feed = LiveFeed(desk, jobs, poll_milliseconds=5, least_gap=dt.timedelta(seconds=15))
        self.watch = LiveWatch(desk, jobs, self.market, self.feed)
        self.news: list[Alert] = []
        self.said: list[str] = []
        self.market.announced.connect(self.news.extend)
        self.watch.troubled.connect(self.said.append)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def source(clock: HandClock) -> ScriptedSource:
    fund = bars_of([close / 10 for close in CLOSES])
    return ScriptedSource(clock, {"^RUT": today(98.0), "IWM": fund})


@pytest.fixture
def desk(tmp_path: Path, clock: HandClock, source: ScriptedSource) -> Iterator[Desk]:
    parts = parts_of(tmp_path, clock, (source,), CALENDARS)
    yield Desk(Profile(tmp_path), Settings(), (source,), parts, Ledger(parts.store), (RUSSELL_2000,))
    parts.store.close()


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.stop(), "a worker outlived its test"


@pytest.fixture
def room(desk: Desk, jobs: Jobs) -> Iterator[Room]:
    made = Room(desk, jobs)
    yield made
    made.feed.stop()
    made.market.stop()


def started(qtbot: QtBot, room: Room) -> None:
    with qtbot.waitSignal(room.market.judged):
        room.market.start()


def learned(qtbot: QtBot, room: Room, desk: Desk) -> None:
    """Start with a live rule that knows how things stand."""
    keep(Rulebook(desk.parts.store), LEVEL, NOON)
    started(qtbot, room)
    qtbot.waitUntil(lambda: Rulebook(desk.parts.store).memory("live") is not None)


def a_tick(at: dt.datetime, last: float) -> Tick:
    return Tick("^RUT", "day", at, today(last)[-1:])


def test_that_a_touch_is_told_of_at_once_although_no_chart_shows_the_asset(
    qtbot: QtBot, room: Room, desk: Desk, source: ScriptedSource, clock: HandClock
) -> None:
    learned(qtbot, room, desk)
    source.answers["^RUT"] = today(101.0)
    for _ in range(3):
        asked = len(source.asked)
        clock.now += dt.timedelta(seconds=15)
        qtbot.waitUntil(lambda asked=asked: len(source.asked) > asked)
    qtbot.waitUntil(lambda: bool(room.news))
    qtbot.wait(50)
    assert [alert.key for alert in room.news] == ["live|^RUT|2020-01-16|live fired 1"]
    assert [alert.key for alert in desk.ledger.waiting()] == ["live|^RUT|2020-01-16|live fired 1"]


def test_that_nothing_wakes_and_nothing_is_asked_without_a_live_rule(
    qtbot: QtBot, room: Room, desk: Desk, source: ScriptedSource
) -> None:
    keep(Rulebook(desk.parts.store), replace(LEVEL, scope="close"), NOON)
    keep(Rulebook(desk.parts.store), replace(LEVEL, key="off", enabled=False), NOON)
    started(qtbot, room)
    asked = len(source.asked)
    qtbot.wait(50)
    assert not room.feed.awake
    assert len(source.asked) == asked


def test_that_a_rule_switched_on_is_followed_and_one_switched_off_no_longer(
    qtbot: QtBot, room: Room, desk: Desk
) -> None:
    started(qtbot, room)
    book = Rulebook(desk.parts.store)
    for rule, awake in ((LEVEL, True), (replace(LEVEL, enabled=False), False)):
        keep(book, rule, NOON)
        with qtbot.waitSignal(room.market.ruled):
            room.market.judge_again()
        assert room.feed.awake == awake


def test_that_an_asset_on_the_charts_too_is_asked_for_once(
    qtbot: QtBot, room: Room, desk: Desk, source: ScriptedSource, clock: HandClock
) -> None:
    learned(qtbot, room, desk)
    shown: list[Tick] = []
    room.feed.ticked.connect(shown.append)
    room.feed.show((RUSSELL_2000,), "day")
    before = len(source.asked)
    clock.now += dt.timedelta(seconds=15)
    qtbot.waitUntil(lambda: bool(shown))
    qtbot.wait(50)
    assert len(source.asked) == before + 1
    room.feed.rest()
    clock.now += dt.timedelta(seconds=15)
    qtbot.waitUntil(lambda: len(source.asked) == before + 2)  # hidden again: the rule still looks at it


def test_that_rules_are_judged_outside_the_thread_of_the_window(
    qtbot: QtBot, room: Room, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned(qtbot, room, desk)
    threads: list[int] = []

    def noted(*_asked: Any) -> tuple[Alert, ...]:
        threads.append(threading.get_ident())
        return ()

    monkeypatch.setattr(live_watch, "look_at_all", noted)
    room.feed.offer(a_tick(NOON, 101.0))
    qtbot.waitUntil(lambda: bool(threads))
    assert threading.get_ident() not in threads


@pytest.mark.parametrize("age", [31, 600, 86_400])
def test_that_a_late_tick_never_fires(qtbot: QtBot, room: Room, desk: Desk, age: int) -> None:
    learned(qtbot, room, desk)
    room.feed.offer(a_tick(NOON - dt.timedelta(seconds=age), 101.0))
    qtbot.wait(80)
    assert room.news == []
    room.feed.offer(a_tick(NOON, 101.0))
    qtbot.waitUntil(lambda: len(room.news) == 1)


def test_that_a_tick_older_than_the_one_judged_is_dropped(qtbot: QtBot, room: Room, desk: Desk) -> None:
    learned(qtbot, room, desk)
    room.feed.offer(a_tick(NOON, 98.5))
    room.feed.offer(a_tick(NOON - dt.timedelta(seconds=5), 101.0))
    qtbot.wait(80)
    assert room.news == []


def test_that_of_a_flood_of_ticks_around_a_level_one_is_told(qtbot: QtBot, room: Room, desk: Desk) -> None:
    learned(qtbot, room, desk)
    random = np.random.default_rng(7)
    for number in range(300):
        room.feed.offer(a_tick(NOON + dt.timedelta(milliseconds=number), 100 + float(random.normal(0, 0.2))))
        if number % 10 == 0:
            qtbot.wait(1)
    qtbot.waitUntil(lambda: bool(room.news))
    qtbot.wait(100)
    assert len(room.news) == 1


def test_that_a_market_that_is_closed_is_looked_at_again_when_it_opens(
    qtbot: QtBot, room: Room, desk: Desk, source: ScriptedSource, clock: HandClock
) -> None:
    learned(qtbot, room, desk)
    clock.now = dt.datetime(2020, 1, 17, 14, 29, 59, 900_000, tzinfo=dt.UTC)  # it opens at 14:30
    asked = len(source.asked)
    qtbot.wait(50)
    assert len(source.asked) == asked
    clock.now += dt.timedelta(milliseconds=100)
    qtbot.waitUntil(lambda: len(source.asked) > asked)


def test_that_a_price_of_another_session_than_the_one_traded_is_no_tick(
    qtbot: QtBot, room: Room, desk: Desk, source: ScriptedSource, clock: HandClock
) -> None:
    learned(qtbot, room, desk)
    clock.now += dt.timedelta(days=1)
    source.answers["^RUT"] = today(101.0)
    asked = len(source.asked)
    qtbot.waitUntil(lambda: len(source.asked) > asked)
    qtbot.wait(50)
    assert room.news == []


def test_that_a_played_past_says_that_it_looks_at_no_live_rule(qtbot: QtBot, desk: Desk, jobs: Jobs) -> None:
    keep(Rulebook(desk.parts.store), LEVEL, NOON)
    room = Room(replace(desk, world="playback"), jobs)
    started(qtbot, room)
    with qtbot.waitSignal(room.market.judged):
        room.market.judge_again()
    assert room.said == [LIVE_RULES_IN_PLAYBACK]
    assert not room.feed.awake
    room.market.stop()


def test_that_the_bars_of_a_day_tell_how_far_the_session_has_been() -> None:
    start = int(NOON.timestamp())
    rows = [
        BarRow(dt.date(2020, 1, 15), start - 90_000, 1, 500, 1, 2),
        BarRow(dt.date(2020, 1, 16), start - 600, 100, 104, 99, 101),
        BarRow(dt.date(2020, 1, 16), start - 300, 101, float("nan"), float("nan"), 98.5, final=False),
    ]
    expected = LivePrice(dt.date(2020, 1, 16), 98.5, 104, 98.5, NOON)
    assert live_price(Tick(BITCOIN.symbol, "5m", NOON, Bars.of(rows))) == expected
