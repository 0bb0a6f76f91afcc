"""The Fear & Greed index of crypto by alternative.me: one number from 0 to 100 a day, from February 2018 on."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from data.figures_wire import TIMEOUT, ask, parsed, unreadable
from data.lane import Clock, Lane
from data.macro import SERIES, Observed, guard
from data.source import Cancelled

HOST = "api.alternative.me"

_NAME = "alternative.me"
_SUBJECT = "Fear & Greed"
_NONSENSE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


class MoodSource:
    """Asked for the whole history at once, which is short."""

    name = _NAME

    def __init__(self, lane: Lane, clock: Clock, *, base_url: str | None = None, timeout: float = TIMEOUT) -> None:
        self._lane = lane
        self._clock = clock
        self._base_url = base_url or f"https://{lane.host}"
        self._timeout = timeout

    def observed(self, cancelled: Cancelled) -> Observed:
        """Return the index of every day, by the UTC day at whose start it was published; raises `FetchError`."""
        answer = self._lane.run(partial(self._get), cancelled)
        try:
            rows = [(int(row["timestamp"]), float(row["value"])) for row in answer["data"]]
            seconds = np.array([second for second, _value in rows], np.int64)
            days, kept = np.unique(seconds.astype("datetime64[s]").astype("datetime64[D]"), return_index=True)
        except _NONSENSE as error:
            raise unreadable(_NAME, _SUBJECT, "a time or a number in it cannot be read") from error
        if len(days) == 0:
            raise unreadable(_NAME, _SUBJECT, "there is no value in it")
        value = np.array([value for _second, value in rows])[kept]
        repeated = len(rows) - len(days)
        observed = Observed("FEAR_GREED", days, value, _NAME, self._clock(), duplicates=repeated)
        guard(SERIES["FEAR_GREED"], observed)
        return observed

    def _get(self) -> Any:  # noqa: ANN401 - any JSON
        query = {"limit": "0", "format": "json"}
        return parsed(_NAME, _SUBJECT, ask(_NAME, _SUBJECT, f"{self._base_url}/fng/", query, self._timeout))
