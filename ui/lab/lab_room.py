"""The evidence lab at work: opens its window, has its questions answered, and brings the charts to what is clicked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from data.source import Cancelled
from data.whole_file import replace_text
from models.desk import Desk
from models.jobs import Jobs
from models.lab.asking import Request
from models.market import Market
from models.snapshot import Snapshot
from ui.lab.analogs_page import AnalogsPage
from ui.lab.claims_page import ClaimsPage
from ui.lab.cycles_page import CyclesPage
from ui.lab.event_page import EventPage
from ui.lab.lab_desk import LabDesk
from ui.lab.lab_window import LabWindow
from ui.lab.lead_lag_page import LeadLagPage
from ui.lab.liquidity_page import LiquidityPage
from ui.lab.page import Page
from ui.lab.presentation import Presentation
from ui.lab.probability_page import ProbabilityPage
from ui.lab.report import html_report
from ui.lab.scan_page import ScanPage
from ui.lab.within_page import WithinPage
from ui.theme import Theme, load_theme

PAGES = (
    EventPage,
    LeadLagPage,
    CyclesPage,
    ProbabilityPage,
    AnalogsPage,
    ClaimsPage,
    ScanPage,
    LiquidityPage,
    WithinPage,
)


class LabRoom(QObject):
    """Belongs to one window; `zoom_requested` has a symbol and session to show on the charts, `told` a sentence."""

    zoom_requested = Signal(str, object)
    told = Signal(str)

    def __init__(
        self,
        desk: Desk,
        jobs: Jobs,
        market: Market,
        theme: Theme,
        parent: QWidget,
        *,
        title: str = "Evidence lab",
        pages: Sequence[Callable[[Theme], Page]] = PAGES,
    ) -> None:
        super().__init__(parent)
        self._world, self._clock, self._jobs, self._market = desk.world, desk.parts.clock, jobs, market
        self.desk = LabDesk(desk, jobs, self)
        self.window = LabWindow(title, [page(theme) for page in pages], desk.world, parent)
        for page in self.window.pages:
            page.asked.connect(self._ask)
            page.stopped.connect(self.desk.cancel)
            page.zoom_requested.connect(self.zoom_requested)
            page.report_wanted.connect(self._save)
        self.window.turned.connect(self._fill)
        self.desk.answered.connect(self._show)
        self.desk.refused.connect(self._refuse)
        self.desk.progressed.connect(self._progress)
        market.changed.connect(self._follow)

    def open(self, number: int = 0) -> None:
        """Show a page."""
        self.window.turn_to(number)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._fill(self.window.page())

    def renew(self) -> None:
        """Ask again, as figures that the page shows have changed."""
        if self.window.isVisible():
            self.window.page().touch()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.window.set_theme(theme)

    def stop(self) -> None:
        """End all work."""
        self.desk.stop()

    @Slot(object)
    def _fill(self, page: Page) -> None:
        page.show_choices([view.asset for view in self._market.snapshot.assets.values() if len(view.bars)])
        if self.window.isVisible():
            page.ask()

    @Slot(object)
    def _follow(self, _snapshot: Snapshot) -> None:
        """Ask again as prices change; the same settled bars have the same answer at once."""
        self.renew()

    @Slot(object)
    def _ask(self, request: Request[Any]) -> None:
        self.desk.ask(request, self._market.snapshot.assets)

    @Slot(object, object)
    def _show(self, request: Request[Any], result: object) -> None:
        self.window.page().show_result(request, result)

    @Slot(object, str)
    def _refuse(self, request: Request[Any], text: str) -> None:
        self.window.page().show_refusal(request, text)

    @Slot(object, float, str)
    def _progress(self, _request: Request[Any], done: float, doing: str) -> None:
        self.window.page().show_progress(done, doing)

    @Slot(object)
    def _save(self, shown: Presentation) -> None:
        """Ask where to, and write the page as one file."""
        name, _ = QFileDialog.getSaveFileName(self.window, "Save as report", f"{shown.title}.html", "HTML (*.html)")
        if name:
            text = html_report([shown], load_theme("light"), self._world, self._clock())
            self._jobs.run(partial(_write, Path(name), text), self.told.emit)


def _write(path: Path, text: str, _cancelled: Cancelled) -> str:
    try:
        replace_text(path, text)
    except OSError as error:
        return f"The report could not be written to {path.name}: {error.strerror}. Nothing was changed there."
    return f"The report is in {path.name}."
