"""What the chart commands ask of the charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot
from PySide6.QtGui import QAction

from data.levels import Level
from models.resample import Period, is_intraday
from models.snapshot import Snapshot
from ui.charts.shown import Shown
from ui.commands import PERIODS, STYLES
from ui.ranges import RANGES, ranges_for
from ui.theme import Theme


class Charts(Protocol):
    """The charts as the window knows them; also a QWidget."""

    marker_clicked: SignalInstance
    range_changed: SignalInstance
    shown_changed: SignalInstance
    wanted_changed: SignalInstance

    @property
    def period(self) -> Period:
        """How long each bar is."""
        ...

    levels_changed: SignalInstance

    @property
    def preset(self) -> str | None:
        """The range in force, or None once it was changed by hand."""
        ...

    def shown(self) -> Shown:
        """Return the bars in view, as figures."""
        ...

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what is known at one moment."""
        ...

    def set_panes(self, symbols: Sequence[str]) -> None:
        """Show one chart for each symbol, from top to bottom."""
        ...

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        ...

    def set_preset(self, name: str) -> None:
        """Show a range: "1D" to "10Y", "YTD" or "Max"."""
        ...

    def set_period(self, period: Any) -> None:  # noqa: ANN401
        """Make each bar a "day", a "week" or a "month", or as short as "1m", "5m", "15m" or "1h"."""
        ...

    def set_style(self, style: str) -> None:
        """Draw a "line", an "area", a "candle" or an "ohlc" bar."""
        ...

    def set_scale(self, scale: str) -> None:
        """Use a "linear", a "log" or a "percent" scale."""
        ...

    def set_clock(self, clock: str) -> None:
        """Tell times of day in "utc" or by the "exchange"."""
        ...

    def show_volume(self, on: bool) -> None:
        """Show what was traded."""
        ...

    def show_bands(self, on: bool) -> None:
        """Show the regimes behind the prices."""
        ...

    def show_measure(self, measure: Any, on: bool) -> None:  # noqa: ANN401
        """Add a pane with the "ratio", the "drawdown" or the "correlation"."""
        ...

    def set_compare(self, on: bool) -> None:
        """Put all assets into one pane, or back."""
        ...

    def zoom_to(self, symbol: str, session: dt.date) -> None:
        """Bring all panes to a session."""
        ...

    def back(self) -> None:
        """Return to the range before."""
        ...

    def forward(self) -> None:
        """Go on to the range after."""
        ...

    def zoom_in(self) -> None:
        """Show a shorter time."""
        ...

    def zoom_out(self) -> None:
        """Show a longer time."""
        ...

    def pan_left(self) -> None:
        """Move to earlier dates."""
        ...

    def pan_right(self) -> None:
        """Move to later dates."""
        ...

    def measure(self) -> None:
        """Begin or end measuring at the crosshair."""
        ...

    def walk(self, step: int) -> None:
        """Read the bar `step` bars on."""
        ...

    def set_correlation_window(self, returns: int) -> None:
        """Look back on so many returns in a rolling correlation."""
        ...

    def turn_ratio(self, on: bool) -> None:
        """Put the first asset above the line of the ratio, or the second."""
        ...

    def set_levels(self, symbol: str, levels: Sequence[Level]) -> None:
        """Draw an asset's horizontal levels."""
        ...

    def add_level(self, price: float | None = None) -> None:
        """Add a level at a price, or at the pointer or the crosshair."""
        ...

    def choose_level(self) -> None:
        """Choose the next level for the keys."""
        ...

    def type_level(self) -> None:
        """Let the user type the price of the chosen level."""
        ...

    def remove_level(self) -> None:
        """Remove the chosen level."""
        ...

    def undo_level(self) -> None:
        """Take back the last change of a level."""
        ...


def chart_handlers(charts: Charts, actions: Mapping[str, QAction]) -> dict[str, Callable[[], None]]:
    """Return what each chart command does; on and off are read from `actions` when the time comes."""
    handlers: dict[str, Callable[[], None]] = {f"range_{name}": partial(charts.set_preset, name) for name in RANGES}
    handlers |= {f"period_{name}": partial(charts.set_period, name) for name in PERIODS}
    handlers |= {f"style_{name}": partial(charts.set_style, name) for name in STYLES}
    handlers |= {name: partial(_measure, charts, actions, name) for name in ("ratio", "drawdown", "correlation")}
    return handlers | {
        "log": partial(_scale, charts, actions, "log", "percent"),
        "percent": partial(_scale, charts, actions, "percent", "log"),
        "exchange_time": lambda: charts.set_clock("exchange" if actions["exchange_time"].isChecked() else "utc"),
        "ratio_turned": lambda: charts.turn_ratio(actions["ratio_turned"].isChecked()),
        "volume": lambda: charts.show_volume(actions["volume"].isChecked()),
        "bands": lambda: charts.show_bands(actions["bands"].isChecked()),
        "compare": lambda: charts.set_compare(actions["compare"].isChecked()),
        "back": charts.back,
        "forward": charts.forward,
        "zoom_in": charts.zoom_in,
        "zoom_out": charts.zoom_out,
        "pan_left": charts.pan_left,
        "pan_right": charts.pan_right,
        "measure": charts.measure,
        "bar_before": partial(charts.walk, -1),
        "bar_after": partial(charts.walk, 1),
        "add_level": charts.add_level,
        "next_level": charts.choose_level,
        "type_level": charts.type_level,
        "remove_level": charts.remove_level,
        "undo_level": charts.undo_level,
    }


def _measure(charts: Charts, actions: Mapping[str, QAction], name: str) -> None:
    charts.show_measure(name, actions[name].isChecked())


def _scale(charts: Charts, actions: Mapping[str, QAction], chosen: str, other: str) -> None:
    """Use the chosen scale while its command is on, the linear one when it is off; the other scale is off then."""
    actions[other].setChecked(False)
    charts.set_scale(chosen if actions[chosen].isChecked() else "linear")


class RangeMark(QObject):
    """Marks the range command in force, and none once the range was changed by hand."""

    def __init__(self, charts: Charts, actions: Mapping[str, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._charts = charts
        self._actions = actions
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._mark)
        charts.range_changed.connect(self._on_range)

    @Slot(object)
    def _on_range(self, _times: object) -> None:
        self._later.start(0)

    @Slot()
    def _mark(self) -> None:
        for name in RANGES:
            self._actions[f"range_{name}"].setChecked(name == self._charts.preset)


class PeriodMark(QObject):
    """Marks the command of the bars on show, and offers those ranges that such bars can fill."""

    def __init__(self, charts: Charts, actions: Mapping[str, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._charts = charts
        self._actions = actions
        charts.wanted_changed.connect(self._mark)
        self._mark()

    @Slot()
    def _mark(self) -> None:
        self._actions[f"period_{self._charts.period}"].setChecked(True)
        offered = ranges_for(short=is_intraday(self._charts.period))
        for name in RANGES:
            self._actions[f"range_{name}"].setEnabled(name in offered)
