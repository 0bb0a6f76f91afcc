"""How likely is a rise?  Forecasts made week by week with what was known, and whether any beats the base rate.

Section 6 of the definitions.  Nothing more complex is tried: there are some twenty separate outcomes in all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from data.bars import Flags, Floats, Sessions
from models.evidence.alignment import Series
from models.evidence.event_study import nonoverlapping
from models.evidence.intervals import Interval, wilson
from models.evidence.refusals import RefusedError, called
from models.evidence.resampling import SEED
from models.evidence.scores import Calibration, Score, calibration, score

MODELS = ("climatology", "state", "ridge", "claimed", "coin")
CLAIMED = 0.65
EMBARGO = 7
FIRST_WEEKS = 156
PRIOR = 10.0  # outcomes that the state model borrows from the base rate
AVERAGE = 200  # days
_FRIDAY = 1
_NEAR_HIGH = -0.03
_BREAK_DAYS = 90


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The Fridays (UTC close) with all features known: outcome NaN where it is still to come.

    `features` are distance of the leader from its high, whether it broke within 90 days, log price over its 200-day
    mean, log volatility of 30 days.
    """

    friday: Sessions
    outcome: Floats
    features: Floats
    state: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """The walk forward: `made` Fridays, p by model (a column each, as `MODELS`), and what came (NaN: not yet).

    `scores` and `calibrations` are by model, of those whose outcome is known; `headline` is the base rate now with its
    interval from outcomes that do not overlap; `latest` are all models' forecasts of the last Friday.
    """

    symbol: str
    leader: str
    horizon: int
    made: Sessions
    p: Floats
    outcome: Floats
    trained: Floats
    scores: tuple[Score, ...]
    calibrations: tuple[Calibration, ...]
    headline: float
    interval: Interval
    apart: int
    latest: Floats
    seed: int
    sentence: str


def grid(target: Series, leader: Series, breaks: Sequence[np.datetime64], distance: Floats, horizon: int) -> Grid:
    """Return the Fridays of a round-the-clock target; `distance` is the leader's from its high, a row a session.

    A session of the leader counts on the Friday on which it is over by the UTC close.
    """
    day = target.session.astype(np.int64)
    friday = np.arange(day[0] + (_FRIDAY - day[0]) % 7, day[-1] + 1, 7)
    row = np.searchsorted(day, friday)
    row = row[day[np.minimum(row, len(day) - 1)] == friday]
    level = np.log(target.close)
    known = np.searchsorted(leader.ends, target.ends[row], side="right") - 1
    row, known = row[known >= 0], known[known >= 0]
    mean = _moving(target.close, AVERAGE)[row]
    swing = _volatility(level, 30)[row]
    broke = np.array(sorted(breaks), "datetime64[D]").astype(np.int64)
    latest = np.searchsorted(broke, leader.session[known].astype(np.int64), side="right") - 1
    since = day[row] - np.where(latest >= 0, broke[np.maximum(latest, 0)] if len(broke) else 0, -(10**6))
    away = np.clip(distance[known], -0.5, 0.0)
    over = level[row] - np.log(mean)
    features = np.column_stack((away, since <= _BREAK_DAYS, over, np.log(swing)))
    whole = np.isfinite(features).all(axis=1)
    last = np.searchsorted(day, day[row] + horizon)
    has = (last < len(day)) & (day[np.minimum(last, len(day) - 1)] == day[row] + horizon)
    rose = target.close[np.minimum(last, len(day) - 1)] > target.close[row]
    outcome = np.where(has, rose.astype(np.float64), np.nan)
    state = 2.0 * (away >= _NEAR_HIGH) + (over > 0)
    return Grid(target.session[row][whole], outcome[whole], features[whole], state[whole])


