"""How the window is laid out: head, band, watchlist, charts, panels, status line."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from models.snapshot import World
from ui.card import label
from ui.chart_bar import ChartBar, TopBar
from ui.first_minute import FirstMinute
from ui.panels import Panels
from ui.status import StatusLine
from ui.theme import Theme
from ui.watchlist import Watchlist
from ui.wording import WORLD_BANDS


class Frame(QWidget):
    """Places the parts it is given; knows nothing of what they show."""

    def __init__(
        self,
        top: TopBar,
        watchlist: Watchlist,
        charts: QWidget,
        first_minute: FirstMinute,
        panels: Panels,
        status: StatusLine,
        actions: Mapping[str, QAction],
        theme: Theme,
    ) -> None:
        super().__init__()
        self.bar = ChartBar(theme, actions)
        self._panels = panels
        self._panels_wanted = True
        self._stack = QStackedWidget()
        self._stack.addWidget(first_minute)
        self._stack.addWidget(charts)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setContentsMargins(8, 8, 8, 0)
        self._split.setHandleWidth(8)
        for number, part in enumerate((watchlist, self._centre(), panels)):
            self._split.addWidget(part)
            self._split.setStretchFactor(number, 1 if number == 1 else 0)
        self._split.setCollapsible(1, False)
        self._band = label("", "band")
        self._band.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._band.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._band)
        self._controls = QVBoxLayout()
        column.addLayout(self._controls)
        column.addWidget(self._split, 1)
        column.addWidget(status)

    def _centre(self) -> QWidget:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        return centre

    def show_world(self, world: World) -> None:
        """Say across the whole window that its prices are made up, or of the past."""
        self._band.setText(WORLD_BANDS.get(world, ""))
        self._band.setVisible(world != "real")

    def add_controls(self, bar: QWidget) -> None:
        """Place a bar of controls below the band, across the whole window."""
        self._controls.setContentsMargins(8, 8, 8, 8)
        self._controls.addWidget(bar)

    def show_charts(self, there_are_prices: bool) -> None:
        """Show the charts, or what to do while there is nothing to draw."""
        self._stack.setCurrentIndex(1 if there_are_prices else 0)
        self.bar.setVisible(there_are_prices)
        self._panels.setVisible(there_are_prices and self._panels_wanted)

    def show_panels(self, wanted: bool) -> None:
        """Show or hide the panels on the right; without prices they stay hidden."""
        self._panels_wanted = wanted
        self._panels.setVisible(wanted and self._stack.currentIndex() == 1)

    def focus_charts(self) -> None:
        """Give the keyboard to what stands in the middle."""
        middle = self._stack.currentWidget()
        if middle is not None:
            middle.setFocus()

    def state(self) -> QByteArray:
        """Return the widths of the panels, to be kept."""
        return self._split.saveState()

    def restore(self, state: QByteArray) -> None:
        """Bring back widths that were kept."""
        self._split.restoreState(state)
