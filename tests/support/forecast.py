"""Made-up markets to forecast, and the forecasts by the obvious loop, scikit-learn and all."""

from __future__ import annotations

import numpy as np

from data.bars import Floats
from data.catalog import asset_for
from models.evidence.alignment import Series
from models.evidence.fridays import Grid

Market = tuple[Series, Series, list[np.datetime64], Floats]


def series_from(level: Floats, symbol: str) -> Series:
    """A coin or an index with a close on every day from 2014 on, from its log prices."""
    days = np.datetime64("2014-01-01") + np.arange(len(level))
    return Series(asset_for(symbol), days, np.exp(level), (days.astype(np.int64) + 1) * 86_400)


def market(seed: int, n: int = 2200) -> Market:
    """A coin and an index that walk at random, two breaks, and the index's distance from its high."""
    generator = np.random.default_rng(seed)
    target = series_from(np.cumsum(generator.normal(size=n) * 0.03), "BTC-USD")
    leader = series_from(np.cumsum(generator.normal(size=n) * 0.01), "^RUT")
    distance = leader.close / np.maximum.accumulate(leader.close) - 1
    return target, leader, [leader.session[500], leader.session[n - 100]], distance


def plain_forecasts(
    weeks: Grid, horizon: int, solver: str = "lbfgs", tolerance: float = 1e-10, last: int | None = None
) -> Floats:
    """Return p of climatology, state and ridge for every Friday (or the last so many) with 156 known ones before.

    A Friday is known a week after its horizon has passed.
    """
    from sklearn.linear_model import LogisticRegression

    day, w, table = weeks.days, horizon / 7, []
    for at in range(len(day))[-last if last else 0 :]:
        learned = [t for t in range(len(day)) if weeks.outcome[t] in (0, 1) and day[t] + horizon + 7 <= day[at]]
        if len(learned) < 156:
            continue
        y = weeks.outcome[learned]
        base = (y.sum() / w + 0.5) / (len(y) / w + 1)
        alike = [weeks.outcome[t] for t in learned if weeks.state[t] == weeks.state[at]]
        state = (sum(alike) / w + 10 * base) / (len(alike) / w + 10)
        x = weeks.features[learned]
        mean, spread = x.mean(axis=0), x.std(axis=0)
        spread = np.where(spread > 0, spread, 1)
        model = LogisticRegression(C=0.1, solver=solver, max_iter=1000, tol=tolerance)
        model.fit((x - mean) / spread, y, sample_weight=np.full(len(y), 1 / w))
        table.append((base, state, model.predict_proba(((weeks.features[at] - mean) / spread)[None])[0, 1]))
    return np.array(table)
