"""The question which stretch of a history looks like the last one of a price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.evidence.resampling import SEED
from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.evidence.alignment import Series
    from models.evidence.analogs import Analogs

DAYS, DAYS_AFTER = 90, 90
WEEKS, WEEKS_AFTER = 104, 26
_SEARCHED = 0.05  # of the work, before the random histories


@dataclass(frozen=True, slots=True)
class AnalogsRequest:
    """Asks for the stretches of `history` most like the last `m` bars of `query`, and for `horizon` bars after them.

    Two different assets are compared by their Friday closes, so that weekends do not matter.
    """

    query: str
    history: str
    m: int = DAYS
    horizon: int = DAYS_AFTER
    draws: int = 400
    seed: int = SEED

    @property
    def symbols(self) -> tuple[str, ...]:
        """Both assets, or the one."""
        return tuple(dict.fromkeys((self.query, self.history)))

    @property
    def weekly(self) -> bool:
        """Whether bars are weeks."""
        return self.query != self.history

    def perform(self, inputs: Inputs, report: Report) -> Analogs:
        """Work it out; raises `RefusedError`."""
        from models.evidence.analogs import BLOCK_DAYS, BLOCK_WEEKS, Terms, analogs

        doing = f"Comparing with {self.draws} random histories …"
        report(_SEARCHED, doing)
        query, history = (inputs.histories[symbol].series for symbol in (self.query, self.history))
        if self.weekly:
            query, history = weekly_closes(query), weekly_closes(history)
        unit = "weeks" if self.weekly else "days" if query.round_the_clock else "sessions"
        block = BLOCK_WEEKS if self.weekly else BLOCK_DAYS
        terms = Terms(self.m, self.horizon, unit, block, self.draws, self.seed)
        return analogs(query, history, terms, lambda done: report(_SEARCHED + (1 - 2 * _SEARCHED) * done, doing))


def weekly_closes(series: Series) -> Series:
    """Return the last close on or before each Friday that is over; sessions are the Fridays."""
    import numpy as np

    day = series.session.astype(np.int64)
    friday = day + (1 - day) % 7  # the day number 1 was a Friday
    last = np.append(friday[1:] != friday[:-1], friday[-1:] == day[-1:])
    return replace(
        series, session=friday[last].astype("datetime64[D]"), close=series.close[last], ends=series.ends[last]
    )
