"""What tests of the window need: charts that note what is asked of them, and a market of a few bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from data.bars import BarRow, Bars
from data.catalog import Asset, asset_for
from data.settings import Settings
from models.audit import Audit
from models.breakout import BreakRule, State, breaks
from models.highs import all_time_high, running_highs
from models.snapshot import AssetView, Snapshot, World
from ui.charts.shown import Shown
from ui.theme import apply_theme, load_theme
from ui.window import Closing, MainWindow

NOW = dt.datetime(2026, 3, 3, 22, 31, tzinfo=dt.UTC)
LAST = dt.date(2026, 3, 2)
SYMBOLS = ("^RUT", "BTC-USD", "ETH-USD", "SOL-USD", "^GSPC")


class NotedCharts(QWidget):
    """Stands for the charts: `asked` lists each call with its arguments."""

    marker_clicked = Signal(str, object)
    range_changed = Signal(object)
    shown_changed = Signal()
    wanted_changed = Signal()
    levels_changed = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Any, ...]] = []
        self.preset: str | None = "5Y"
        self.period = "day"

    def shown(self) -> Shown:
        return Shown()

    def __getattr__(self, name: str) -> Any:
        if (
            name.startswith(("set_", "show_", "zoom", "pan_", "walk", "back", "forward", "measure", "turn_"))
            or "_level" in name
        ):
            return lambda *given: self.asked.append((name, *given))
        raise AttributeError(name)


def some_bars(closes: Sequence[float], last: dt.date = LAST, *, live: bool = False) -> Bars:
    """Daily bars with these closes, the last on `last`; the last one in progress where `live`."""
    first = last - dt.timedelta(days=len(closes) - 1)
    rows = []
    for number, close in enumerate(closes):
        day = first + dt.timedelta(days=number)
        start = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
        final = not (live and number == len(closes) - 1)
        rows.append(BarRow(day, start, close, close * 1.01, close * 0.99, close, 0.0, final))
    return Bars.of(rows)


def wave(count: int = 400) -> list[float]:
    """Closes that rise, fall for long and rise to a new high again: one break, and then below it."""
    rise = np.linspace(100, 150, 60)
    fall = np.concatenate([np.linspace(149, 110, 100), np.linspace(110, 149, 100)])
    after = np.linspace(151, 160, count - 280)
    return [float(close) for close in np.concatenate([rise, fall, after, np.linspace(159, 156, 20)])]


def a_view(asset: Asset, bars: Bars, **changed: Any) -> AssetView:
    """An asset's view, fresh and whole unless told otherwise."""
    settled = bars.settled()
    highs = running_highs(settled, asset.tick)
    values: dict[str, Any] = {
        "asset": asset,
        "bars": bars,
        "source": "Yahoo",
        "fetched_at": NOW - dt.timedelta(minutes=4),
        "freshness": "fresh",
        "audit": Audit(),
        "highs": highs,
        "high": all_time_high(highs),
        "intraday_high": all_time_high(running_highs(settled, asset.tick, "high")),
        "breaks": breaks(highs, BreakRule()).events,
        "transitions": (),
        "state": State.NEAR,
    }
    return AssetView(**(values | changed))


def a_snapshot(
    symbols: Sequence[str] = SYMBOLS, *, world: World = "real", problems: tuple[str, ...] = (), **views: AssetView
) -> Snapshot:
    """A snapshot of these symbols; `views` replace the usual ones, by symbol without its punctuation."""
    assets = {}
    for symbol in symbols:
        plain = "".join(letter for letter in symbol if letter.isalnum())
        assets[symbol] = views.get(plain) or a_view(asset_for(symbol), some_bars(wave()))
    return Snapshot(NOW, MappingProxyType(assets), world, problems)


def nothing_stored(problems: tuple[str, ...] = ()) -> Snapshot:
    """A snapshot before anything was ever fetched."""
    views = {
        symbol: a_view(
            asset_for(symbol), Bars.empty(), fetched_at=None, freshness="unusable", source="", state=State.WARMUP
        )
        for symbol in SYMBOLS
    }
    return Snapshot(NOW, MappingProxyType(views), "real", problems)


def a_window(qtbot: QtBot, folder: Path, *, closing: Closing = "quit", settings: Settings | None = None) -> MainWindow:
    """A window on show, with noted charts and nothing shown yet."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme = load_theme("dark")
    apply_theme(app, theme)
    layout = QSettings(str(folder / "layout.ini"), QSettings.Format.IniFormat)
    window = MainWindow(
        NotedCharts(),
        theme=theme,
        settings=settings or Settings(),
        clock=lambda: NOW,
        layout=layout,
        on_close=lambda: closing,
    )
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window
