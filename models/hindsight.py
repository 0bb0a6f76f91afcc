"""What followed earlier breaks, in one sentence for the alert of a break.  Runs in a worker, knows no Qt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from data.calendar import Calendars
from data.catalog import Asset, asset_for
from data.database import StoreError
from data.store import Store
from models.breakout import Break
from models.rules.evidence import Series

if TYPE_CHECKING:
    from models.evidence.alignment import Series as Closes


@dataclass(frozen=True, slots=True)
class Hindsight:
    """The board of a break's alert: how the follower stood `horizon` calendar days after the breaks before it.

    Only what was known when the break settled counts: the breaks before it, and closes that came no later.  Nothing is
    read or reckoned before a break is really told.
    """

    store: Store
    calendars: Calendars
    follower: str
    horizon: int

    def __call__(self, leader: Series, breaks: Sequence[Break]) -> str:
        """Return the sentence on the breaks before the last of these, or the one that says why there is none."""
        from models.evidence.alignment import series_of  # late: until a break is told nobody needs the studies

        asset = asset_for(self.follower)
        try:
            stored = self.store.bars(asset.symbol)
        except StoreError:  # the break must be told all the same
            return "What followed earlier breaks cannot be said, as the stored prices could not be read."
        closes = series_of(asset, stored.bars, self.calendars, stored.source)
        return sentence_on(leader, [event.session for event in breaks], closes, self.horizon)


def sentence_on(leader: Series, breaks: Sequence[dt.date], follower: Closes, horizon: int) -> str:
    """Return what a study of all breaks but the last says, of what was known when the last one's session ended."""
    from models.evidence.event_study import Terms, event_study
    from models.evidence.words import alert_sentence

    *earlier, told = breaks
    leading = _as_known(leader, told)
    known = follower[follower.ends <= leading.ends[-1]]
    study = event_study(leading, earlier, (known,), Terms(horizons=(horizon,)), with_paths=False)
    return alert_sentence(study, follower.asset.symbol, horizon)


def _as_known(leader: Series, last: dt.date) -> Closes:
    from models.evidence.alignment import Series as Studied

    rows = leader.session <= np.datetime64(last)
    return Studied(_asset(leader), leader.session[rows], leader.price[rows], leader.closes[rows])


def _asset(leader: Series) -> Asset:
    subject = leader.subject
    asset = asset_for(subject.symbol)
    if subject.over is None:
        return asset
    return replace(asset, name=f"{asset.name} in {asset_for(subject.over).name}", kind="equity")