def walk_forward(
    target: Series, leader: Series, breaks: Sequence[np.datetime64], distance: Floats, horizon: int,
    report: Callable[[float], None] = lambda _done: None, seed: int = SEED,
) -> Forecasts:  # fmt: skip
    """Return all forecasts and their scores; raises `RefusedError` where there are fewer than three years to learn."""
    _refuse(target, horizon)
    weeks = grid(target, leader, breaks, distance, horizon)
    known = np.isfinite(weeks.outcome)
    if int(known.sum()) < FIRST_WEEKS + 2 * horizon // 7:
        raise RefusedError(
            f"There are {int(known.sum())} Fridays of {called(target.asset)} with a known outcome after {horizon} days:"
            " too few to learn from three years and test on the rest."
        )
    day = weeks.friday.astype(np.int64)
    made, p, trained = [], [], []
    for at in range(len(day)):
        learned = known & (day + horizon + EMBARGO <= day[at])
        if int(learned.sum()) >= FIRST_WEEKS:
            made.append(at)
            p.append(forecast(weeks, learned, at, horizon))
            trained.append(int(learned.sum()))
            report(at / len(day))
    table, rows = np.array(p), np.array(made)
    outcome = weeks.outcome[rows]
    told = np.isfinite(outcome)
    lags = -(-horizon // 7)
    scores = tuple(
        score(name, table[told, column], table[told, 0], outcome[told], lags, seed)
        for column, name in enumerate(MODELS)
    )
    calibrations = tuple(calibration(table[told, column], outcome[told]) for column in range(len(MODELS)))
    apart = nonoverlapping(day[known], horizon)
    share = float(weeks.outcome[known].mean())
    return Forecasts(
        symbol=target.asset.symbol, leader=leader.asset.symbol, horizon=horizon, made=weeks.friday[rows], p=table,
        outcome=outcome, trained=np.array(trained, np.float64), scores=scores, calibrations=calibrations,
        headline=share, interval=wilson(round(share * apart), apart), apart=apart, latest=table[-1], seed=seed,
        sentence=_sentence(target, horizon, share, apart, scores),
    )  # fmt: skip


def forecast(weeks: Grid, learned: Flags, at: int, horizon: int) -> list[float]:
    """Return every model's forecast for one Friday, from the outcomes that were over a week before it."""
    outcome, w = weeks.outcome[learned], horizon / 7
    base = float((outcome.sum() / w + 0.5) / (len(outcome) / w + 1))
    alike = outcome[weeks.state[learned] == weeks.state[at]]
    state = float((alike.sum() / w + PRIOR * base) / (len(alike) / w + PRIOR))
    return [base, state, ridge(weeks.features[learned], outcome, weeks.features[at], w, base), CLAIMED, 0.5]


def ridge(features: Floats, outcome: Floats, now: Floats, w: float, base: float) -> float:
    """Return the forecast of a logistic regression with a penalty; the base rate where all outcomes were alike."""
    from sklearn.linear_model import LogisticRegression

    if float(np.ptp(outcome)) == 0:
        return base
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=0.1, solver="lbfgs", max_iter=1000, tol=1e-10)
    model.fit((features - mean) / spread, outcome, sample_weight=np.full(len(outcome), 1 / w))
    return float(model.predict_proba(((now - mean) / spread)[None, :])[0, 1])


def _moving(values: Floats, n: int) -> Floats:
    sums = np.concatenate(([0.0], np.cumsum(values)))
    means = np.full(len(values), np.nan)
    if len(values) >= n:
        means[n - 1 :] = (sums[n:] - sums[:-n]) / n
    return means


def _volatility(level: Floats, n: int) -> Floats:
    """Return the standard deviation (ddof 1) of the last n daily log returns."""
    returns = np.diff(level)
    spread = np.full(len(level), np.nan)
    if len(returns) >= n:
        windows = np.lib.stride_tricks.sliding_window_view(returns, n)
        spread[n:] = windows.std(axis=1, ddof=1)
    return np.where(spread > 0, spread, np.nan)


def _refuse(target: Series, horizon: int) -> None:
    name = called(target.asset)
    if not target.round_the_clock:
        raise RefusedError(f"Forecasts are made at the UTC close of Fridays, and {name} has no price then.")
    if len(target) <= horizon:
        raise RefusedError(f"{horizon} days are longer than the history of {name}.")
    if float(np.ptp(target.close)) == 0:
        raise RefusedError(f"The price of {name} never changes in this sample, so there is no rise to foretell.")


def _sentence(target: Series, horizon: int, share: float, apart: int, scores: Sequence[Score]) -> str:
    text = (
        f"{horizon} days after a Friday {called(target.asset)} was higher in {share:.0%} of cases; {apart} of these do"
        " not overlap, and that is all the evidence there is. "
    )
    told = []
    for found in scores[1:3]:
        beaten = "has" if found.skill_interval.low > 0 else "has not"
        told.append(f"the {found.model} model {beaten} beaten the base rate out of sample (skill {found.skill:+.2f})")
    return text + "; ".join(told).capitalize() + "."
