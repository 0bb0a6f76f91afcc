"""A program with nothing but the tray icon, for tests that look at it from outside: it prints what is asked of it."""

from __future__ import annotations

import datetime as dt
import sys

from PySide6.QtWidgets import QApplication

from data.catalog import BITCOIN
from models.snapshot import Snapshot
from tests.support.views import bars_of, view_of
from ui.tray import Tray


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - what the test reads


def main() -> int:
    app = QApplication(sys.argv)
    app.setApplicationName("bellwether")
    app.setQuitOnLastWindowClosed(False)
    tray = Tray(("^RUT", "BTC-USD"), lambda: dt.datetime.now(dt.UTC), eager_ms=100, patient_ms=200)
    bars = bars_of([100.0] * 8 + [96.4], dt.date(2025, 9, 9))
    views = (view_of(bars), view_of(bars, BITCOIN, freshness="stale"))
    tray.show_snapshot(Snapshot(dt.datetime.now(dt.UTC), {view.asset.symbol: view for view in views}))
    tray.open_requested.connect(lambda: say("open"))
    tray.refresh_requested.connect(lambda: say("refresh"))
    tray.asset_requested.connect(say)
    tray.mute_requested.connect(lambda until: say("unmute" if until is None else "mute"))
    tray.mute_requested.connect(tray.set_muted)
    tray.availability_changed.connect(lambda there: say("there" if there else "gone"))
    tray.message_clicked.connect(lambda: say("clicked"))
    tray.quit_requested.connect(app.quit)
    tray.start()
    say("started")
    if "--balloon" in sys.argv:
        tray.balloon("A balloon", "Its text.")
    code = app.exec()
    tray.stop()
    say("ended")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
