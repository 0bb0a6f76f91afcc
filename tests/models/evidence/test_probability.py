"""Forecasts from what was known, scored as published, against plain second ways and planted truths."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evidence import ridge
from models.evidence.fridays import BREAK_DAYS, grid
from models.evidence.probability import EMBARGO, MODELS, forecasts, walk_forward
from models.evidence.refusals import RefusedError
from models.evidence.reliability import calibration
from models.evidence.scores import brier, diebold_mariano, log_loss, score
from tests.support.forecast import market, plain_forecasts, series_from


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
    parts = calibration(p, y, draws=5)
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
        recent = any(0 <= (np.datetime64(friday) - day).astype(int) <= BREAK_DAYS for day in breaks)
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


def test_that_the_forecasts_are_those_of_the_plain_loop_with_a_library_to_nine_digits() -> None:
    target, leader, breaks, distance = market(4, 1900)
    weeks = grid(target, leader, breaks, distance, 30)
    rows, _, table = forecasts(weeks, 30)
    plain = plain_forecasts(weeks, 30, "newton-cholesky", 1e-13)
    assert len(rows) == len(plain)
    assert np.abs(table[:, :3] - plain).max() < 1e-9
    # The solver of the definition stops a little before the minimum that both of us reach.
    assert np.abs(table[:, :3] - plain_forecasts(weeks, 30)).max() < 1e-5
    assert (table[:, 3:] == (0.65, 0.5)).all()
    assert np.allclose(table[-1:], forecasts(weeks, 30, only_last=True)[2], atol=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(2, 60))
@settings(max_examples=30, deadline=None)
def test_that_the_fit_is_the_minimum_from_wherever_it_starts(seed: int, n: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(n, 3)) * generator.choice([0.1, 1, 30])
    y = np.array([0.0, 1, *(generator.random(n - 2) < 0.5)])
    found = ridge.fit(x, y, 0.3)
    again = ridge.fit(x, y, 0.3, generator.normal(size=4) * 5)
    assert np.allclose(found, again, atol=1e-8)

    def cost(at: np.ndarray) -> float:
        level = at[0] + x @ at[1:]
        return 0.1 * 0.3 * (np.logaddexp(0, level) - y * level).sum() + (at[1:] ** 2).sum() / 2

    around = [found + 1e-4 * direction for direction in np.vstack((np.eye(4), -np.eye(4)))]
    assert all(cost(found) <= cost(other) for other in around)


def test_that_a_fit_to_outcomes_that_are_all_alike_is_refused() -> None:
    with pytest.raises(ValueError, match="all alike"):
        ridge.fit(np.zeros((4, 2)), np.ones(4), 1.0)


@given(st.integers(1300, 1899), st.booleans(), st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_that_nothing_after_a_day_changes_an_earlier_forecast(cut: int, is_cut: bool, seed: int) -> None:
    target, leader, breaks, distance = market(3, 1900)
    rows, _, table = forecasts(whole := grid(target, leader, breaks, distance, 30), 30)
    if is_cut:
        known = grid(
            target[:cut], leader[:cut], [day for day in breaks if day < leader.session[cut]], distance[:cut], 30
        )
    else:
        after = np.arange(1900) >= cut
        noise = np.exp(np.where(after, np.random.default_rng(seed).normal(size=1900), 0))
        other = type(target)(target.asset, target.session, target.close * noise, target.ends)
        away = np.where(after, -0.3, distance)
        known = grid(other, leader, [*breaks, leader.session[cut]], away, 30)
    made, _, then = forecasts(known, 30)
    early = whole.friday[rows] < target.session[cut]
    assert np.array_equal(known.friday[made][: early.sum()], whole.friday[rows][early])
    assert np.allclose(then[: early.sum()], table[early], atol=1e-10)


def test_that_skill_where_there_is_nothing_to_know_seldom_seems_to_be_there() -> None:
    covered, n = 0, 150
    for seed in range(n):
        generator = np.random.default_rng(seed)
        y = (generator.random(300) < 0.5).astype(float)
        # Noise costs a forecast its square; a base rate that costs as much leaves a true difference of nothing.
        p, base = (np.clip(0.5 + 0.1 * generator.normal(size=300), 0, 1) for _ in range(2))
        covered += score("noise", p, base, y, 1, seed).skill_interval.holds(0.0)
    assert 0.89 <= covered / n <= 0.99


@pytest.mark.parametrize(("overlap", "most"), [(1, 0.08), (4, 0.12)])
def test_that_the_test_of_equal_scores_is_seldom_wrong(overlap: int, most: float) -> None:
    refused, n = 0, 400
    for seed in range(n):
        drawn = np.random.default_rng(seed).normal(size=400 + overlap)
        difference = np.convolve(drawn, np.ones(overlap), "valid")[:400]
        refused += diebold_mariano(difference, overlap) < 0.05
    assert 0.02 <= refused / n <= most


def test_that_the_test_of_equal_scores_is_the_one_written_out() -> None:
    difference = np.random.default_rng(1).normal(size=90) + 0.2
    n, away = 90, difference - difference.mean()
    spread = sum((1 if lag == 0 else 2 * (1 - lag / 5)) * (away[lag:] @ away[: n - lag]) for lag in range(5)) / n
    z = abs(difference.mean()) / np.sqrt(spread / n)
    assert diebold_mariano(difference, 4) == pytest.approx(2 * (1 - NormalDist().cdf(z)), abs=1e-9)


def test_that_a_leader_that_foretells_everything_is_found_and_one_that_knows_nothing_is_not() -> None:
    generator = np.random.default_rng(8)
    n, rises = 3600, np.repeat(generator.random(40) < 0.5, 90)
    target = series_from(np.cumsum(np.where(rises, 0.01, -0.01) + 0.01 * generator.normal(size=n)), "BTC-USD")
    leader = series_from(np.zeros(n) + np.arange(n) * 1e-6, "^RUT")
    soon = np.concatenate((rises[15:], rises[:15]))  # what most of the next thirty days will be
    told = walk_forward(target, leader, [], np.where(soon, -0.01, -0.2), 30)
    assert [one.beats for one in told.scores[1:3]] == [True, True]
    assert told.scores[2].p < 0.01
    assert "state model has beaten the base rate out of sample" in told.sentence
    knows_nothing = walk_forward(*market(9, 3600), 30)
    assert not any(one.beats for one in knows_nothing.scores)
    assert "ridge model has not beaten the base rate out of sample" in knows_nothing.sentence


def test_that_the_band_holds_what_calibrated_forecasts_show_and_not_what_others_do() -> None:
    generator = np.random.default_rng(2)
    inside = []
    for seed in range(30):
        p = generator.random(200).round(1)
        parts = calibration(p, (generator.random(200) < p).astype(float), draws=200, seed=seed)
        inside.append(((parts.low <= parts.recalibrated) & (parts.recalibrated <= parts.high)).mean())
    assert 0.9 <= np.mean(inside) <= 0.99
    p = np.repeat([0.2, 0.8], 100)
    wrong = calibration(p, (generator.random(200) < 1 - p).astype(float), draws=200)
    assert (wrong.recalibrated > wrong.high).any()


def test_that_outcomes_that_overlap_widen_the_band() -> None:
    p = np.random.default_rng(3).random(200).round(1)
    y = (np.random.default_rng(4).random(200) < p).astype(float)
    alone, shared = calibration(p, y, 1, 200), calibration(p, y, 13, 200)
    assert (shared.high - shared.low).mean() > 1.5 * (alone.high - alone.low).mean()


def test_that_a_rise_of_so_much_is_another_outcome() -> None:
    target, leader, breaks, distance = market(6, 2200)
    higher, much = (grid(target, leader, breaks, distance, 90, step) for step in (0.0, 0.2))
    assert np.nansum(much.outcome) < np.nansum(higher.outcome)
    at = np.searchsorted(target.session, much.friday[0])
    assert much.outcome[0] == float(target.close[at + 90] >= 1.2 * target.close[at])


def test_that_a_leader_whose_prices_ended_is_not_looked_at_for_ever() -> None:
    target, leader, breaks, distance = market(7, 2200)
    weeks = grid(target, leader[:1000], breaks[:1], distance[:1000], 30)
    assert weeks.friday[-1] <= leader.session[999] + 7


def test_that_the_headline_is_the_base_rate_with_as_many_outcomes_as_do_not_overlap() -> None:
    found = walk_forward(*market(2), 90)
    weeks = grid(*market(2), 90)
    known = weeks.outcome[np.isfinite(weeks.outcome)]
    assert found.headline == pytest.approx(known.mean())
    assert found.apart == -(-len(known) // 13)  # every 13th Friday is the first one 90 days later
    z, n, p = 1.959963985, found.apart, known.mean()
    half = z * np.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    assert found.interval.low == pytest.approx((p + z * z / 2 / n - half) / (1 + z * z / n))
    assert len(found.scores) == len(MODELS)
    assert found.scores[0].skill == 0.0
    assert found.scores[0].shows_nothing


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
