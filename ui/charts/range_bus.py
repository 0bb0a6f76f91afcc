"""The one time range that all panes show, and the way back to the ranges shown before."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

HISTORY = 100


@dataclass(frozen=True, slots=True)
class TimeRange:
    """What is in view, from `first` to `last`, in UTC epoch seconds."""

    first: float
    last: float

    def __post_init__(self) -> None:
        if not self.last > self.first:
            raise ValueError(f"a time range must end after it begins: {self.first} to {self.last}")

    @property
    def span(self) -> float:
        """Its length in seconds."""
        return self.last - self.first

    def moved(self, seconds: float) -> TimeRange:
        """Return the range shifted into the future (negative: into the past)."""
        return TimeRange(self.first + seconds, self.last + seconds)

    def zoomed(self, factor: float, anchor: float) -> TimeRange:
        """Return the range made longer by `factor` about the instant `anchor`, which keeps its place."""
        first = anchor - (anchor - self.first) * factor
        return TimeRange(first, first + self.span * factor)


@dataclass(frozen=True, slots=True)
class Extent:
    """The first and last instant with a bar, and the shortest span worth showing, in seconds."""

    first: float
    last: float
    least_span: float = 5 * 86_400.0

    def clamped(self, wanted: TimeRange) -> TimeRange:
        """Return the nearest range that is neither too short nor too long and still shows some bars."""
        longest = max((self.last - self.first) * 1.2, self.least_span)
        span = min(max(wanted.span, self.least_span), longest)
        first = wanted.first if span == wanted.span else (wanted.first + wanted.last - span) / 2
        earliest = self.first - span * 0.9
        latest = self.last - span * 0.1
        first = min(max(first, earliest), latest)
        return TimeRange(first, first + span)


class RangeBus(QObject):
    """Holds the range, remembers the earlier ones, and tells whoever shows it.

    Every gesture goes through `show`.  Calls in a row with the same `gesture` make one step in the history, until
    `settle` ends it: a drag is one step, however many events it was made of.
    """

    changed = Signal(object)  # TimeRange

    def __init__(self, start: TimeRange, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._range = start
        self._extent: Extent | None = None
        self._past: list[TimeRange] = []
        self._future: list[TimeRange] = []
        self._gesture: Hashable = None

    @property
    def range(self) -> TimeRange:
        """What is in view now."""
        return self._range

    @property
    def can_go_back(self) -> bool:
        """Whether an earlier range is remembered."""
        return bool(self._past)

    @property
    def can_go_forward(self) -> bool:
        """Whether `back` has been taken and not been followed by a new range."""
        return bool(self._future)

    def set_extent(self, extent: Extent | None) -> None:
        """Say where there are bars; the range in view follows at the next gesture."""
        self._extent = extent

    def show(self, wanted: TimeRange, *, gesture: Hashable = None) -> None:
        """Show the range, or what of it is possible, and remember the one before."""
        after = self._extent.clamped(wanted) if self._extent else wanted
        if after == self._range:
            return
        if gesture is None or gesture != self._gesture:
            self._past = [*self._past, self._range][-HISTORY:]
            self._future.clear()
        self._gesture = gesture
        self._set(after)

    def follow(self, after: TimeRange) -> None:
        """Show the range without a step in the history: the data moved, not the user."""
        if after != self._range:
            self._set(after)

    def settle(self) -> None:
        """End the gesture in progress; the next one is a step of its own."""
        self._gesture = None

    def zoom(self, factor: float, anchor: float, *, gesture: Hashable = None) -> None:
        """Make the range longer by `factor` about an instant, which keeps its place while there is room."""
        longest = self._longest()
        factor = min(max(factor, self._least() / self._range.span), longest / self._range.span)
        self.show(self._range.zoomed(factor, anchor), gesture=gesture)

    def pan(self, seconds: float, *, gesture: Hashable = None) -> None:
        """Move into the future by so many seconds (negative: into the past)."""
        self.show(self._range.moved(seconds), gesture=gesture)

    def back(self) -> None:
        """Return to the range before the last step."""
        self._travel(self._past, self._future)

    def forward(self) -> None:
        """Take back one `back`."""
        self._travel(self._future, self._past)

    def _travel(self, source: list[TimeRange], target: list[TimeRange]) -> None:
        self.settle()
        if source:
            target.append(self._range)
            self._set(source.pop())

    def _set(self, after: TimeRange) -> None:
        self._range = after
        self.changed.emit(after)

    def _least(self) -> float:
        return self._extent.least_span if self._extent else 1.0

    def _longest(self) -> float:
        if self._extent is None:
            return float("inf")
        return max((self._extent.last - self._extent.first) * 1.2, self._extent.least_span)
