"""Public reference values on the prices that the package arch ships: breaks of the high, and a bootstrap interval."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from data.bars import Bars
from models.breakout import BreakRule, breaks
from models.evidence.resampling import percentile_interval, stationary_bootstrap
from models.highs import all_time_high, running_highs


def shipped(name: str) -> Bars:
    """The closes of one of arch's own tables, 1999 to 2018."""
    from arch.data import nasdaq, sp500

    table: Any = {"sp500": sp500, "nasdaq": nasdaq}[name].load()
    session = table.index.to_numpy().astype("datetime64[D]")
    close = table["Close"].to_numpy(np.float64)
    seconds = session.astype("datetime64[s]").astype(np.int64)
    return Bars(seconds, session, close, close, close, close, np.ones(len(close)), np.ones(len(close), np.bool_))


def found(name: str) -> list[tuple[str, int]]:
    events = breaks(running_highs(shipped(name), 0.01), BreakRule(sessions_below=63)).events
    return [(event.session.isoformat(), event.sessions_below) for event in events]


def test_that_the_sp_500_from_1999_to_2018_has_255_new_highs_and_six_breaks() -> None:
    highs = running_highs(shipped("sp500"), 0.01)
    assert int(highs.is_new.sum()) == 255
    assert found("sp500") == [
        ("1999-11-16", 85), ("2007-05-30", 1802), ("2013-03-28", 1375), ("2016-07-11", 285), ("2016-11-21", 68),
        ("2018-08-24", 145),
    ]  # fmt: skip
    high = all_time_high(highs)
    assert high is not None
    assert (high.price, high.session) == (2930.75, dt.date(2018, 9, 20))


def test_that_the_nasdaq_from_1999_to_2018_has_203_new_highs_and_two_breaks() -> None:
    assert int(running_highs(shipped("nasdaq"), 0.01).is_new.sum()) == 203
    assert found("nasdaq") == [("2015-04-23", 3801), ("2016-08-05", 264)]


def test_that_breaks_found_by_walking_the_closes_are_the_same() -> None:
    for name in ("sp500", "nasdaq"):
        bars = shipped(name)
        high, since, told = round(float(bars.close[0]), 2), 0, []
        for session, close in zip(bars.session[1:].tolist(), bars.close[1:].tolist(), strict=True):
            price = round(close, 2)
            if price > high:
                told += [(session.isoformat(), since)] if since >= 63 else []
                high, since = price, 0
            else:
                since += 1
        assert found(name) == told


def test_that_the_interval_of_the_sp_500s_mean_return_is_archs_own_and_the_published_one() -> None:
    from arch.bootstrap import StationaryBootstrap

    close = shipped("sp500").close
    returns = np.diff(close) / close[:-1]
    ours = percentile_interval(
        stationary_bootstrap(lambda rows: float(252 * returns[rows].mean()), len(returns), 10, 1000, 1234)
    )
    theirs = StationaryBootstrap(10, returns, seed=1234).conf_int(
        lambda x: 252 * x.mean(), 1000, method="percentile"
    )  # fmt: skip
    assert ours == pytest.approx(tuple(theirs.ravel().tolist()), abs=1e-12)
    assert ours == (pytest.approx(-0.016154, abs=5e-7), pytest.approx(0.122404, abs=5e-7))
