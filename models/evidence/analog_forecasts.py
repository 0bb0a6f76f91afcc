"""Forecasts from the nearest stretches, made in the past with what was known, and what they were worth.

Section 7 of the definitions, "Walk-forward".  The question at each date is whether the asked asset will be higher after
the horizon; the answer is how many of the nearest stretches of the history rose, and its rival the share of all the
asked asset's own stretches until then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.bars import Floats
from models.evidence.alignment import Series
from models.evidence.intervals import Interval
from models.evidence.matching import candidates, correlations, distances_of, nearest

NEIGHBOURS = 20
_FIRST_DAYS = 3 * 365
_STEP_DAYS = 30
_FEWEST = 10  # forecasts that are worth scoring


@dataclass(frozen=True, slots=True)
class Walk:
    """Scores of `n` forecasts, about `apart` of whose horizons do not overlap.

    `nearest` and `climatology` are Brier scores, lower is better; `skill` is 1 - nearest/climatology with the middle
    95 % of resamples in blocks, `p` that of equal scores (Diebold & Mariano 1995), NaN where they are the same.
    """

    n: int
    apart: int
    nearest: float
    climatology: float
    skill: float
    skill_interval: Interval
    p: float

    @property
    def beats(self) -> bool:
        """Whether the nearest stretches have told more than the base rate."""
        return self.skill_interval.low > 0


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """The forecasts: `row` of the query they were made at, both probabilities of a rise, and what came (0 or 1)."""

    row: npt.NDArray[np.intp]
    nearest: Floats
    climatology: Floats
    came: Floats


def walk_forward(query: Series, history: Series, m: int, horizon: int, seed: int) -> Walk | None:
    """Return the scores of all forecasts that could be made every 30 days; None for too few."""
    made = forecasts(query, history, m, horizon)
    if len(made.row) < _FEWEST:
        return None
    from models.evidence.scores import score

    typical = float(np.median(np.diff(made.row)))
    lags = math.ceil(horizon / typical)
    scored = score("analogs", made.nearest, made.climatology, made.came, lags, seed)
    return Walk(
        n=len(made.row),
        apart=1 + int(made.row[-1] - made.row[0]) // horizon,
        nearest=scored.brier,
        climatology=float(((made.climatology - made.came) ** 2).mean()),
        skill=scored.skill,
        skill_interval=scored.skill_interval,
        p=scored.p,
    )


def forecasts(query: Series, history: Series, m: int, horizon: int) -> Forecasts:
    """Return the forecasts made every 30 days from the third year on, each with the prices known by then."""
    asked, level = np.log(query.close), np.log(history.close)
    rose = asked[horizon:] > asked[:-horizon]
    made = []
    for now in _dates(query, m, horizon).tolist():
        known = int(np.searchsorted(history.ends, query.ends[now], side="right"))
        before = int(np.searchsorted(history.session[:known], query.session[now - m + 1]))
        ends = _ends_of_nearest(asked[now - m + 1 : now + 1], level[:known], before, horizon)
        if not len(ends):
            continue
        up = int(np.count_nonzero(level[ends + horizon] > level[ends]))
        over = rose[: now - horizon + 1]  # an overlap of horizons counts as one, as for the base rate of forecasts
        base = (np.count_nonzero(over) / horizon + 0.5) / (len(over) / horizon + 1)
        made.append((now, (up + 0.5) / (len(ends) + 1), base, float(rose[now])))
    table = np.array(made, np.float64).reshape(-1, 4)
    return Forecasts(table[:, 0].astype(np.intp), table[:, 1], table[:, 2], table[:, 3])


def _dates(query: Series, m: int, horizon: int) -> npt.NDArray[np.intp]:
    """Return the rows of the query to forecast at, whose outcome is known today."""
    if len(query) <= horizon:
        return np.empty(0, np.intp)
    day = query.session.astype(np.int64)
    rows = np.unique(np.searchsorted(day, np.arange(day[0] + _FIRST_DAYS, day[-1] + 1, _STEP_DAYS)))
    return rows[(rows >= m - 1) & (rows >= horizon) & (rows + horizon < len(query))]


def _ends_of_nearest(sought: Floats, known: Floats, before: int, horizon: int) -> npt.NDArray[np.intp]:
    m = len(sought)
    allowed = candidates(len(known), m, horizon, before)
    if not allowed.any() or float(np.ptp(sought)) == 0:
        return np.empty(0, np.intp)
    away = distances_of(correlations(sought, known), m)
    return np.array(nearest(away, allowed, NEIGHBOURS, m // 2), np.intp) + m - 1
