"""What the page and the report show of leads and lags."""

from __future__ import annotations

import numpy as np

from data.bars import Flags, Floats
from models.dates import date_text
from models.evidence.lead_lag import WIDEST_LAG, WINDOW, LeadLag
from models.lab.lead_lag import LeadLagRequest
from ui.lab.presentation import Axis, Band, Columns, Level, Line, Picture, Points, Presentation, Span, Table

HOW = (
    "Returns are logarithmic, of weeks from Friday to Friday or of the leader's sessions, on common dates. The"
    " correlation at lag k is that of the leader's return k periods earlier with the follower's; above 0 the leader"
    " came first.",
    "The tinted room is where 95 % of correlations lie when each history is resampled by itself in blocks (stationary"
    " bootstrap), which keeps its own rhythm and cuts any link. The dashed lines hold for all lags at once: the largest"
    " of the 17 stays within them in 95 of 100 cases. A column beyond them is full, the others are pale. The naive"
    " lines are ±1.96/√n, which takes each return for independent of the one before.",
    "The Granger test asks whether one's past helps to predict the other beyond its own past. The plain F test is not"
    " trustworthy with such returns, so the one with robust errors and the one without February to April 2020 stand"
    " beside it. It says “predicts”, never “causes”.",
    "Levels of two rising prices always correlate. That number is shown only so that nobody takes it for evidence.",
)


def present(found: LeadLag, _request: LeadLagRequest) -> Presentation:
    """Return the study as it is shown."""
    now = next(lag for lag in found.lags if lag.k == 0)
    regimes = (_regimes(found),) if found.regimes else ()
    return Presentation(
        title="Lead-lag",
        sentence=found.sentence,
        pictures=(_correlogram(found), _rolling(found), _returns(found), _levels(found)),
        tables=(_lags(found), _predictions(found), *regimes),
        struck=(f"Log prices of the two correlate at r = {_signed(found.levels)}.",),
        notes=(
            f"Their returns correlate at r = {_signed(now.r)}. Only that can be evidence: any two prices that rise over"
            " years correlate, whether or not they have to do with each other.",
        ),
        how=HOW,
        provenance=(
            f"{date_text(found.first)} to {date_text(found.last)}, n = {found.n:,}",
            f"mean blocks {found.blocks[0]:.1f} and {found.blocks[1]:.1f}",
            f"{found.draws:,} draws, seed {found.seed}",
            f"least BIC with {found.bic_orders[0]} ({found.leader} first) and {found.bic_orders[1]} lags",
        ),
    )


def _correlogram(found: LeadLag) -> Picture:
    k = np.array([lag.k for lag in found.lags], np.float64)
    r = np.array([lag.r for lag in found.lags])
    low, high = (np.array([getattr(lag, name) for lag in found.lags]) for name in ("low", "high"))
    layers = (
        Band(k, low, high, name="95 % by chance, each lag"),
        Columns(k, r, 0.7, "price", "correlation", np.abs(r) > found.simultaneous),
        Level(found.simultaneous, role="accent", name="95 % by chance, all lags"),
        Level(-found.simultaneous, role="accent"),
        Level(found.naive, role="faint", name="naive"),
        Level(-found.naive, role="faint"),
        Level(0.0, dashed=False),
    )
    periods = "weeks" if found.frequency == "weekly" else "sessions"
    ticks = tuple((float(lag), _period(lag)) for lag in range(-WIDEST_LAG, WIDEST_LAG + 1, 2))
    axis = Axis("number", f"{periods} by which {found.leader} came first (below 0: {found.follower})",
                -WIDEST_LAG - 0.6, WIDEST_LAG + 0.6, ticks)  # fmt: skip
    return Picture(
        f"Does {found.leader} lead {found.follower}?", layers, axis, Axis("number"), f"n = {found.n:,}", found.sentence
    )


def _rolling(found: LeadLag) -> Picture:
    days = found.rolling.end.astype(np.int64).astype(np.float64)
    layers = (
        *(Span(first, last, "danger", name="March 2020 within") for first, last in _marked(days, found.rolling.crash)),
        Band(days, found.rolling.low, found.rolling.high, name="95 % (Fisher)"),
        Level(0.0, dashed=False),
        Line(days, found.rolling.r, "price", name=f"correlation of {WINDOW} returns"),
    )
    says = f"Correlation of {found.leader} and {found.follower} over the {WINDOW} returns before each day."
    return Picture(
        "How it changed", layers, Axis("date"), Axis("number", "", -1.0, 1.0), f"{WINDOW} returns a window", says
    )


