"""Snapshots and mouse events for the tests of the charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from data.bars import Bars
from data.catalog import BITCOIN, ETHER, RUSSELL_2000
from models.snapshot import AssetView, Snapshot, World
from tests.support.views import bars_of, view_of
from ui.charts.linked import LinkedCharts

DAY = 86_400
SYMBOLS = ("^RUT", "BTC-USD", "ETH-USD")


def days_of(closes: Sequence[float], first: dt.date = dt.date(2020, 1, 1), *, final: bool = True) -> Bars:
    """Return bars round the clock, one a day from 00:00 UTC, five per cent high and low of the close."""
    close = np.array(closes, np.float64)
    session = np.datetime64(first, "D") + np.arange(len(close))
    flags = np.ones(len(close), np.bool_)
    flags[-1:] = final
    time = session.astype("datetime64[s]").astype(np.int64)
    return Bars(time, session, close * 0.99, close * 1.05, close * 0.95, close, np.ones(len(close)), flags)


def climbing(count: int) -> list[float]:
    """Return closes that rise, fall for thirty bars after each sixty, and break their high again."""
    return [100.0 + i - (40.0 if i % 90 >= 60 else 0.0) for i in range(count)]


def snapshot_of(*views: AssetView, world: World = "real") -> Snapshot:
    """Return a snapshot of these assets."""
    assets = MappingProxyType({view.asset.symbol: view for view in views})
    return Snapshot(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), assets, world)


def three_markets(count: int = 900) -> Snapshot:
    """Return the leader with breaks of its high, and two coins, over the same time."""
    coins = [200.0 + 50 * np.sin(i / 30) for i in range(count)]
    return snapshot_of(
        view_of(bars_of(climbing(count * 5 // 7)), RUSSELL_2000),
        view_of(days_of(coins, dt.date(2020, 1, 6)), BITCOIN),
        view_of(days_of([2 * c for c in coins], dt.date(2020, 1, 6)), ETHER),
    )


def turn_wheel(charts: LinkedCharts, at: QPointF, notches: float) -> None:
    """Turn the wheel over a point of the view, upwards for positive notches."""
    viewport = charts.view.viewport()
    event = QWheelEvent(
        at, viewport.mapToGlobal(at), QPoint(), QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)
