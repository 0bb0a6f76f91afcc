"""A program that delivers what waits in a ledger, for tests that start it twice, or kill it in between.

Arguments: the database, and where to stop: "told" (ends when nothing waits), "claimed" (stays, once the alert is
claimed and before it is shown), "shown" (stays, once it is shown and before its receipt is written).
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer

from data.ledger import Alert, Ledger, Receipt
from data.store import Store
from models.jobs import Jobs
from ui.delivery import Delivery
from ui.native import desktop_channel


def clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def hang(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - what the test waits for
    time.sleep(3600)


class HangingLedger:
    """The real ledger, hanging where the test asks for it."""

    def __init__(self, ledger: Ledger, point: str) -> None:
        self._ledger, self._point = ledger, point

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return getattr(self._ledger, name)

    def claim(self, *arguments: Any) -> bool:
        claimed = self._ledger.claim(*arguments)
        if self._point == "claimed":
            hang("claimed")
        return claimed

    def record(self, receipt: Receipt) -> None:
        if self._point == "shown":
            hang("shown")
        self._ledger.record(receipt)

    def waiting(self) -> tuple[Alert, ...]:
        return self._ledger.waiting()


def main(database: Path, point: str) -> int:
    app = QCoreApplication(sys.argv)
    store, jobs = Store.open(database, clock()), Jobs(1)
    ledger = HangingLedger(Ledger(store), point)
    channel = desktop_channel(clock)
    delivery = Delivery([channel], ledger, jobs.run, clock, f"process at {clock()}")

    def look() -> None:
        if not store_waits():
            app.quit()

    def store_waits() -> bool:
        return bool(ledger.waiting())

    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    channel.availability_changed.connect(lambda: timer.start())
    channel.start()
    app.exec()
    delivery.stop()
    channel.stop()
    jobs.stop()
    store.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2]))
