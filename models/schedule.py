"""When to refresh next, by the wall clock: right after sleep, and when the clock was set back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(slots=True)
class Schedule:
    """The next refresh, `every` after the last one or sooner, at the instant a bar settles."""

    every: dt.timedelta
    next_at: dt.datetime | None = field(default=None)

    def plan(self, now: dt.datetime, settles: dt.datetime | None) -> dt.datetime:
        """Plan the refresh after one that ended at `now`; `settles` is when the next bar will be settled."""
        planned = now + self.every
        if settles is not None and now < settles < planned:
            planned = settles
        self.next_at = planned
        return planned

    def due(self, now: dt.datetime) -> bool:
        """Whether it is time.  A clock that was set back makes the plan unreachable, so that is time as well."""
        if self.next_at is None:
            return False
        return now >= self.next_at or self.next_at - now > self.every
