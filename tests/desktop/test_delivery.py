"""From the ledger to a real notification daemon, by processes that end, begin again and are killed."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from data.ledger import Alert, Judgement, Ledger
from data.store import Store
from tests.support.alerts import an_alert
from tests.support.desktop import Desktop, Program
from ui.delivery import LEASE

Launch = Callable[..., Program]
PROGRAM = ("-m", "tests.support.deliver_program")


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "bellwether.sqlite3"


def commit(database: Path, *alerts: Alert) -> None:
    store = Store.open(database, now())
    for alert in alerts:
        Ledger(store).commit(Judgement(alert.rule, alert.symbol, alert.session, alert.transition, at=now()), [alert])
    store.close()


def outcomes(database: Path) -> dict[str, list[str]]:
    store = Store.open(database, now())
    kept = {alert.key: [receipt.outcome for receipt in receipts] for alert, receipts in Ledger(store).history()}
    store.close()
    return kept


def test_that_two_starts_tell_an_alert_once(desktop: Desktop, launch: Launch, database: Path) -> None:
    commit(database, an_alert())
    for _ in range(2):
        assert launch(desktop, *PROGRAM, str(database), "told").wait() == 0
    assert [n.summary for n in desktop.notifications()] == [an_alert().title]
    assert outcomes(database) == {an_alert().key: ["delivered"]}


def test_that_two_processes_at_once_tell_each_alert_once(desktop: Desktop, launch: Launch, database: Path) -> None:
    alerts = [an_alert(symbol=symbol) for symbol in ("^RUT", "BTC-USD", "ETH-USD", "IWM", "^NDX")]
    commit(database, *alerts)
    both = [launch(desktop, *PROGRAM, str(database), "told") for _ in range(2)]
    assert [program.wait() for program in both] == [0, 0]
    assert sorted(n.summary for n in desktop.notifications()) == sorted(alert.title for alert in alerts)


@pytest.mark.parametrize(("point", "shown"), [("claimed", 0), ("shown", 1)])
def test_that_a_process_killed_on_the_way_leaves_no_second_notification(
    desktop: Desktop, launch: Launch, database: Path, point: str, shown: int
) -> None:
    commit(database, an_alert())
    killed = launch(desktop, *PROGRAM, str(database), point)
    killed.wait_for(point)
    killed.end(how=signal.SIGKILL)
    store = Store.open(database, now())
    ledger = Ledger(store)
    assert ledger.waiting() == (an_alert(),)
    assert not ledger.claim(an_alert().key, "notification", "the next start", now(), LEASE)
    assert [left.alert for left in ledger.abandoned(now() + 2 * LEASE)] == [an_alert()]
    store.close()
    assert len(desktop.notifications()) == shown