def _marked(days: Floats, crash: Flags) -> list[tuple[float, float]]:
    """Return the first and last day of each run of windows with the crash in them."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], crash.astype(np.int8), [0]))))
    return [(float(days[first]), float(days[stop - 1])) for first, stop in zip(edges[::2], edges[1::2], strict=True)]


def _returns(found: LeadLag) -> Picture:
    one, other = found.common.leader_return, found.common.follower_return
    now = next(lag for lag in found.lags if lag.k == 0)
    layers = (Level(0.0), Level(0.0, "x"), Points(one, other, "price", 4, "one return each"))
    return Picture(
        f"Returns in the same period: r = {_signed(now.r)}", layers,
        Axis("log percent", found.leader), Axis("log percent", found.follower),
        f"n = {found.n:,}", f"Returns of {found.follower} against those of {found.leader}.",
    )  # fmt: skip


def _levels(found: LeadLag) -> Picture:
    """Draw what tempts: the course of two prices against each other, which only shows that both have risen."""
    one, other = (np.log(close / close[0]) for close in (found.common.leader, found.common.follower))
    return Picture(
        f"Prices against each other: r = {_signed(found.levels)}, which proves nothing",
        (Points(one, other, "faint", 4, "one close each"),),
        Axis("log percent", f"{found.leader} since the first close"), Axis("log percent", found.follower),
        f"n = {len(one):,}", f"Prices of {found.follower} against those of {found.leader}. This is no evidence.",
    )  # fmt: skip


def _lags(found: LeadLag) -> Table:
    rows = tuple(
        (
            _period(lag.k), f"{lag.n:,}", _minus(f"{lag.r:+.3f}"), _minus(f"{lag.low:+.3f} to {lag.high:+.3f}"),
            _minus(f"{lag.slope.value:+.3f}"), _minus(f"{lag.slope.t:+.2f}"), _chance(lag.slope.p),
        )
        for lag in found.lags
    )  # fmt: skip
    heads = ("lag", "n", "r", "by chance", "slope", "t (HAC)", "p")
    return Table(heads, rows, tuple(range(7)), "Each lag")


def _predictions(found: LeadLag) -> Table:
    tests = [
        (one.cause, one.effect, _counted("F", one.lags), _chance(one.p), _chance(one.adjusted), _chance(calm.p))
        for one, calm in zip(found.predictions, found.calm_predictions, strict=True)
    ]
    tests += [
        (one.cause, one.effect, _counted("robust", one.lags), _chance(one.p), "", _chance(calm.p))
        for one, calm in zip(found.robust, found.calm_robust, strict=True)
    ]
    heads = ("past of", "predicts", "test", "p", "adjusted", "p without Feb–Apr 2020")
    return Table(heads, tuple(tests), (3, 4, 5), "Does one's past predict the other?")


def _regimes(found: LeadLag) -> Table:
    rows = tuple(
        (
            one.name, f"{one.n:,}", _signed(one.r),
            "–" if one.low is None or one.high is None else _minus(f"{one.low:+.2f} to {one.high:+.2f}"),
            "–" if one.lead is None else str(one.lead), _signed(one.lead_r), "–" if one.p is None else _chance(one.p),
        )
        for one in found.regimes
    )  # fmt: skip
    heads = ("regime", "n", "r", "95 % (Fisher)", "strongest lead", "r there", "p, all leads")
    return Table(heads, rows, tuple(range(1, 7)), "Within regimes, as far as they are dated; too few returns: –")


def _signed(r: float | None) -> str:
    return "–" if r is None else _minus(f"{r:+.2f}")


def _period(k: int) -> str:
    return _minus(f"{k:+d}") if k else "0"


def _counted(test: str, lags: int) -> str:
    return f"{test}, {lags} lag{'s' if lags > 1 else ''}"


def _chance(p: float) -> str:
    """Return a p value; one below what three decimals hold is no zero, and one that is not there a dash."""
    if p != p:
        return "–"
    return "< 0.001" if p < 0.0005 else f"{p:.3f}"


def _minus(text: str) -> str:
    return text.replace("-", "−")
