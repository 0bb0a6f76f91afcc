"""Saving what the charts show: asks for a place, and hands over what makes the file's bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from data.bars import Bars
from ui.charts.linked import LinkedCharts
from ui.charts.picture import charts_image, charts_svg, png_bytes
from ui.charts.shown import Shown, ShownBars
from ui.theme import Theme

PICTURES = {"PNG picture (*.png)": "png", "SVG drawing (*.svg)": "svg"}
PRICES = {"CSV table (*.csv)": "csv"}
NOTHING = "There are no prices in view, so there is nothing to save."


class Saving(QObject):
    """`requested` has the path of a file and a function that returns its bytes, safe in any thread.

    What is saved is what the charts show at the moment the place is chosen.
    """

    requested = Signal(str, object)
    refused = Signal(str)

    def __init__(self, charts: LinkedCharts, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._charts = charts
        self._window = window
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Save pictures in another theme."""
        self._theme = theme

    def ask_picture(self) -> None:
        """Ask where to save a picture of the charts."""
        self._ask("Save the picture", PICTURES, self.save_picture)

    def ask_prices(self) -> None:
        """Ask where to save the prices in view."""
        self._ask("Save the prices in view", PRICES, self.save_prices)

    def save_picture(self, path: str) -> None:
        """Save a picture of the charts, drawn as the name asks for."""
        kind = Path(path).suffix.lower()
        if kind == ".svg":
            drawing = charts_svg(self._charts, self._theme)
            self.requested.emit(path, lambda: drawing)
        elif kind == ".png":
            self.requested.emit(path, partial(png_bytes, charts_image(self._charts, self._theme)))
        else:
            self.refused.emit(f"{Path(path).name} must end in .png or .svg, which says how to draw it.")

    def save_prices(self, path: str) -> None:
        """Save the closes in view side by side."""
        self.requested.emit(path, prices_of(self._charts.shown()))

    def _ask(self, title: str, kinds: dict[str, str], chosen: Callable[[str], None]) -> None:
        shown = self._charts.shown()
        if not any(len(each) for each in shown.bars):
            self.refused.emit(NOTHING)
            return
        dialog = QFileDialog(self._window, title, str(Path.home()), ";;".join(kinds))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(next(iter(kinds.values())))
        dialog.selectFile(f"{file_name(shown)}.{dialog.defaultSuffix()}")
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(kinds[name]))
        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def file_name(shown: Shown) -> str:
    """Return a name that says what is inside: "RUT BTC-USD to 2025-11-21", after its world where that is not real."""
    symbols = " ".join(each.asset.symbol.removeprefix("^") for each in shown.bars if not each.measure)
    last = max(each.shown.session[-1] for each in shown.bars if len(each))
    return f"{f'{shown.world} ' if shown.world != 'real' else ''}{symbols} to {last}".replace("/", "-")


def prices_of(shown: Shown) -> Callable[[], bytes]:
    """Return what makes the CSV of these bars, to be called in a worker."""
    from data.chart_file import ChartColumn, chart_csv  # late: only saving needs it

    columns = [
        ChartColumn(each.asset.symbol, each.asset.currency, each.source, plain_bars(each), _title(each))
        for each in shown.bars
    ]
    spacing = shown.bars[0].period if shown.bars else "day"
    return lambda: chart_csv(columns, spacing).encode()


def plain_bars(each: ShownBars) -> Bars:
    """Return the bars in view; closes that are fractions of a high as percents below it."""
    bars = each.shown
    return bars if each.unit != "fraction" else replace(bars, close=100 * (bars.close - 1))


def _title(each: ShownBars) -> str:
    """Return the head of a column of what is worked out from prices; empty for prices themselves."""
    if not each.measure:
        return ""
    return f"{each.asset.symbol}: {each.measure}" + (" (%)" if each.unit == "fraction" else "")
