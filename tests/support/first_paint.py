"""A program that ends once prices are painted, and prints when that was (monotonic nanoseconds).

`first_paint.py app PROFILE` runs the app as main.py does, from the folder it is started in; `first_paint.py bare COUNT`
opens a window with one line of so many points, as pyqtgraph's manual would.  Nothing is imported that the measured
program does not import itself, and nothing earlier than it would.
"""

from __future__ import annotations

import sys
import time

TYPE_CHECKING = False  # typing itself is not imported here: perhaps the measured program never does
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def report(quit_app: Callable[[], object]) -> None:
    """Print the time once the event loop is back, that is after everything painted was flushed to the screen."""
    from PySide6.QtCore import QTimer

    def done() -> None:
        sys.stdout.write(f"{time.monotonic_ns()}\n")
        sys.stdout.flush()
        quit_app()

    QTimer.singleShot(0, done)


def app(profile: str) -> int:
    """Run the window on a profile until every pane has painted prices."""
    sys.path[0] = ""
    import main

    original = main.run

    def run(desk: Any, options: Any) -> int:
        from ui import application
        from ui.charts.view import ChartView

        running = []
        start, paint = application.Application.start, ChartView.paintEvent

        def started(self: Any, *, hidden: bool) -> None:
            running.append(self)
            start(self, hidden=hidden)

        def painted(self: Any, event: Any) -> None:
            paint(self, event)
            panes = running[0].charts.stack.panes if running else ()
            if panes and all(len(series) for pane in panes for series in pane.contents.series):
                ChartView.paintEvent = paint
                report(running.pop().quit)

        application.Application.start = started
        ChartView.paintEvent = painted
        return original(desk, options)

    main.run = run
    return main.main(["--profile", profile])


def bare(count: int) -> int:
    """Show one line."""
    import numpy as np
    import pyqtgraph as pg

    class Window(pg.PlotWidget):
        told = False

        def paintEvent(self, event: Any) -> None:
            super().paintEvent(event)
            if not self.told:
                self.told = True
                report(application.quit)

    application = pg.mkQApp()
    window = Window(axisItems={"bottom": pg.DateAxisItem()})
    steps = np.random.default_rng(1).normal(0, 0.01, count)
    window.plot(1_000_000_000 + 86_400 * np.arange(count), 100 * np.exp(np.cumsum(steps)))
    window.resize(1440, 900)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(app(sys.argv[2]) if sys.argv[1] == "app" else bare(int(sys.argv[2])))
