"""The question which stretch of a history looks like now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.evidence.resampling import SEED
from models.lab.asking import Inputs, Report

if TYPE_CHECKING:
    from models.evidence.alignment import Series
    from models.evidence.analogs import Analogs


@dataclass(frozen=True, slots=True)
class AnalogsRequest:
    """Asks for the stretches of `history` most like the last `m` bars of `query`, and for `horizon` bars after them.

    Two different assets are compared by their Friday closes, so that weekends do not matter.
    """

    query: str
    history: str
    m: int = 90
    horizon: int = 90
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
        from models.evidence.analogs import analogs

        report(0.1, f"Comparing with {self.draws} random histories …")
        query, history = (inputs.histories[symbol].series for symbol in (self.query, self.history))
        if self.weekly:
            query, history = weekly_closes(query), weekly_closes(history)
        return analogs(query, history, self.m, self.horizon, self.draws, self.seed)


def weekly_closes(series: Series) -> Series:
    """Return the last close on or before each Friday that is over; sessions are the Fridays."""
    import numpy as np

    day = series.session.astype(np.int64)
    friday = day + (1 - day) % 7  # the day number 1 was a Friday
    last = np.append(friday[1:] != friday[:-1], friday[-1:] == day[-1:])
    return replace(
        series, session=friday[last].astype("datetime64[D]"), close=series.close[last], ends=series.ends[last]
    )
