"""What the page and the report show of leads and lags."""

from __future__ import annotations

import numpy as np

from models.dates import date_text
from models.evidence.lead_lag import LeadLag
from models.lab.lead_lag import LeadLagRequest
from ui.lab.presentation import Axis, Band, Columns, Level, Line, Picture, Points, Presentation, Table

HOW = (
    "Returns are logarithmic, of weeks from Friday to Friday or of the leader's sessions, on common dates. The"
    " correlation at lag k is that of the leader's return k periods earlier with the follower's; above 0 the leader"
    " came first.",
    "The tinted room is where 95 % of correlations lie when each history is resampled by itself in blocks (stationary"
    " bootstrap), which keeps its own rhythm and cuts any link. The dashed lines hold for all lags at once: the largest"
    " of the 17 stays within them in 95 of 100 cases. A bar beyond them stands out.",
    "The Granger test asks whether one's past helps to predict the other beyond its own past. The plain F test is not"
    " trustworthy with such returns, so the one with robust errors and the one without February to April 2020 stand"
    " beside it. It says “predicts”, never “causes”.",
    "Levels of two rising prices always correlate. That number is shown only so that nobody takes it for evidence.",
)


def present(found: LeadLag, _request: LeadLagRequest) -> Presentation:
    """Return the study as it is shown."""
    return Presentation(
        title="Lead-lag",
        sentence=found.sentence,
        pictures=(_correlogram(found), _rolling(found), _returns(found)),
        tables=(_lags(found), _predictions(found)),
        notes=(
            f"The log levels of the two correlate at {found.levels:+.2f}. That is no evidence: any two prices that"
            " rise over years do.",
        ),
        how=HOW,
        provenance=(
            f"{date_text(found.first)} to {date_text(found.last)}, n = {found.n}",
            f"mean blocks {found.blocks[0]:.1f} and {found.blocks[1]:.1f}",
            f"{found.draws:,} draws, seed {found.seed}",
        ),
    )


def _correlogram(found: LeadLag) -> Picture:
    k = np.array([lag.k for lag in found.lags], np.float64)
    r = np.array([lag.r for lag in found.lags])
    low, high = (np.array([getattr(lag, name) for lag in found.lags]) for name in ("low", "high"))
    layers = (
        Band(k, low, high, name="95 % by chance, each lag"),
        Columns(k, r, 1.0, "price", "correlation", np.abs(r) > found.simultaneous),
        Level(found.simultaneous, role="accent", name="95 % by chance, all lags"),
        Level(-found.simultaneous, role="accent"),
        Level(0.0, dashed=False),
    )
    axis = Axis("days", f"{found.leader} later  ←  lag in {'weeks' if found.frequency == 'weekly' else 'sessions'}"
                f"  →  {found.leader} earlier")  # fmt: skip
    return Picture(
        f"Does {found.leader} lead {found.follower}?", layers, axis, Axis("number"), f"n = {found.n}", found.sentence
    )


def _rolling(found: LeadLag) -> Picture:
    days = found.rolling.end.astype(np.int64).astype(np.float64)
    crash = np.where(found.rolling.crash, found.rolling.r, np.nan)
    layers = (
        Band(days, found.rolling.low, found.rolling.high, name="95 % (Fisher)"),
        Level(0.0, dashed=False),
        Line(days, found.rolling.r, "price", name="correlation of 52 returns"),
        Line(days, crash, "danger", 2.0, name="with March 2020 in it"),
    )
    says = f"Rolling correlation of {found.leader} and {found.follower}."
    return Picture("How it changed", layers, Axis("date"), Axis("number"), "52 returns a window", says)


def _returns(found: LeadLag) -> Picture:
    one, other = found.common.leader_return, found.common.follower_return
    layers = (Level(0.0), Level(0.0, "x"), Points(one, other, "price", 4, "one return each"))
    return Picture(
        "Returns in the same period", layers, Axis("log percent", found.leader), Axis("log percent"),
        f"n = {found.n}", f"Returns of {found.follower} against those of {found.leader}.",
    )  # fmt: skip


def _lags(found: LeadLag) -> Table:
    rows = tuple(
        (
            f"{lag.k:+d}", str(lag.n), f"{lag.r:+.3f}", f"{lag.low:+.3f} to {lag.high:+.3f}",
            f"{lag.slope.value:+.3f}", f"{lag.slope.t:+.2f}", f"{lag.slope.p:.3f}",
        )
        for lag in found.lags
    )  # fmt: skip
    heads = ("lag", "n", "r", "by chance", "slope", "t (HAC)", "p")
    return Table(heads, rows, tuple(range(7)), "Each lag")


def _predictions(found: LeadLag) -> Table:
    tests = [
        (one.cause, one.effect, f"F, {one.lags} lags", f"{one.p:.3f}", f"{one.adjusted:.3f}", f"{calm.p:.3f}")
        for one, calm in zip(found.predictions, found.calm_predictions, strict=True)
    ]
    tests += [
        (one.cause, one.effect, f"robust, {one.lags} lags", f"{one.p:.3f}", "", f"{calm.p:.3f}")
        for one, calm in zip(found.robust, found.calm_robust, strict=True)
    ]
    heads = ("past of", "predicts", "test", "p", "adjusted", "p without Feb–Apr 2020")
    return Table(heads, tuple(tests), (3, 4, 5), "Does one's past predict the other?")
