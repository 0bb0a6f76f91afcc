"""Leads and lags within regimes: the same figures by plain loops, and what is not said of short ones."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import Bars
from data.macro_store import Recorded
from models.evidence.lead_lag_regimes import LEAST, Stretch, by_regime
from models.lab.asking import History, Inputs
from models.lab.lead_lag import LeadLagRequest, stretches_of
from models.macro.regimes import Regimes
from tests.models.evidence.test_lead_lag import series_from

FIRST = dt.date(2016, 1, 1)


def day(week: int) -> dt.date:
    return FIRST + dt.timedelta(weeks=week)


def returns(seed: int, n: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    end = np.datetime64(FIRST) + 7 * np.arange(n)
    return end, generator.normal(size=n), generator.normal(size=n)


@given(st.integers(0, 2**32 - 1), st.integers(60, 200))
@settings(max_examples=20, deadline=None)
def test_that_a_regime_has_the_figures_of_plain_loops(seed: int, turn: int) -> None:
    end, one, other = returns(seed)
    one[seed % 300] = np.nan
    stretches = (
        Stretch("a", day(0), day(turn - 1)),
        Stretch("b", day(turn), day(249)),
        Stretch("a", day(250), day(299)),
    )
    for found in by_regime(end, one, other, stretches):
        rows = [t for t in range(300) if ("b" if turn <= t < 250 else "a") == found.name]
        by_lead = []
        for k in range(9):
            pairs = [(one[t - k], other[t]) for t in rows if t >= k and not math.isnan(one[t - k])]
            by_lead.append((np.corrcoef(np.array(pairs).T)[0, 1], len(pairs)))
        assert (found.r, found.n) == (pytest.approx(by_lead[0][0]), by_lead[0][1])
        lead = 1 + int(np.argmax([abs(r) for r, _ in by_lead[1:]]))
        assert (found.lead, found.lead_r) == (lead, pytest.approx(by_lead[lead][0]))
        room = [bound for bound in (found.low, found.r, found.high) if bound is not None]
        assert len(set(room)) == 3
        assert room == sorted(room)


def test_that_the_chance_of_the_strongest_lead_is_uniform_without_a_link() -> None:
    whole = [Stretch("all", day(0), day(299))]
    values = [found.p for seed in range(300) for found in by_regime(*returns(seed), whole)]
    share = float(np.mean([p is not None and p < 0.05 for p in values]))
    assert 0.02 < share < 0.085  # 15 of 300 expected; either limit is three standard errors away


def test_that_a_lead_within_one_regime_alone_is_found_there() -> None:
    end, one, other = returns(3)
    other[150:] += 0.7 * one[148:-2]
    before, after = by_regime(end, one, other, [Stretch("x", day(0), day(149)), Stretch("y", day(150), day(299))])
    assert after.lead == 2
    assert [one.p is not None and one.p < 0.001 for one in (before, after)] == [False, True]


@pytest.mark.parametrize("n", [0, 1, LEAST - 1])
def test_that_a_short_regime_has_no_figures(n: int) -> None:
    end, one, other = returns(4)
    (found,) = by_regime(end, one, other, [Stretch("short", day(100), day(100 + n) - dt.timedelta(days=1))])
    assert (found.n, found.r, found.lead, found.p) == (n, None, None, None)


def test_that_a_constant_return_has_no_figures_and_no_regimes_are_none() -> None:
    end, one, _ = returns(5)
    assert by_regime(end, one, np.zeros(300), [Stretch("all", day(0), day(299))])[0].r is None
    assert by_regime(end, one, one, []) == ()
    assert by_regime(end, one, one, [Stretch("all", day(0), day(299))])[0].r == pytest.approx(1.0, abs=1e-5)


def test_that_a_regime_lasts_until_the_next_begins() -> None:
    date = np.array(["2020-01-01", "2020-01-08", "2020-01-15", "2020-01-22"], "datetime64[D]")
    known = date.astype("datetime64[s]").astype(np.int64)
    told = stretches_of(Regimes("Held", date, ("flat", "flat", "expanding", "expanding"), known))
    assert told == (
        Stretch("Held: flat", dt.date(2020, 1, 1), dt.date(2020, 1, 14)),
        Stretch("Held: expanding", dt.date(2020, 1, 15), dt.date(2020, 1, 22)),
    )
    assert stretches_of(Regimes("Held", date[:0], (), known[:0])) == ()


def test_that_the_question_splits_by_the_stored_policy_rate_and_does_without_where_none_is_stored() -> None:
    generator = np.random.default_rng(6)
    symbols = ("^RUT", "BTC-USD")
    series = {name: series_from(name, generator.normal(size=1400) * 0.01) for name in symbols}
    histories = {name: History(Bars.empty(), each) for name, each in series.items()}
    date = np.datetime64("2014-01-01") + np.arange(1900)
    rate = np.where(np.arange(1900) < 1200, 1.0, 2.0)
    known = date.astype("datetime64[s]").astype(np.int64)
    target = Recorded("DFEDTARU", date, rate, known, known, np.ones(1900, np.bool_))
    now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    request = LeadLagRequest(*symbols, draws=20)
    found = request.perform(Inputs(histories, now, {"DFEDTARU": target}), lambda _done, _doing: None)
    assert [one.name for one in found.regimes] == ["Policy rate: hold", "Policy rate: hiking"]
    assert [one.n > 0 for one in found.regimes] == [True, True]
    assert request.perform(Inputs(histories, now), lambda _done, _doing: None).regimes == ()
