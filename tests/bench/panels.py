"""How long the economy's panels take from the store to the first paint, with forty years of made-up figures.

"read" is the figures out of the database (prices are in memory, as in the app), "work" what is computed, both in a
thread in the app; "show" is what the window is kept busy with until it is painted.  On a refresh the pieces are
replaced one a turn; "turn" is the longest of these (99 of 100): a frame of a chart waits no longer.  The reference
reads the same values with plain SQL and draws one line of 1,000 points for each picture.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPointF
from PySide6.QtGui import QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import QApplication

from data.database import Database
from data.macro_store import MacroStore
from data.store import Store
from models.lab.asking import Inputs
from tests.bench.report import options, say, tell
from tests.support.forty_years import NOW, histories, store_figures
from ui.economy.pages import PAGES
from ui.lab.page import Page
from ui.theme import apply_theme, load_theme

GOAL_MS = 100.0


@dataclass(frozen=True)
class Row:
    """Medians in milliseconds; `whole` is their sum, `ratio` how many times as long as the reference."""

    panel: str
    pictures: int
    read_ms: float
    work_ms: float
    show_ms: float
    turn_ms: float
    whole_ms: float
    reference_ms: float
    ratio: float
    goal_ms: float


def main() -> None:
    """Measure, and tell."""
    chosen = options(__doc__)
    app = QApplication([])
    theme = load_theme("dark")
    apply_theme(app, theme)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "figures.sqlite", NOW)
        database = store.database
        store_figures(MacroStore(database))
        rows = [measure(page(theme), database, 3 if chosen.quick else 15) for page in PAGES]
        store.close()
    tell("The economy's panels, forty years", rows, chosen.json)
    late = [row.panel for row in rows if row.whole_ms > GOAL_MS]
    say(f"over {GOAL_MS:.0f} ms: {', '.join(late) or 'none'}")


def measure(page: Page, database: Database, repeats: int) -> Row:
    """Return one panel's times, all years shown."""
    prices = histories()
    page.resize(1120, 820)
    page.show_choices([history.series.asset for history in prices.values()])
    years = page.years  # type: ignore[attr-defined]
    years.setCurrentIndex(years.count() - 1)
    page.show()
    QCoreApplication.processEvents()
    asked = page.request()
    assert asked is not None
    names = getattr(asked, "series", ())
    chosen = {symbol: prices[symbol] for symbol in asked.symbols}

    def read() -> Inputs:
        store = MacroStore(database)
        figures = {name: store.recorded(name) for name in names}
        return replace(Inputs(chosen, NOW), macro=figures, states=store.states(), maturities=store.maturities())

    def show() -> None:
        page.show_presentation(page.presented(found, asked))
        turn()

    def refresh() -> None:
        page.show_result(asked, found)
        turns.append(turn())
        while page.is_building():
            turns.append(turn())

    def turn() -> float:
        began = time.perf_counter()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        return 1000 * (time.perf_counter() - began)

    turns: list[float] = []
    inputs = read()
    found = asked.perform(inputs, lambda _done, _doing: None)
    show()
    shown = page.presentation()
    assert shown is not None
    times = [median(work, repeats) for work in (read, lambda: asked.perform(inputs, lambda _done, _doing: None), show)]
    page.show_result(asked, found)
    median(refresh, repeats)
    longest = float(np.percentile(turns, 99))
    plain = median(lambda: reference(database, names, len(shown.pictures)), repeats)
    page.close()
    return Row(page.title, len(shown.pictures), *times, longest, sum(times), plain, sum(times) / plain, GOAL_MS)


def reference(database: Database, names: tuple[str, ...], pictures: int) -> None:
    """Read the same values plainly, and draw one line a picture."""
    with database.reading() as connection:
        for name in names:
            connection.execute("SELECT date, value FROM macro_observations WHERE series = ?", (name,)).fetchall()
    line = QPolygonF([QPointF(x, 100 + 50 * np.sin(x / 30)) for x in range(1000)])
    for _ in range(pictures):
        canvas = QPixmap(1080, 300)
        painter = QPainter(canvas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolyline(line)
        painter.end()


def median(work: Callable[[], object], repeats: int) -> float:
    """Return the usual time of some work, in milliseconds."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times))


if __name__ == "__main__":
    main()
