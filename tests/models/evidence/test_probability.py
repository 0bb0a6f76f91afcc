"""Forecasts from what was known, scored as published, against plain second ways and planted truths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.catalog import asset_for
from models.evidence.alignment import Series
from models.evidence.probability import EMBARGO, grid, walk_forward
from models.evidence.refusals import RefusedError
from models.evidence.scores import brier, calibration, diebold_mariano, log_loss, score


def series_from(level: np.ndarray, symbol: str) -> Series:
    days = np.datetime64("2014-01-01") + np.arange(len(level))
    return Series(asset_for(symbol), days, np.exp(level), (days.astype(np.int64) + 1) * 86_400)


def market(seed: int, n: int = 2200) -> tuple[Series, Series, list[np.datetime64], np.ndarray]:
    generator = np.random.default_rng(seed)
    target = series_from(np.cumsum(generator.normal(size=n) * 0.03), "BTC-USD")
    leader = series_from(np.cumsum(generator.normal(size=n) * 0.01), "^RUT")
    distance = leader.close / np.maximum.accumulate(leader.close) - 1
    return target, leader, [leader.session[500], leader.session[n - 100]], distance


def test_that_the_scores_are_the_public_ones() -> None:
    p, y = np.array([0.9, 0.8, 0.3, 0.6]), np.array([1.0, 1, 0, 0])
    assert brier(p, y) == pytest.approx(0.125)
    assert log_loss(p, y) == pytest.approx(0.400367, abs=5e-7)
    assert score("m", p, np.full(4, 0.5), y, 1, 1).skill == pytest.approx(0.5)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_that_the_parts_of_a_score_add_up_and_no_monotone_correction_is_better(seed: int) -> None:
    generator = np.random.default_rng(seed)
    p, y = generator.random(40).round(1), (generator.random(40) < 0.5).astype(float)
    parts = calibration(p, y)
    assert parts.miscalibration - parts.discrimination + parts.uncertainty == pytest.approx(brier(p, y))
    assert parts.miscalibration >= -1e-12
    assert (np.diff(parts.recalibrated) >= -1e-12).all()
    # the plain way to the isotonic fit: at each value, the largest least mean of the stretches around it
    order = np.argsort(p, kind="stable")
    values = np.unique(p)
    groups = [y[order][p[order] == value] for value in values]
    for at, value in enumerate(values):
        fit = max(
            min(np.concatenate(groups[low : high + 1]).mean() for high in range(at, len(values)))
            for low in range(at + 1)
        )
        assert parts.recalibrated[np.searchsorted(parts.forecast, value)] == pytest.approx(fit)


def test_that_each_friday_is_what_a_plain_look_gives() -> None:
    target, leader, breaks, distance = market(1, 700)
    weeks = grid(target, leader, breaks, distance, 30)
    days = target.session.tolist()
    for friday, outcome, features in zip(weeks.friday.tolist(), weeks.outcome, weeks.features, strict=True):
        assert friday.weekday() == 4
        at = days.index(friday)
        later = at + 30
        assert (np.isnan(outcome) and later >= len(days)) or outcome == float(target.close[later] > target.close[at])
        returns = [np.log(target.close[day] / target.close[day - 1]) for day in range(at - 29, at + 1)]
        known = [row for row in range(len(leader)) if leader.ends[row] <= target.ends[at]][-1]
        recent = any(0 <= (np.datetime64(friday) - day).astype(int) <= 90 for day in breaks)
        expected = (
            max(distance[known], -0.5), recent, np.log(target.close[at] / target.close[at - 199 : at + 1].mean()),
            np.log(np.std(returns, ddof=1)),
        )  # fmt: skip
        assert np.allclose(features, expected)


def test_that_the_base_rate_is_the_one_counted_by_hand_and_knows_only_what_was_over() -> None:
    target, leader, breaks, distance = market(2)
    found = walk_forward(target, leader, breaks, distance, 90)
    weeks = grid(target, leader, breaks, distance, 90)
    for row in (0, 40, len(found.made) - 1):
        now = found.made[row]
        over = [
            outcome
            for friday, outcome in zip(weeks.friday, weeks.outcome, strict=True)
            if (now - friday).astype(int) >= 90 + EMBARGO
        ]
        w = 90 / 7
        assert found.p[row, 0] == pytest.approx((sum(over) / w + 0.5) / (len(over) / w + 1))


def test_that_nothing_after_a_day_changes_an_earlier_forecast() -> None:
    target, leader, breaks, distance = market(3, 2000)
    whole = walk_forward(target, leader, breaks, distance, 30)
    cut = 1700
    known = walk_forward(target[:cut], leader[:cut], breaks, distance[:cut], 30)
    assert np.array_equal(known.made, whole.made[: len(known.made)])
    assert np.allclose(known.p, whole.p[: len(known.made)], atol=1e-12)


def test_that_a_coin_is_not_beaten_where_there_is_nothing_to_know() -> None:
    beaten = 0
    for seed in range(12):
        generator = np.random.default_rng(seed)
        y = (generator.random(300) < 0.5).astype(float)
        base = np.full(300, 0.5)
        found = score("noise", np.clip(0.5 + generator.normal(size=300) * 0.05, 0, 1), base, y, 4, seed)
        beaten += found.skill_interval.low > 0
    assert beaten <= 2


def test_that_a_forecast_that_knows_something_wins() -> None:
    generator = np.random.default_rng(5)
    truth = generator.choice([0.2, 0.8], 400)
    y = (generator.random(400) < truth).astype(float)
    found = score("knows", truth, np.full(400, 0.5), y, 4, 5)
    assert found.skill_interval.low > 0
    assert found.p < 0.001


def test_that_equal_losses_have_no_p() -> None:
    assert np.isnan(diebold_mariano(np.zeros(20), 2))


def test_that_too_short_a_history_a_constant_and_an_index_are_refused() -> None:
    target, leader, breaks, distance = market(6, 600)
    with pytest.raises(RefusedError, match="too few"):
        walk_forward(target, leader, breaks, distance, 90)
    with pytest.raises(RefusedError, match="never changes"):
        walk_forward(series_from(np.zeros(600), "BTC-USD"), leader, breaks, distance, 90)
    with pytest.raises(RefusedError, match="has no price then"):
        walk_forward(leader, leader, breaks, distance, 90)
    with pytest.raises(RefusedError, match="longer than the history"):
        walk_forward(target, leader, breaks, distance, 900)
