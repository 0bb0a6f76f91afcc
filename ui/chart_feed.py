"""What the charts show decides what is fetched in the course of a day, and only while it can be seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot

from data.catalog import asset_for
from models.intraday import Intraday
from models.intraday_market import IntradayMarket
from models.live import LiveFeed
from models.resample import is_intraday
from ui.charts.linked import LinkedCharts
from ui.window import MainWindow


class ChartFeed(QObject):
    """Keeps the bars on the charts fed: those shorter than a day, and the one in progress.

    While the window is hidden nothing is fetched for it.
    """

    def __init__(self, window: MainWindow, charts: LinkedCharts, market: IntradayMarket, live: LiveFeed) -> None:
        super().__init__(window)
        self._window, self._charts = window, charts
        self._market, self._live = market, live
        self._told: set[str] = set()
        charts.wanted_changed.connect(self._follow)
        market.changed.connect(self._show)
        live.ticked.connect(charts.show_tick)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin when the window is shown, and end when it is hidden."""
        if watched is self._window and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._feed(seen=event.type() == QEvent.Type.Show)
        return False

    @Slot()
    def _follow(self) -> None:
        self._told.clear()
        self._feed(seen=self._window.isVisible())

    def _feed(self, *, seen: bool) -> None:
        assets, period = tuple(asset_for(symbol) for symbol in self._charts.symbols), self._charts.period
        if seen:
            self._live.show(assets, period)
        else:
            self._live.rest()
        if seen and is_intraday(period):
            self._market.show(assets, period)
        else:
            self._market.rest()

    @Slot(object)
    def _show(self, intraday: Intraday) -> None:
        """Show the bars, and say once what keeps them from being new; an empty pane says it itself."""
        self._charts.show_intraday(intraday)
        for view in intraday.views.values():
            if view.problem and len(view.bars) and view.problem not in self._told:
                self._told.add(view.problem)
                self._window.toast(view.problem, "warning")
