"""The page on stretches that look like the last one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox

from models.lab.analogs import DAYS, DAYS_AFTER, WEEKS, WEEKS_AFTER, AnalogsRequest
from models.lab.asking import Request
from ui.lab.analogs_presentation import present
from ui.lab.page import AssetPage
from ui.theme import Theme

_IN_DAYS = ((DAYS, 180), DAYS, (30, DAYS_AFTER, 180), DAYS_AFTER)
_IN_WEEKS = ((52, WEEKS), WEEKS, (4, 13, WEEKS_AFTER, 52), WEEKS_AFTER)


class AnalogsPage(AssetPage):
    """Any asset's last stretch, against its own past in bars or that of another in weeks."""

    title = "Analogs"
    captions = ("Look in the past of", "for what is like")
    usual = ("BTC-USD", "BTC-USD")

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, present)

    def make_more(self) -> None:
        """Add the lengths."""
        self.length = self.add_choice("Length", ())
        self.horizon = self.add_choice("What came after", ())
        self._offer(*_IN_DAYS, unit="bars")
        for box in (self.leader, self.follower):
            box.currentIndexChanged.connect(self._fit_unit)

    def request(self) -> Request[Any] | None:
        """Return what is chosen."""
        history, query = self.leader.currentData(), self.follower.currentData()
        if not history or not query:
            return None
        return AnalogsRequest(query, history, self.length.currentData(), self.horizon.currentData())

    @Slot()
    def _fit_unit(self) -> None:
        """Offer weeks for two assets and bars for one, as the request counts them."""
        weekly = self.leader.currentData() != self.follower.currentData()
        if weekly != (self.length.findData(WEEKS) >= 0):
            self._offer(*(_IN_WEEKS if weekly else _IN_DAYS), unit="weeks" if weekly else "bars")

    def _offer(
        self, lengths: tuple[int, ...], length: int, horizons: tuple[int, ...], horizon: int, *, unit: str
    ) -> None:
        _fill(self.length, lengths, length, unit)
        _fill(self.horizon, horizons, horizon, unit)


def _fill(box: QComboBox, counts: tuple[int, ...], chosen: int, unit: str) -> None:
    box.blockSignals(True)
    box.clear()
    for count in counts:
        box.addItem(f"{count} {unit}", count)
    box.setCurrentIndex(box.findData(chosen))
    box.blockSignals(False)
