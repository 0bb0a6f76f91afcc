"""The app as main.py builds it, opened in this process, for benchmarks that watch it from within."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QEventLoop, SignalInstance
from PySide6.QtWidgets import QApplication

import main
from data.profile import Profile
from data.source import PriceSource
from ui.application import Application


@contextmanager
def opened(profile: Profile, source: PriceSource | None = None) -> Iterator[Application]:
    """Open the window on a profile, with its own sources or one of ours; ended the way a user ends it."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    desk = main.build(profile, demo=False, seed=0, clock=lambda: dt.datetime.now(dt.UTC))
    if source is not None:
        desk = replace(desk, sources=(source,), parts=replace(desk.parts, sources=(source,)))
    application = Application(app, desk, ("true",))
    application.start(hidden=False)
    try:
        yield application
    finally:
        application.quit()
        application.dispose()


def wait_for(signal: SignalInstance) -> None:
    """Run the event loop until the signal comes."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    loop.exec()
    signal.disconnect(loop.quit)
