"""A window with nothing but the charts, for tests that look at them from outside as a screen reader does."""

from __future__ import annotations

import os
import sys

os.environ["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from tests.support.charts import SYMBOLS, three_markets
from ui.charts.linked import LinkedCharts
from ui.charts.spoken import chart_interface
from ui.theme import apply_theme, load_theme

TITLE = "Charts to be heard"


def main() -> int:
    app = QApplication(sys.argv)
    app.setApplicationName("bellwether-charts")
    theme = load_theme("dark")
    apply_theme(app, theme)
    QAccessible.installFactory(chart_interface)
    charts = LinkedCharts()
    charts.setWindowTitle(TITLE)
    charts.resize(900, 700)
    charts.set_theme(theme)
    charts.set_panes(SYMBOLS)
    charts.show_snapshot(three_markets())
    charts.set_preset("1Y")
    charts.range_changed.connect(lambda times: print(f"{times.first:.0f} {times.last:.0f}", flush=True))  # noqa: T201
    charts.show()
    charts.view.setFocus()
    print("started", flush=True)  # noqa: T201 - what the test reads
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
