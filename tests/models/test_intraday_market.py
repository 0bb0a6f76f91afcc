"""The bars of a day's course while they are on show: a real store, real threads, a scripted source."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000
from data.ledger import Ledger
from data.profile import Profile
from data.settings import Settings
from data.source import Fetched, FetchError
from models.desk import Desk
from models.intraday import Intraday, intraday_freshness, stored_intraday
from models.intraday_market import IntradayMarket
from models.jobs import Jobs
from models.live import LiveFeed, Tick
from models.refresh import Parts
from tests.support.scripted import ScriptedSource, parts_of
from tests.support.sources import HandClock
from tests.support.views import bars_of

THURSDAY_NOON = dt.datetime(2020, 1, 16, 17, tzinfo=dt.UTC)  # New York has been open for two and a half hours
OPENED = dt.datetime(2020, 1, 16, 14, 30, tzinfo=dt.UTC)
CALENDARS = Calendars()


def five_minutes(count: int, *, first: dt.datetime = OPENED, last_final: bool = False) -> Bars:
    start = int(first.timestamp())
    rows = [BarRow(first.date(), start + 300 * n, 10.0 + n, 11.0 + n, 9.0 + n, 10.5 + n) for n in range(count)]
    return Bars.of([*rows[:-1], rows[-1]._replace(final=last_final)])


@pytest.fixture
def clock() -> HandClock:
    return HandClock(THURSDAY_NOON)


@pytest.fixture
def source(clock: HandClock) -> ScriptedSource:
    shorter = {("^RUT", "5m"): five_minutes(30), ("BTC-USD", "5m"): five_minutes(30)}
    return ScriptedSource(clock, {"^RUT": bars_of([100.0] * 8)}, shorter=shorter)


@pytest.fixture
def desk(tmp_path: Path, clock: HandClock, source: ScriptedSource) -> Iterator[Desk]:
    parts = parts_of(tmp_path, clock, (source,), CALENDARS)
    yield Desk(Profile(tmp_path), Settings(), (source,), parts, Ledger(parts.store), (RUSSELL_2000, BITCOIN))
    parts.store.close()


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.stop(), "a worker outlived its test"


@pytest.fixture
def market(desk: Desk, jobs: Jobs) -> Iterator[IntradayMarket]:
    made = IntradayMarket(desk, jobs, look_milliseconds=10)
    yield made
    made.rest()


def collected(market: IntradayMarket) -> list[Intraday]:
    seen: list[Intraday] = []
    market.changed.connect(seen.append)
    return seen


def fetched(seen: list[Intraday], symbol: str = "^RUT") -> Callable[[], bool]:
    def told() -> bool:
        return bool(seen) and symbol in seen[-1].views and not seen[-1].views[symbol].awaited

    return told


def test_that_what_is_stored_is_shown_before_anything_is_fetched(
    qtbot: QtBot, desk: Desk, market: IntradayMarket, source: ScriptedSource
) -> None:
    desk.parts.store.merge(Fetched("^RUT", five_minutes(12), "Scripted", THURSDAY_NOON), "5m")
    source.gate = threading.Event()
    seen = collected(market)
    market.show((RUSSELL_2000,), "5m")
    qtbot.waitUntil(lambda: bool(seen))
    assert len(seen[0].views["^RUT"].bars) == 12
    assert seen[0].views["^RUT"].awaited
    source.gate.set()
    qtbot.waitUntil(fetched(seen))
    assert len(seen[-1].views["^RUT"].bars) == 30


def test_that_only_the_assets_on_show_are_fetched(qtbot: QtBot, market: IntradayMarket, source: ScriptedSource) -> None:
    seen = collected(market)
    market.show((BITCOIN,), "5m")
    qtbot.waitUntil(fetched(seen, "BTC-USD"))
    assert source.asked_shorter == [("BTC-USD", "5m")]
    assert source.asked == []


def test_that_it_is_fetched_again_when_the_interval_has_passed_and_not_before(
    qtbot: QtBot, market: IntradayMarket, source: ScriptedSource, clock: HandClock
) -> None:
    seen = collected(market)
    market.show((RUSSELL_2000,), "5m")
    qtbot.waitUntil(fetched(seen))
    clock.now += dt.timedelta(minutes=4, seconds=59)
    qtbot.wait(60)
    assert len(source.asked_shorter) == 1
    clock.now += dt.timedelta(seconds=1)
    qtbot.waitUntil(lambda: len(source.asked_shorter) == 2)


def test_that_nothing_is_fetched_once_it_rests(
    qtbot: QtBot, market: IntradayMarket, source: ScriptedSource, clock: HandClock
) -> None:
    seen = collected(market)
    market.show((RUSSELL_2000,), "5m")
    qtbot.waitUntil(fetched(seen))
    market.rest()
    clock.now += dt.timedelta(hours=1)
    qtbot.wait(60)
    assert len(source.asked_shorter) == 1


def test_that_an_answer_to_what_is_no_longer_shown_is_dropped(
    qtbot: QtBot, market: IntradayMarket, source: ScriptedSource
) -> None:
    source.shorter["^RUT", "1h"] = five_minutes(3)
    source.gate = threading.Event()
    seen = collected(market)
    market.show((RUSSELL_2000,), "5m")
    qtbot.waitUntil(lambda: bool(source.asked_shorter))
    market.show((RUSSELL_2000,), "1h")
    source.gate.set()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].interval == "1h" and not seen[-1].views["^RUT"].awaited)
    assert all(each.views["^RUT"].awaited for each in seen if each.interval == "5m")


@pytest.mark.parametrize("kind", ["offline", "limited", "refused", "unknown", "down", "unreadable"])
def test_that_a_failure_keeps_the_stored_bars_and_says_why(
    qtbot: QtBot, desk: Desk, market: IntradayMarket, source: ScriptedSource, kind: str
) -> None:
    desk.parts.store.merge(Fetched("^RUT", five_minutes(12), "Scripted", THURSDAY_NOON), "5m")
    source.shorter["^RUT", "5m"] = FetchError(kind, "It did not work.")  # type: ignore[arg-type]
    seen = collected(market)
    market.show((RUSSELL_2000, BITCOIN), "5m")
    qtbot.waitUntil(lambda: fetched(seen)() and fetched(seen, "BTC-USD")())
    view = seen[-1].views["^RUT"]
    assert (len(view.bars), view.problem, view.fetched_at) == (12, "It did not work.", THURSDAY_NOON)
    assert len(seen[-1].views["BTC-USD"].bars) == 30, "another asset is left alone"


def test_that_a_clock_set_back_does_not_stop_the_fetching(
    qtbot: QtBot, market: IntradayMarket, source: ScriptedSource, clock: HandClock
) -> None:
    seen = collected(market)
    market.show((RUSSELL_2000,), "5m")
    qtbot.waitUntil(fetched(seen))
    clock.now -= dt.timedelta(days=3)
    qtbot.waitUntil(lambda: len(source.asked_shorter) >= 2)


@pytest.mark.parametrize(
    ("bars", "now", "said"),
    [
        (30, THURSDAY_NOON, "fresh"),
        (12, THURSDAY_NOON, "stale"),
        (78, dt.datetime(2020, 1, 18, 12, tzinfo=dt.UTC), "stale"),  # Friday is missing on Saturday
        (78, dt.datetime(2020, 1, 17, 14, tzinfo=dt.UTC), "fresh"),  # the next session has not opened yet
        (0, THURSDAY_NOON, "unusable"),
    ],
)
def test_that_freshness_counts_only_what_the_market_has_traded(bars: int, now: dt.datetime, said: str) -> None:
    held = five_minutes(bars, last_final=True) if bars else Bars.empty()
    assert intraday_freshness(held, RUSSELL_2000, "5m", CALENDARS, now) == said


def test_that_the_close_of_each_session_is_known_also_of_those_to_come(desk: Desk) -> None:
    parts: Parts = desk.parts
    parts.store.merge(Fetched("^RUT", bars_of([100.0] * 8), "Scripted", THURSDAY_NOON))
    closes = stored_intraday(parts, RUSSELL_2000, "5m").closes
    sessions = bars_of([1.0] * 20).session
    asked = sessions[[0, 9]]  # Monday 6 January and Friday the 17th
    assert closes.of(asked).tolist() == CALENDARS.closes("XNYS", asked).tolist()


class Feed:
    """A feed that looks all the time, and what it told."""

    def __init__(self, desk: Desk, jobs: Jobs, gap: dt.timedelta) -> None:
        self.feed = LiveFeed(desk, jobs, poll_milliseconds=5, least_gap=gap)
        self.told: list[Tick] = []
        self.feed.ticked.connect(self.told.append)


@pytest.fixture
def live(desk: Desk, jobs: Jobs) -> Iterator[Feed]:
    made = Feed(desk, jobs, dt.timedelta(seconds=15))
    yield made
    made.feed.rest()


def test_that_the_bar_in_progress_is_looked_at_no_more_often_than_the_pace_allows(
    qtbot: QtBot, live: Feed, source: ScriptedSource, clock: HandClock, desk: Desk
) -> None:
    live.feed.show((RUSSELL_2000,), "5m")
    qtbot.waitUntil(lambda: len(live.told) == 1)
    qtbot.wait(60)
    assert len(source.asked_shorter) == 1
    clock.now += dt.timedelta(seconds=15)
    qtbot.waitUntil(lambda: len(live.told) == 2)
    assert desk.parts.store.symbols("5m") == (), "a look is not kept"


def test_that_a_closed_market_is_not_asked(qtbot: QtBot, live: Feed, source: ScriptedSource, clock: HandClock) -> None:
    clock.now = THURSDAY_NOON + dt.timedelta(hours=10)
    live.feed.show((RUSSELL_2000,), "day")
    qtbot.wait(80)
    assert source.asked == []


def test_that_settled_bars_alone_are_no_tick(qtbot: QtBot, live: Feed, source: ScriptedSource) -> None:
    source.shorter["^RUT", "5m"] = five_minutes(30, last_final=True)
    live.feed.show((RUSSELL_2000,), "5m")
    qtbot.waitUntil(lambda: len(source.asked_shorter) == 1)
    qtbot.wait(150)
    assert live.told == []


def test_that_a_failure_is_followed_by_a_rest_that_grows(
    qtbot: QtBot, live: Feed, source: ScriptedSource, clock: HandClock
) -> None:
    source.shorter["^RUT", "5m"] = FetchError("offline", "No way there.")
    live.feed.show((RUSSELL_2000,), "5m")
    for asked, rest in ((1, 60), (2, 120), (3, 240)):
        qtbot.waitUntil(lambda asked=asked: len(source.asked_shorter) == asked and live.feed.resting)
        clock.now += dt.timedelta(seconds=rest - 1)
        qtbot.wait(40)
        assert len(source.asked_shorter) == asked
        clock.now += dt.timedelta(seconds=1)


def a_tick(at: dt.datetime, close: float = 1.0) -> Tick:
    bars = five_minutes(2)
    return Tick("^RUT", "5m", at, replace(bars, close=bars.close * close))


def test_that_of_many_ticks_the_newest_is_shown_ten_times_a_second_at_most(
    qtbot: QtBot, live: Feed, source: ScriptedSource, clock: HandClock
) -> None:
    source.gate = threading.Event()
    live.feed.show((RUSSELL_2000,), "5m")
    for number in range(50):
        live.feed.offer(a_tick(clock.now, 1 + number / 100))
    assert live.told == []
    qtbot.waitUntil(lambda: bool(live.told))
    qtbot.wait(150)
    assert [tick.bars.close[-1] for tick in live.told] == [pytest.approx(11.5 * 1.49)]
    source.gate.set()


def test_that_a_tick_that_came_late_is_dropped(
    qtbot: QtBot, live: Feed, source: ScriptedSource, clock: HandClock
) -> None:
    source.gate = threading.Event()
    live.feed.show((RUSSELL_2000,), "5m")
    live.feed.offer(a_tick(clock.now))
    live.feed.offer(a_tick(clock.now - dt.timedelta(seconds=1), 2.0))
    qtbot.waitUntil(lambda: bool(live.told))
    live.feed.offer(a_tick(clock.now - dt.timedelta(seconds=31), 3.0))
    qtbot.wait(150)
    assert [tick.bars.close[-1] for tick in live.told] == [11.5]
    source.gate.set()
