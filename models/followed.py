"""What an asset did after the breaks of another one's high, ready to be looked at.  Runs in a worker, knows no Qt."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.bars import Floats
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, Asset
from models.snapshot import AssetView

HORIZONS = (30, 90, 180, 365)

_STEPS = 12  # places along the way at which any day's course is taken


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Asks what the follower did within `horizon` calendar days after the leader's breaks."""

    leader: AssetView
    follower: AssetView
    horizon: int

    @property
    def key(self) -> str:
        """Return a digest of the settled bars, the breaks and the horizon: the same one has the same answer."""
        digest = hashlib.blake2b(digest_size=16)
        for view in (self.leader, self.follower):
            settled = view.bars.settled()
            digest.update(view.asset.symbol.encode())
            digest.update(settled.session.tobytes())
            digest.update(settled.close.tobytes())
        digest.update(repr([event.session for event in self.leader.breaks]).encode())
        digest.update(str(self.horizon).encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The logarithm of the price over that at the entry, one value a day from the entry on; NaN where there is none."""

    session: dt.date
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """The answer: how many of n were higher, beside the interval and how often any day was (fractions).

    `median` is the middle of the complete courses, `any_day` of all days', at `any_day_at` days.  Where nothing can be
    said, `hits` and the shares are missing (None) and `says` tells why; `finding` is the verdict with its reason.
    """

    leader: Asset
    follower: Asset
    horizon: int
    courses: tuple[Course, ...]
    median: Floats | None
    any_day_at: Floats
    any_day: Floats
    n: int
    hits: int | None
    low: float | None
    high: float | None
    base: float | None
    says: str
    finding: str


def question_about(symbol: str, views: Mapping[str, AssetView], horizon: int) -> Question | None:
    """Return what to ask about a chosen asset: a coin follows the Russell 2000, anything else is followed by bitcoin.

    None as long as one of the two has no prices, or was not yet compared with its calendar.
    """
    chosen = views.get(symbol)
    if chosen is None:
        return None
    coin = chosen.asset.kind == "crypto"
    leader = views.get(RUSSELL_2000.symbol) if coin else chosen
    follower = chosen if coin else views.get(BITCOIN.symbol)
    if leader is None or follower is None or not (leader.audit.calendar_checked and follower.audit.calendar_checked):
        return None
    is_known = len(leader.highs) > 0 and len(follower.highs) > 0
    return Question(leader, follower, horizon) if is_known else None


def answer(question: Question, calendars: Calendars) -> Followed:
    """Study the question; takes some hundredths of a second."""
    from models.evidence.alignment import forward, series_of  # late: nothing of it is needed for the first picture
    from models.evidence.event_study import Terms, event_study
    from models.evidence.paths import average_path, chosen
    from models.evidence.verdict import verdict
    from models.evidence.words import sentence

    views, horizon = (question.leader, question.follower), question.horizon
    leader, follower = (series_of(view.asset, view.bars, calendars, view.source) for view in views)
    events = [event.session for event in question.leader.breaks]
    study = event_study(leader, events, (follower,), Terms(horizons=(horizon,)), with_paths=False)
    (cell,) = study.cells
    path = average_path(leader, chosen(leader, events), follower, before=0, after=horizon)
    steps = np.unique(np.linspace(1, horizon, _STEPS).astype(int))
    ahead = [forward(leader, follower, int(step)) for step in steps]
    usual = [float(np.median(known.log)) if len(known.base) else np.nan for known in ahead]
    finding, figures = verdict(cell, ()), cell.figures
    return Followed(
        leader=leader.asset,
        follower=follower.asset,
        horizon=horizon,
        courses=tuple(Course(way.session, way.values) for way in path.ways),
        median=path.median,
        any_day_at=np.concatenate(([0.0], steps)),
        any_day=np.concatenate(([0.0], usual)),
        n=cell.n,
        hits=cell.hits,
        low=figures.wilson.low if figures else None,
        high=figures.wilson.high if figures else None,
        base=cell.base.rate if figures and cell.base else None,
        says=sentence(study, follower.asset.symbol, horizon),
        finding=finding.reason if figures is None else f"{finding.verdict.value.capitalize()}. {finding.reason}",
    )
