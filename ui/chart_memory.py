"""How the charts were looked at last, kept with the window's layout and brought back before the first paint."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction

from models.resample import is_intraday
from ui.chart_commands import Charts
from ui.commands import PERIODS, STYLES
from ui.ranges import RANGES

SWITCHES = (
    "log", "percent", "volume", "bands", "exchange_time", "compare", "ratio", "drawdown", "correlation",
    "ratio_turned", "show_watchlist", "show_cards",
)  # fmt: skip
_MEANT = {"true": True, "false": False}


class ChartMemory:
    """Keeps length and style of the bars, the range by its name, and every switch of the charts.

    Everything goes through the commands, so what is kept and makes no sense any more is ignored as they would, and
    their marks are right.  Days and shorter bars have a range each; one that was changed by hand has no name, and the
    last one with a name is kept instead.
    """

    def __init__(self, layout: QSettings, charts: Charts, actions: Mapping[str, QAction]) -> None:
        self._layout = layout
        self._charts = charts
        self._actions = actions
        self._ranges = {"range": "", "short_range": ""}
        for name in (*(f"range_{each}" for each in RANGES), *(f"period_{each}" for each in PERIODS)):
            actions[name].triggered.connect(self._note)
        self._note()

    def restore(self) -> None:
        """Give the commands that lead to what was kept; call it once, when the charts have their first settings."""
        self._choose("range", RANGES, self._kept("range"))
        self._choose("period", PERIODS, self._kept("period"))
        if is_intraday(self._charts.period):
            self._choose("range", RANGES, self._kept("short_range"))
        self._choose("style", STYLES, self._kept("style"))
        for name in SWITCHES:
            wanted = _MEANT.get(self._kept(name))
            if wanted is not None and wanted is not self._actions[name].isChecked():
                self._actions[name].trigger()

    def save(self) -> None:
        """Keep how things are now."""
        for group, names in (("period", PERIODS), ("style", STYLES)):
            chosen = next((name for name in names if self._actions[f"{group}_{name}"].isChecked()), "")
            self._layout.setValue(f"charts/{group}", chosen)
        self._note()
        for name, kept in self._ranges.items():
            self._layout.setValue(f"charts/{name}", kept)
        for name in SWITCHES:
            self._layout.setValue(f"charts/{name}", self._actions[name].isChecked())

    def _kept(self, name: str) -> str:
        value = self._layout.value(f"charts/{name}")
        return str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else ""

    def _choose(self, group: str, names: tuple[str, ...], name: str) -> None:
        if name in names:
            self._actions[f"{group}_{name}"].trigger()

    def _note(self, _checked: bool = False) -> None:
        """Remember the name of the range in force, if it has one."""
        kind = "short_range" if is_intraday(self._charts.period) else "range"
        self._ranges[kind] = self._charts.preset or self._ranges[kind]
