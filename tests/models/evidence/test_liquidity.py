"""The liquidity study against plain loops, on figures that predict and on such that do not."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from data.bars import Floats
from data.catalog import BITCOIN
from models.evidence.alignment import Series, forward
from models.evidence.liquidity import LiquidityStudy, by_regime, entry_rows, liquidity_study, returns_after, shift_p
from models.evidence.refusals import RefusedError
from models.macro.liquidity import NetLiquidity, net_liquidity
from models.macro.regimes import Regimes
from tests.support.economy import real, recorded, weeks
from tests.support.shared_data import shared

DAYS = 2200
FIRST = np.datetime64("2016-01-01", "D")


def coin(logs: Floats) -> Series:
    session = FIRST + np.arange(len(logs))
    ends = (session + np.timedelta64(1, "D")).astype("datetime64[s]").astype(np.int64)
    return Series(BITCOIN, session, np.exp(logs), ends)


def net_of(values: Floats) -> NetLiquidity:
    days = weeks("2016-01-06", len(values))
    balance = recorded("WALCL", days, (values * 1000 + 200_000).tolist())
    account = recorded("WDTGAL", days, [200_000.0] * len(values))
    return net_liquidity(
        balance, account, recorded("WTREGEN", [], []), recorded("RRPONTSYD", days, [0.0] * len(values))
    )


def random_net(seed: int, count: int = 300) -> NetLiquidity:
    return net_of(5000 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.005, count))))


def plain_slope(study_net: NetLiquidity, asset: Series, horizon: int) -> tuple[float, float, int]:
    """Slope, Newey-West error and n by loops over weeks and lags."""
    xs, ys = [], []
    ends, dates = asset.ends.tolist(), asset.session.tolist()
    values = dict(zip(study_net.date.tolist(), study_net.value.tolist(), strict=True))
    for day, known in zip(study_net.date.tolist(), study_net.known_at.tolist(), strict=True):
        before = values.get(day - dt.timedelta(days=91))
        later = [row for row, end in enumerate(ends) if end >= known]
        if before is None or not later or ends[later[0]] - known > 4 * 86_400:
            continue
        due = dates[later[0]] + dt.timedelta(days=7 * horizon)
        if due in dates:
            xs.append(values[day] / before - 1)
            ys.append(np.log(asset.close[dates.index(due)] / asset.close[later[0]]))
    x, y = np.array(xs), np.array(ys)
    design = np.column_stack((np.ones(len(x)), x))
    beta = np.linalg.inv(design.T @ design) @ design.T @ y
    rest = y - design @ beta
    middle = sum(rest[t] ** 2 * np.outer(design[t], design[t]) for t in range(len(x)))
    for lag in range(1, max(6, horizon + 6) + 1):
        for t in range(lag, len(x)):
            one = rest[t] * rest[t - lag] * np.outer(design[t], design[t - lag])
            middle = middle + (1 - lag / (max(6, horizon + 6) + 1)) * (one + one.T)
    spread = np.linalg.inv(design.T @ design)
    return float(beta[1]), float(np.sqrt((spread @ middle @ spread)[1, 1])), len(x)


def test_that_slopes_and_errors_are_those_of_plain_loops() -> None:
    chance = np.random.default_rng(7)
    asset = coin(np.cumsum(chance.normal(0, 0.03, 700)))
    net = random_net(3, 100)
    study = liquidity_study(net, asset, (1, 4))
    for one in study.predictions:
        beta, error, n = plain_slope(net, asset, one.weeks)
        assert one.slope is not None
        assert (one.slope.value, one.slope.error, one.slope.n) == (pytest.approx(beta), pytest.approx(error), n)
        assert one.slope.lags == max(6, one.weeks + 6)


def test_that_a_week_counts_from_the_close_of_thursday_and_of_friday_after_a_holiday() -> None:
    days = ["2021-11-03", "2021-11-10"]  # the second Thursday was Veterans Day
    parts = (recorded("WALCL", days, [8e6, 8e6]), recorded("WDTGAL", days, [1e5, 1e5]))
    net = net_liquidity(*parts, recorded("WTREGEN", [], []), recorded("RRPONTSYD", days, [0.0, 0.0]))
    asset = coin(np.zeros(DAYS))
    rows = entry_rows(net.known_at, asset)
    assert asset.session[rows].astype(str).tolist() == ["2021-11-04", "2021-11-12"]
    assert bool((asset.ends[rows] >= net.known_at).all())


def test_that_a_stretch_that_is_not_over_has_no_return() -> None:
    asset = coin(np.arange(30.0))
    after = returns_after(asset, np.array([0, 22, 23]), 1)
    assert after[:2].tolist() == [pytest.approx(7.0)] * 2
    assert np.isnan(after[2])


def driven(seed: int, strength: float) -> tuple[NetLiquidity, Series]:
    """A coin whose days follow the growth known by then."""
    net, chance = random_net(seed), np.random.default_rng(seed + 1000)
    logs, growth = np.zeros(DAYS), net.growth
    moves = chance.normal(0, 0.03, DAYS)
    asset = coin(logs)
    row = np.searchsorted(net.known_at, asset.ends, side="left") - 1
    known = np.where(row >= 0, np.nan_to_num(growth[np.maximum(row, 0)]), 0.0)
    return net, coin(np.cumsum(moves + strength * known))


def test_that_the_share_of_shifts_is_that_of_a_plain_loop() -> None:
    chance = np.random.default_rng(11)
    y, x = np.cumsum(chance.normal(size=40)), np.cumsum(chance.normal(size=40))
    slopes = [abs(np.polyfit(np.roll(x, shift), y, 1)[0]) for shift in range(40)]
    assert shift_p(y, x) == sum(slope >= slopes[0] * (1 - 1e-9) for slope in slopes) / 40


def verdicts(strength: float) -> list[LiquidityStudy]:
    return [liquidity_study(*driven(seed, strength)) for seed in range(20)]


def test_that_growth_that_predicts_is_found() -> None:
    told = [study.sentence for study in verdicts(0.5)]
    assert sum("predicts higher returns of bitcoin" in sentence for sentence in told) >= 18


def test_that_growth_that_predicts_nothing_is_rarely_found() -> None:
    told = [study.sentence for study in verdicts(0.0)]
    assert sum("did not predict" in sentence for sentence in told) >= 18


def test_that_the_future_changes_no_entry_and_no_return_that_is_over() -> None:
    net, asset = driven(5, 0.2)
    changed = coin(np.concatenate((np.log(asset.close[:1500]), np.log(asset.close[1500:]) + 2.0)))
    early = net.known_at < asset.ends[1400]
    before, after = (returns_after(one, entry_rows(net.known_at[early], one), 4) for one in (asset, changed))
    np.testing.assert_allclose(before, after, rtol=1e-9)


def test_that_too_little_in_common_is_refused() -> None:
    with pytest.raises(RefusedError, match="weeks in common"):
        liquidity_study(random_net(1, 60), coin(np.zeros(200)))
    with pytest.raises(RefusedError, match="0 weeks"):
        liquidity_study(random_net(1, 60), coin(np.zeros(0)))
    with pytest.raises(RefusedError, match="same pace"):
        liquidity_study(net_of(np.full(200, 5000.0)), coin(np.cumsum(np.full(DAYS, 0.001))))


def test_that_a_horizon_longer_than_the_history_says_so_instead_of_a_number() -> None:
    study = liquidity_study(random_net(1), coin(np.cumsum(np.full(800, 0.001))), (1, 80))
    assert study.predictions[1].slope is None
    assert "80 weeks" in study.predictions[1].refusal


def test_that_events_are_split_by_the_regime_known_at_their_end() -> None:
    asset = coin(np.arange(100.0))
    day = asset.session
    regimes = Regimes("any", day[[10, 50]], ("expanding", "shrinking"), asset.ends[[10, 50]])
    after = forward(asset, asset, 7)
    splits = by_regime(after, day[[5, 9, 10, 49, 50, 95]], regimes)
    assert [(one.kind, one.n, one.hits, one.base_n, one.base_rate) for one in splits] == [
        ("expanding", 2, 2, 40, 1.0),
        ("shrinking", 1, 1, 43, 1.0),
    ]
    later = replace(regimes, known_at=asset.ends[[10, 50]] + 1)
    assert by_regime(after, day[[10]], later)[0].n == 0


def test_that_real_figures_and_prices_can_be_held_against_each_other() -> None:
    with shared("data/crypto/BTC-USD_1d_yahoo.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["Close"]]
    session = np.array([row["Date"] for row in rows], "datetime64[D]")
    ends = (session + np.timedelta64(1, "D")).astype("datetime64[s]").astype(np.int64)
    asset = Series(BITCOIN, session, np.array([float(row["Close"]) for row in rows]), ends)
    parts = real("WALCL"), recorded("WDTGAL", [], []), real("WTREGEN"), real("RRPONTSYD")
    study = liquidity_study(net_liquidity(*parts), asset, (1, 13))
    beta, error, n = plain_slope(net_liquidity(*parts), asset, 13)
    found = study.predictions[1].slope
    assert found is not None
    assert (found.value, found.error, found.n) == (pytest.approx(beta), pytest.approx(error), n)
    assert study.level_r > 0.5  # two levels that rise: no evidence
