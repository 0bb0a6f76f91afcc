"""The sentence of a break's alert: what followed the breaks before it, and nothing that was not yet known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import BITCOIN
from data.database import StoreError
from data.source import Fetched
from data.store import Store
from models.breakout import StateParameters
from models.derive import Definitions
from models.hindsight import Hindsight
from models.rules.evidence import Evidence
from models.rules.judge import ALL_TIME_HIGH, Standing, judge
from tests.support.views import SHORT, bars_of, view_of

NOW = dt.datetime(2020, 6, 1, tzinfo=dt.UTC)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
HORIZON = 5
# Four days below the high, then a break of it, six times over.
CLOSES = [100.0, *(price for step in range(6) for price in (*[80 + 10 * step] * 4, 110 + 10 * step))]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "bellwether.sqlite3", NOW)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


def coin(days: int = 60, seed: int = 1) -> Bars:
    """Bitcoin's closes of every day from New Year 2020 on."""
    close = 100 * np.exp(np.cumsum(0.05 * np.random.default_rng(seed).standard_normal(days)))
    session = np.datetime64("2020-01-01") + np.arange(days)
    time = session.astype("datetime64[s]").astype(np.int64)
    return Bars(time, session, close, close, close, close, np.ones(days), np.ones(days, np.bool_))


def keep(store: Store, bars: Bars) -> None:
    store.merge(Fetched("BTC-USD", bars, "Test", NOW, "USD"))


def told(calendars: Calendars, board: Hindsight | None, closes: list[float] = CLOSES) -> dict[dt.date, str]:
    """Return the bodies of the alerts of breaks, by session."""
    evidence = Evidence({"^RUT": view_of(bars_of(closes))}, calendars, Definitions(states=SHORT))
    verdict = judge(ALL_TIME_HIGH, Standing(LONG_AGO, None), evidence, NOW, board)
    assert verdict is not None
    return {alert.session: alert.body for alert in verdict.alerts if alert.transition in ("break", "confirmed")}


def slow_sentence(breaks: list[dt.date], bars: Bars, told_at: dt.date, sessions: list[dt.date]) -> tuple[str, str]:
    """Count by loops over dates; a coin's day that begins before the break's ends after it, so it is not known."""
    price = {day: float(close) for day, close in zip(bars.session.astype(object), bars.close, strict=True)}
    known = {day: close for day, close in price.items() if day < told_at}

    def rose(day: dt.date) -> bool | None:
        left = day + dt.timedelta(days=HORIZON)
        return known[left] > known[day] if day in known and left in known else None

    outcomes = [rose(day) for day in breaks if day < told_at]
    counted = [one for one in outcomes if one is not None]
    base = [one for day in sessions if day < told_at and (one := rose(day)) is not None]
    share = f"{sum(base) / len(base):.0%}".replace("%", " %")
    return f"After {len(counted)} earlier breaks bitcoin was higher 5 days later in {sum(counted)} (", f" in {share}."


def test_that_each_break_carries_what_followed_those_before_it(store: Store, calendars: Calendars) -> None:
    keep(store, coin())
    bodies = told(calendars, Hindsight(store, calendars, "BTC-USD", HORIZON))
    breaks, sessions = sorted(bodies), bars_of(CLOSES).session.astype(object).tolist()
    assert len(breaks) == 6
    for session in breaks[4:]:
        begins, ends = slow_sentence(breaks, coin(), session, sessions)
        assert begins in bodies[session]
        assert bodies[session].endswith(ends)


def test_that_too_few_breaks_are_said_to_be_too_few(store: Store, calendars: Calendars) -> None:
    keep(store, coin())
    bodies = told(calendars, Hindsight(store, calendars, "BTC-USD", HORIZON))
    assert "too few to say anything" in bodies[min(bodies)]


@pytest.mark.parametrize("seed", range(8))
def test_that_no_sentence_knows_anything_of_the_future(seed: int, store: Store, calendars: Calendars) -> None:
    bars = coin()
    keep(store, bars)
    board = Hindsight(store, calendars, "BTC-USD", HORIZON)
    bodies = told(calendars, board)
    session = sorted(bodies)[3 + seed % 3]
    later = bars.session >= np.datetime64(session)
    other = np.where(later, bars.close * np.random.default_rng(seed).uniform(0.2, 5, len(bars)), bars.close)
    keep(store, replace(bars, open=other, high=other, low=other, close=other))
    count = bars_of(CLOSES).session.astype(object).tolist().index(session) + 1
    assert told(calendars, board, CLOSES[:count])[session] == bodies[session]
    assert told(calendars, board)[session] == bodies[session]


def test_that_a_follower_without_prices_is_named(store: Store, calendars: Calendars) -> None:
    bodies = told(calendars, Hindsight(store, calendars, "BTC-USD", HORIZON))
    assert all("There are no settled prices of bitcoin" in body for body in bodies.values())


def test_that_a_break_is_told_even_where_the_prices_cannot_be_read(store: Store, calendars: Calendars) -> None:
    def fail(_symbol: str) -> None:
        raise StoreError("locked")

    class Broken:
        bars = staticmethod(fail)

    bodies = told(calendars, Hindsight(Broken(), calendars, "BTC-USD", HORIZON))  # type: ignore[arg-type]
    assert all("could not be read" in body for body in bodies.values())
    assert len(bodies) == 6


def test_that_nothing_is_read_unless_a_break_is_told(calendars: Calendars) -> None:
    class Untouched:
        def bars(self, _symbol: str) -> None:
            raise AssertionError("read without need")

    board = Hindsight(Untouched(), calendars, BITCOIN.symbol, HORIZON)  # type: ignore[arg-type]
    evidence = Evidence({"^RUT": view_of(bars_of(CLOSES))}, calendars, Definitions(states=SHORT))
    verdict = judge(ALL_TIME_HIGH, Standing(NOW, bars_of(CLOSES).session[-1].astype(object)), evidence, NOW, board)
    assert verdict is not None
    assert verdict.alerts == ()


def test_that_a_ratio_can_lead(store: Store, calendars: Calendars) -> None:
    from models.breakout import BreakRule, breaks
    from models.rules.evidence import series_of
    from models.rules.rule import Subject

    keep(store, coin())
    views = {"^RUT": view_of(bars_of(CLOSES)), "IWM": view_of(bars_of([10.0] * len(CLOSES)))}
    evidence = Evidence(views, calendars, Definitions(states=StateParameters()))
    ratio = series_of(Subject("^RUT", over="IWM"), evidence)
    events = breaks(ratio.highs, BreakRule(sessions_below=3)).events
    said = Hindsight(store, calendars, "BTC-USD", HORIZON)(ratio, events)
    assert said.startswith(("After 5 earlier breaks", "After 4 earlier breaks"))
