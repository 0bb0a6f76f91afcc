"""The same event study of many leaders, followers and definitions at once: pieces of work, and what they find.

Section 2 of the definitions, "Multiplicity".  A piece is one leader and one follower.  It is a pure function of what
it is given, and does nothing with numbers but compare, add, multiply, divide and take square roots, which every
processor does to the last digit alike; logarithms, which they do not, are taken beforehand (`leading`, `followed`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.bars import Floats
from models.evidence.alignment import STEP, Forward, Outcome, Rows, Series, Status, entries, forward
from models.evidence.event_study import HORIZONS, nonoverlapping
from models.evidence.intervals import Interval, wilson
from models.evidence.multiplicity import adjusted
from models.evidence.paths import chosen
from models.evidence.placebo import Tails
from models.evidence.refusals import LEAST_EVENTS, fault_of_follower, fault_of_horizon, too_few
from models.evidence.resampling import circular_means, share_as_large

DEFINITIONS = (21, 63, 126, 252)  # sessions below the high before a break
LEVEL = 0.05

_STILL = 1e-12  # a spread that is rounding


@dataclass(frozen=True, slots=True)
class ScanTerms:
    """What is asked of each pair: values of N (sessions below the high), horizons (calendar days), and the outcome.

    `first` and `last` bound the sessions that count; `step` is the rise of outcomes B, C and D.
    """

    sessions_below: tuple[int, ...] = DEFINITIONS
    horizons: tuple[int, ...] = HORIZONS
    outcome: Outcome = "A"
    first: dt.date | None = None
    last: dt.date | None = None
    step: float = STEP


@dataclass(frozen=True, slots=True, eq=False)
class Leading:
    """A leader's sessions that count, and the rows of its breaks among them, for each N."""

    series: Series
    events: tuple[Rows, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A follower, and the natural logarithms of its closes."""

    series: Series
    logs: Floats


@dataclass(frozen=True, slots=True)
class Finding:
    """What followed the breaks of one leader, by one N, in one follower over one horizon.

    `n` breaks count, `hits` of them had the outcome, `nonoverlapping` lie a horizon or more apart, `censored` are still
    open.  Of the `sessions` days in the sample the share `rate` had the outcome.  `effect` is the mean log return after
    breaks less that of any day (outcomes B to D: the share of hits less the base rate); `z` the same in standard
    deviations of all circular shifts of the breaks; `p` how often these do at least as well, or as badly.  `joint` is
    how often the best of all N of this pair and horizon does as well under the same shifts.  `refusal` says why there
    are no figures.
    """

    leader: str
    follower: str
    sessions_below: int
    horizon: int
    n: int
    nonoverlapping: int
    censored: int
    sessions: int
    hits: int | None = None
    share: float | None = None
    wilson: Interval | None = None
    rate: float | None = None
    effect: float | None = None
    z: float | None = None
    p: Tails | None = None
    joint: float | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A finding with figures, and its upper p value adjusted for all questions that the scan could answer.

    `bh` bounds the expected share of false ones among the findings where questions are independent or kin, `by` under
    any dependence.
    """

    finding: Finding
    bh: float
    by: float


@dataclass(frozen=True, slots=True)
class Scan:
    """All that was asked: `rows` hold the answers, the least probable first, `refused` what could not be answered.

    `small` answers have a p value below 5 %, `expected` would by chance; `stand_bh` and `stand_by` are how many remain
    below 5 % when adjusted.
    """

    terms: ScanTerms
    leaders: tuple[str, ...]
    followers: tuple[str, ...]
    rows: tuple[Ranked, ...]
    refused: tuple[Finding, ...]
    small: int
    expected: float
    stand_bh: int
    stand_by: int

    @property
    def asked(self) -> int:
        """Return how many questions were asked."""
        return len(self.rows) + len(self.refused)


def leading(series: Series, events: Sequence[Sequence[dt.date]], terms: ScanTerms) -> Leading:
    """Return a leader for the scan: the sessions of its breaks for each N of the terms, in their order."""
    if len(events) != len(terms.sessions_below):
        raise ValueError(f"{len(events)} lists of breaks for {len(terms.sessions_below)} definitions")
    first = np.datetime64(terms.first or dt.date.min, "D")
    last = np.datetime64(terms.last or dt.date.max, "D")
    days = series[(series.session >= first) & (series.session <= last)]
    return Leading(days, tuple(chosen(days, sessions) for sessions in events))


def followed(series: Series) -> Followed:
    """Return a follower for the scan."""
    return Followed(series, np.log(series.close))


def scan_pair(leader: Leading, follower: Followed, terms: ScanTerms) -> tuple[Finding, ...]:
    """Return what followed the breaks of one leader in one follower, by horizon, then N."""
    days = leader.series
    fault = fault_of_follower(days, follower.series, entries(days, follower.series))
    found: list[Finding] = []
    for horizon in terms.horizons:
        known = forward(days, follower.series, horizon, terms.outcome, terms.step)
        refusal = fault or fault_of_horizon(known)
        counted = [_counted(known, rows, n) for n, rows in zip(terms.sessions_below, leader.events, strict=True)]
        if refusal:
            found.extend(replace(one, refusal=refusal) for one in counted)
        else:
            found.extend(_answered(known, follower.logs, counted, leader.events))
    return tuple(found)


def gathered(
    terms: ScanTerms, leaders: Sequence[str], followers: Sequence[str], found: Sequence[Sequence[Finding]]
) -> Scan:
    """Return the scan of all pairs' findings, in whatever order the pieces are."""
    everything = sorted((one for piece in found for one in piece), key=_place)
    answers = [one for one in everything if one.p is not None]
    p_values = [one.p.upper for one in answers if one.p is not None]
    by_rate, under_any = adjusted(p_values, "bh").tolist(), adjusted(p_values, "by").tolist()
    rows = [Ranked(*row) for row in zip(answers, by_rate, under_any, strict=True)]
    return Scan(
        terms=terms,
        leaders=tuple(leaders),
        followers=tuple(followers),
        rows=tuple(sorted(rows, key=_least_probable)),
        refused=tuple(one for one in everything if one.p is None),
        small=sum(p < LEVEL for p in p_values),
        expected=LEVEL * len(p_values),
        stand_bh=sum(p < LEVEL for p in by_rate),
        stand_by=sum(p < LEVEL for p in under_any),
    )


def _counted(known: Forward, rows: Rows, sessions_below: int) -> Finding:
    """Return the counts of one N, without figures."""
    at = np.flatnonzero(np.isin(known.base, rows))
    return Finding(
        leader=known.leader.asset.symbol,
        follower=known.follower.asset.symbol,
        sessions_below=sessions_below,
        horizon=known.horizon,
        n=len(at),
        nonoverlapping=nonoverlapping(known.days[at], known.horizon),
        censored=int((known.status[rows] == Status.CENSORED).sum()),
        sessions=len(known.base),
        refusal=too_few(known, len(at)) if len(at) < LEAST_EVENTS else None,
    )


def _answered(known: Forward, logs: Floats, counted: Sequence[Finding], events: Sequence[Rows]) -> list[Finding]:
    """Return the findings of one horizon with their figures: all N under the same shifts."""
    hits = known.hit[known.base].astype(np.float64)
    gained = logs[known.exit[known.base]] - logs[known.entry[known.base]]
    series = gained if known.outcome == "A" else hits
    rate = float(hits.mean())
    told, scaled = [], []
    for one, rows in zip(counted, events, strict=True):
        if one.refusal is None:
            at = np.flatnonzero(np.isin(known.base, rows))
            effects = circular_means(series, at) - series.mean()
            spread = float(effects.std())
            scaled.append(effects / spread if spread > _STILL else np.zeros(len(effects)))
            told.append(_figured(one, int(hits[at].sum()), rate, effects, float(scaled[-1][0])))
        else:
            told.append(one)
    if not scaled:
        return told
    best = np.max(scaled, axis=0)
    return [one if one.z is None else replace(one, joint=_as_good(best, one.z)) for one in told]


def _figured(one: Finding, hits: int, rate: float, effects: Floats, z: float) -> Finding:
    return replace(
        one,
        hits=hits,
        share=hits / one.n,
        wilson=wilson(hits, one.n),
        rate=rate,
        effect=float(effects[0]),
        z=z,
        p=Tails(share_as_large(effects), share_as_large(-effects)),
    )


def _as_good(best: Floats, z: float) -> float:
    return float(np.count_nonzero(best >= z - _STILL)) / len(best)


def _place(one: Finding) -> tuple[str, str, int, int]:
    return one.leader, one.follower, one.sessions_below, one.horizon


def _least_probable(row: Ranked) -> tuple[float, float, tuple[str, str, int, int]]:
    one = row.finding
    return one.p.upper if one.p else 1.0, -(one.z or 0.0), _place(one)
