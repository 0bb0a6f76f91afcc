"""How newly fetched bars meet the stored ones: what is added, settled, revised or left alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from data.bars import Bars, Flags, Floats, Seconds

PRICES = ("open", "high", "low", "close")
IMPORT = "import"
_NOISE = 1e-6
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a final bar that a source changed afterwards; a value that was or is missing is None."""

    field: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class Revision:
    """A final bar that its source changed afterwards, noticed `at` (UTC).

    `source` gave the new values, `replaced` the old ones; `time` is when the bar begins, in UTC epoch seconds.
    """

    symbol: str
    session: dt.date
    at: dt.datetime
    source: str
    changes: tuple[Change, ...]
    time: int
    replaced: str = ""
    interval: str = "1d"


@dataclass(frozen=True, slots=True)
class Merged:
    """What one merge did, in bars.

    `added` are new; `settled` were in progress before and are final now; `unchanged` said nothing new;
    `refreshed` are bars in progress that moved; `revisions` are final bars whose prices changed;
    `volumes_changed` final bars of which only the volume did; `kept` stored bars that another source
    disagrees with; `duplicates` bars received more than once, of which the last counted; `unsorted` says whether
    they came out of order.
    """

    symbol: str
    added: int = 0
    settled: int = 0
    unchanged: int = 0
    revisions: tuple[Revision, ...] = ()
    refreshed: int = 0
    volumes_changed: int = 0
    kept: int = 0
    duplicates: int = 0
    unsorted: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything stored is different now."""
        return bool(self.added or self.settled or self.revisions or self.refreshed or self.volumes_changed)


def slots_of(bars: Bars, interval: str) -> Seconds:
    """Return what makes a bar unique in its series: the session for daily bars, the instant for shorter ones."""
    if interval == "1d":
        return bars.session.astype("datetime64[D]").astype(np.int64) * _DAY
    return bars.time


def owner_of(source: str) -> str:
    """Return whose bars a source's are: what stands before a colon, so that all imports are one owner."""
    return source.partition(":")[0]


def in_order(bars: Bars, interval: str) -> tuple[Bars, int, bool]:
    """Return the bars sorted and each once, how many were duplicates, and whether they came unsorted.

    Of several bars for one slot the last received counts, but never one without a close over one with it,
    nor one in progress over a final one.
    """
    slots = slots_of(bars, interval)
    steps = np.diff(slots)
    if bool((steps > 0).all()):
        return bars, 0, False
    order = np.lexsort((np.arange(len(slots)), bars.final, bars.valid, slots))
    last = np.append(np.diff(slots[order]) != 0, True)
    rows = order[last]
    return bars[rows], len(slots) - len(rows), bool((steps < 0).any())


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What becomes of each newly fetched bar (aligned with them), and the values to be stored."""

    values: dict[str, Floats]
    final: Flags
    new: Flags
    settled: Flags
    refreshed: Flags
    revised: Flags
    volume_only: Flags
    kept: Flags

    @property
    def written(self) -> Flags:
        """Which bars have to be written."""
        return self.new | self.settled | self.refreshed | self.revised | self.volume_only


def judge(fetched: Bars, stored: Bars, known: Flags, may_replace: Flags) -> Verdicts:
    """Compare fetched bars with the stored ones of the same slot.

    `stored` is aligned with `fetched` (anything where not `known`); `may_replace` says where the stored bar
    is the writer's own, or the writer is the series' primary source.  A missing value never replaces a number.
    """
    values = {name: _filled(fetched, stored, known, name) for name in (*PRICES, "volume")}
    moved = np.zeros(len(fetched), np.bool_)
    for name in PRICES:
        moved |= _differs(values[name], getattr(stored, name))
    volume = _differs(values["volume"], stored.volume)
    was_final = known & stored.final
    open_before = known & ~stored.final
    same_rank = was_final & fetched.final
    return Verdicts(
        values=values,
        final=fetched.final | was_final,
        new=~known,
        settled=open_before & fetched.final,
        refreshed=open_before & ~fetched.final & (moved | volume),
        revised=same_rank & moved & may_replace,
        volume_only=same_rank & ~moved & volume & may_replace,
        kept=same_rank & moved & ~may_replace,
    )


def changes(verdicts: Verdicts, stored: Bars, row: int) -> tuple[Change, ...]:
    """Return the fields of a revised bar that changed, old beside new."""
    return tuple(
        Change(name, _number(getattr(stored, name)[row]), _number(verdicts.values[name][row]))
        for name in (*PRICES, "volume")
        if _differs(verdicts.values[name][row : row + 1], getattr(stored, name)[row : row + 1])[0]
    )


def _filled(fetched: Bars, stored: Bars, known: Flags, name: str) -> Floats:
    new: Floats = getattr(fetched, name)
    old: Floats = getattr(stored, name)
    return np.where(known & np.isnan(new), old, new)


def _differs(new: Floats, old: Floats) -> Flags:
    """Return where two columns differ by more than a float32's worth of noise; two missing values are equal."""
    differs: Flags = ~np.isclose(new, old, rtol=_NOISE, atol=0.0, equal_nan=True)
    return differs


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
