"""The windows beside the charts, the evidence lab and the economy: each is made when it is first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from models.desk import Desk
from models.jobs import Jobs
from models.market import Market
from ui.theme import Theme
from ui.window import MainWindow

if TYPE_CHECKING:
    from ui.lab.lab_room import LabRoom


class Rooms(QObject):
    """Belongs to one window, to which it brings what is clicked in the rooms."""

    def __init__(self, desk: Desk, jobs: Jobs, market: Market, theme: Theme, window: MainWindow) -> None:
        super().__init__(window)
        self._parts, self._theme, self._window = (desk, jobs, market), theme, window
        self._lab: LabRoom | None = None
        self._economy: LabRoom | None = None
        window.study_requested.connect(self.open_lab)
        window.economy_requested.connect(self.open_economy)

    @Slot(int)
    def open_lab(self, page: int) -> None:
        """Show a page of the evidence lab."""
        if self._lab is None:
            from ui.lab.lab_room import LabRoom

            self._lab = self._at_work(LabRoom(*self._parts, self._theme, self._window))
        self._lab.open(page)

    @Slot(int)
    def open_economy(self, page: int) -> None:
        """Show a page of the economy."""
        if self._economy is None:
            from ui.economy.pages import PAGES
            from ui.lab.lab_room import LabRoom

            room = LabRoom(*self._parts, self._theme, self._window, title="Economy", pages=PAGES)
            self._economy = self._at_work(room)
        self._economy.open(page)

    def renew(self) -> None:
        """Have the pages on show ask again: what is stored of the economy has changed."""
        for room in self._made():
            room.renew()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        for room in self._made():
            room.set_theme(theme)

    def stop(self) -> None:
        """End all work."""
        for room in self._made():
            room.stop()

    def _made(self) -> list[LabRoom]:
        return [room for room in (self._lab, self._economy) if room is not None]

    def _at_work(self, room: LabRoom) -> LabRoom:
        room.zoom_requested.connect(self._window.zoom_to)
        room.told.connect(self._window.toast)
        return room
