"""The ledger: every alert once, whoever asks, whenever it stops."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from data.ledger import Abandoned, Alert, Judgement, Ledger, Receipt
from data.store import Store
from tests.support.bars import MONDAY, NOW

ROOT = Path(__file__).parents[2]
LEASE = dt.timedelta(minutes=1)
TUESDAY = MONDAY + dt.timedelta(days=1)
ALERT = Alert("ath|^RUT|2026-01-05|break", "ath", "^RUT", MONDAY, "break", "Title", "Body", NOW)
JUDGED = Judgement("ath", "^RUT", MONDAY, "break", {"close": 2466.66}, NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "b.sqlite3", NOW)
    yield opened
    opened.close()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store)


def test_that_the_first_call_arms_a_rule_for_good(ledger: Ledger) -> None:
    assert ledger.armed_at("ath", "^RUT", NOW) == NOW
    assert ledger.armed_at("ath", "^RUT", NOW + LEASE) == NOW
    assert ledger.armed_at("ath", "BTC-USD", NOW + LEASE) == NOW + LEASE
    assert ledger.judged_through("ath", "^RUT") is None


def test_that_an_alert_is_new_once(ledger: Ledger) -> None:
    assert ledger.commit(JUDGED, [ALERT, ALERT]) == (ALERT,)
    assert ledger.commit(JUDGED, [replace(ALERT, title="Another title")]) == ()
    assert ledger.waiting() == (ALERT,)


def test_that_a_judgement_moves_forward_only(ledger: Ledger) -> None:
    assert ledger.judged_through("ath", "^RUT") is None
    ledger.commit(replace(JUDGED, through=TUESDAY))
    ledger.commit(JUDGED)
    assert ledger.judged_through("ath", "^RUT") == TUESDAY


def test_that_arming_keeps_what_was_judged_before_it(ledger: Ledger) -> None:
    ledger.armed_at("ath", "^RUT", NOW)
    ledger.commit(JUDGED)
    assert ledger.armed_at("ath", "^RUT", NOW + LEASE) == NOW
    assert ledger.judged_through("ath", "^RUT") == MONDAY


def test_that_a_rule_can_be_asked_why_it_did_not_fire(ledger: Ledger) -> None:
    ledger.commit(replace(JUDGED, verdict="cannot tell", inputs={"missing": [MONDAY]}))
    ledger.commit(replace(JUDGED, verdict="below", at=NOW + LEASE))
    ledger.commit(replace(JUDGED, verdict="below", inputs={"close": 1.0}, at=NOW + 2 * LEASE))
    ledger.commit(replace(JUDGED, through=TUESDAY, verdict="near"))
    verdicts = [(judged.verdict, dict(judged.inputs)) for judged in ledger.evaluations("ath", "^RUT", MONDAY)]
    assert verdicts == [("below", {"close": 1.0}), ("cannot tell", {"missing": ["2026-01-05"]})]
    assert [judged.verdict for judged in ledger.evaluations("ath", "^RUT")] == ["near", "below", "cannot tell"]


@pytest.mark.parametrize("outcome", ["delivered", "unknown", "clicked", "dismissed"])
def test_that_an_alert_that_was_told_waits_no_longer(ledger: Ledger, outcome: str) -> None:
    ledger.commit(JUDGED, [ALERT])
    ledger.record(Receipt(ALERT.key, "toast", outcome, NOW))  # type: ignore[arg-type]
    assert ledger.waiting() == ()
    assert not ledger.claim(ALERT.key, "toast", "me", NOW, LEASE)
    assert not ledger.claim(ALERT.key, "tray", "me", NOW, LEASE), "it was told already, by somebody unknown"


def test_that_a_failure_lets_the_alert_wait_on_and_frees_the_channel(ledger: Ledger) -> None:
    ledger.commit(JUDGED, [ALERT])
    assert ledger.claim(ALERT.key, "toast", "me", NOW, LEASE)
    assert not ledger.claim(ALERT.key, "toast", "me", NOW, LEASE)
    ledger.record(Receipt(ALERT.key, "toast", "failed", NOW, "no service"))
    ledger.record(Receipt(ALERT.key, "toast", "failed", NOW + LEASE, "still none"))
    assert ledger.waiting() == (ALERT,)
    assert ledger.claim(ALERT.key, "toast", "you", NOW, LEASE)
    assert ledger.history() == ((ALERT, (Receipt(ALERT.key, "toast", "failed", NOW + LEASE, "still none"),)),)


def test_that_one_owner_tells_an_alert_on_all_channels_and_nobody_else_does(ledger: Ledger) -> None:
    ledger.commit(JUDGED, [ALERT])
    assert ledger.claim(ALERT.key, "notification", "window", NOW, LEASE)
    assert not ledger.claim(ALERT.key, "terminal", "watch", NOW, LEASE)
    ledger.record(Receipt(ALERT.key, "notification", "delivered", NOW))
    assert not ledger.claim(ALERT.key, "terminal", "watch", NOW + 10 * LEASE, LEASE)
    assert ledger.claim(ALERT.key, "mail", "window", NOW, LEASE)


def test_that_a_delivery_that_was_never_reported_is_named_and_nobody_takes_it_over(ledger: Ledger) -> None:
    ledger.commit(JUDGED, [ALERT])
    assert ledger.claim(ALERT.key, "notification", "dead", NOW, LEASE)
    assert ledger.abandoned(NOW) == ()
    later = NOW + LEASE
    (left,) = ledger.abandoned(later)
    assert left == Abandoned(ALERT, "notification", "dead")
    assert not ledger.claim(ALERT.key, "notification", "alive", later, LEASE), "it may have been told"
    assert not ledger.claim(ALERT.key, "tray", "alive", later, LEASE)
    assert [receipt.outcome for receipt in ledger.doubt(left, later)] == ["unknown"]
    assert ledger.doubt(left, later) == ()
    assert (ledger.abandoned(later), ledger.waiting(), ledger.doubted()) == ((), (), (ALERT,))
    assert not ledger.claim(ALERT.key, "tray", "alive", later, LEASE)
    ledger.record(Receipt(ALERT.key, "toast", "delivered", later))
    assert ledger.doubted() == ()


def test_that_an_answer_after_all_leaves_no_doubt(ledger: Ledger) -> None:
    ledger.commit(JUDGED, [ALERT])
    assert ledger.claim(ALERT.key, "notification", "slow", NOW, LEASE)
    (left,) = ledger.abandoned(NOW + LEASE)
    ledger.record(Receipt(ALERT.key, "notification", "delivered", NOW + LEASE))
    assert ledger.doubt(left, NOW + LEASE) == ()
    assert ledger.doubted() == ()


def test_that_the_alert_of_a_withdrawn_break_is_kept_with_the_note_of_it(ledger: Ledger) -> None:
    def tell(withdrawn: Sequence[dt.date]) -> list[Alert]:
        return [replace(ALERT, key=f"withdrawn {session}") for session in withdrawn]

    ledger.note_breaks("^RUT", "ath", [MONDAY], NOW, tell)
    assert ledger.waiting() == ()
    ledger.note_breaks("^RUT", "ath", [], NOW, tell)
    assert [alert.key for alert in ledger.waiting()] == [f"withdrawn {MONDAY}"]


def test_that_a_reported_delivery_is_not_abandoned(ledger: Ledger) -> None:
    ledger.commit(JUDGED, [ALERT])
    ledger.claim(ALERT.key, "notification", "me", NOW, LEASE)
    ledger.record(Receipt(ALERT.key, "notification", "unknown", NOW))
    assert ledger.abandoned(NOW + 2 * LEASE) == ()


def test_that_the_history_is_newest_first_with_receipts_in_order(ledger: Ledger) -> None:
    second = replace(ALERT, key="second", session=TUESDAY, late=True)
    ledger.commit(JUDGED, [ALERT, second])
    shown = Receipt(ALERT.key, "notification", "delivered", NOW)
    clicked = Receipt(ALERT.key, "notification", "clicked", NOW + LEASE)
    ledger.record(shown)
    ledger.record(replace(shown, at=NOW + LEASE, detail="again"))
    ledger.record(clicked)
    assert ledger.history() == ((second, ()), (ALERT, (shown, clicked)))
    assert ledger.history(limit=1) == ((second, ()),)


def test_that_the_first_note_of_breaks_is_no_news_even_when_there_are_none(ledger: Ledger) -> None:
    assert ledger.note_breaks("^RUT", "ath", [], NOW) == ((), ())
    assert ledger.note_breaks("^RUT", "ath", [MONDAY], NOW) == ((MONDAY,), ())


def test_that_breaks_that_appear_and_vanish_are_told_once(ledger: Ledger) -> None:
    assert ledger.note_breaks("^RUT", "ath", [MONDAY], NOW) == ((), ())
    assert ledger.note_breaks("^RUT", "ath", [TUESDAY], NOW) == ((TUESDAY,), (MONDAY,))
    assert ledger.note_breaks("^RUT", "ath", [TUESDAY], NOW) == ((), ())
    assert ledger.note_breaks("^RUT", "other rule", [MONDAY], NOW) == ((), ())


def test_that_forgetting_a_symbol_disarms_its_rules_and_keeps_its_alerts(store: Store, ledger: Ledger) -> None:
    ledger.armed_at("ath", "^RUT", NOW)
    ledger.commit(JUDGED, [ALERT])
    ledger.note_breaks("^RUT", "ath", [MONDAY], NOW)
    store.forget("^RUT")
    assert ledger.armed_at("ath", "^RUT", NOW + LEASE) == NOW + LEASE
    assert ledger.note_breaks("^RUT", "ath", [TUESDAY], NOW) == ((), ())
    assert ledger.history() == ((ALERT, ()),)


CLAIMER = """
import datetime as dt, sys
from pathlib import Path
from data.ledger import Ledger, Receipt
from data.store import Store
from tests.support.bars import NOW
store = Store.open(Path(sys.argv[1]), NOW)
ledger = Ledger(store)
print("ready", flush=True)
sys.stdin.readline()
while waiting := ledger.waiting():
    for alert in waiting:
        if ledger.claim(alert.key, sys.argv[2], sys.argv[2], NOW, dt.timedelta(minutes=1)):
            print(alert.key, flush=True)
            ledger.record(Receipt(alert.key, sys.argv[2], "delivered", NOW))
store.close()
"""


def test_that_two_processes_deliver_each_alert_once_between_them(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    store = Store.open(path, NOW)
    alerts = [replace(ALERT, key=f"key {number}") for number in range(60)]
    Ledger(store).commit(JUDGED, alerts)
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, str(path), name],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for name in ("window", "watch")
    ]  # fmt: skip
    for claimer in claimers:
        assert claimer.stdout is not None
        assert claimer.stdout.readline() == "ready\n"
    for claimer in claimers:
        assert claimer.stdin is not None
        claimer.stdin.write("go\n")
        claimer.stdin.flush()
    delivered: list[str] = []
    for claimer in claimers:
        output, errors = claimer.communicate(timeout=100)
        assert errors == ""
        delivered += output.splitlines()
    assert sorted(delivered) == sorted(alert.key for alert in alerts)
    assert Ledger(store).waiting() == ()
    store.close()


KEYS = st.sampled_from(["a", "b", "c"])
CHANNELS = st.sampled_from(["notification", "toast"])
OWNERS = st.sampled_from(["window", "watch"])
TOLD = {"delivered", "unknown", "clicked", "dismissed"}


class LedgerAgainstDictionaries(RuleBasedStateMachine):
    """Any order of calls, restarts among them, agrees with plain dictionaries; nothing is told twice."""

    def __init__(self) -> None:
        super().__init__()
        self.alerts: dict[str, Alert] = {}
        self.receipts: dict[str, list[Receipt]] = {}
        self.holders: dict[tuple[str, str], tuple[str, dt.datetime]] = {}
        self.tellers: dict[str, set[str]] = {}
        self.now = NOW
        self.through: dt.date | None = None

    @initialize(folder=st.builds(lambda: None))
    def begin(self, folder: None) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "b.sqlite3", NOW)
        self.ledger = Ledger(self.store)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(Path(self.folder.name) / "b.sqlite3", self.now)
        self.ledger = Ledger(self.store)

    @rule(seconds=st.integers(0, 90))
    def wait(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @rule(keys=st.lists(KEYS, max_size=3), days=st.integers(0, 5))
    def commit(self, keys: list[str], days: int) -> None:
        session = MONDAY + dt.timedelta(days=days)
        offered = [replace(ALERT, key=key, session=session, created_at=self.now) for key in keys]
        new = [alert for place, alert in enumerate(offered) if alert.key not in {*self.alerts, *keys[:place]}]
        assert self.ledger.commit(replace(JUDGED, through=session), offered) == tuple(new)
        self.alerts.update({alert.key: alert for alert in new})
        self.through = max(session, self.through or session)

    @rule(key=KEYS, channel=CHANNELS, owner=OWNERS)
    def claim(self, key: str, channel: str, owner: str) -> None:
        told_on = {receipt.channel for receipt in self.receipts.get(key, []) if receipt.outcome in TOLD}
        others = any(where == key and who != owner for (where, _), (who, _until) in self.holders.items())
        held = (key, channel) in self.holders
        tellers = self.tellers.get(key, set())
        free = channel not in told_on and not others and not held and (not told_on or owner in tellers)
        free = free and not (tellers - {owner})
        assert self.ledger.claim(key, channel, owner, self.now, LEASE) is free
        if free:
            self.holders[key, channel] = (owner, self.now + LEASE)

    @rule(key=KEYS, channel=CHANNELS, outcome=st.sampled_from(["delivered", "unknown", "failed", "clicked"]))
    def record(self, key: str, channel: str, outcome: str) -> None:
        receipt = Receipt(key, channel, outcome, self.now)  # type: ignore[arg-type]
        self.ledger.record(receipt)
        kept = self.receipts.setdefault(key, [])
        same = [place for place, old in enumerate(kept) if (old.channel, old.outcome) == (channel, outcome)]
        if not same:
            kept.append(receipt)
        elif outcome == "failed":
            kept[same[0]] = receipt
        holder = self.holders.pop((key, channel), None)
        if holder and outcome in TOLD:
            self.tellers.setdefault(key, set()).add(holder[0])

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "store"):
            return
        told = {key for key, kept in self.receipts.items() if any(receipt.outcome in TOLD for receipt in kept)}
        assert self.ledger.waiting() == tuple(alert for key, alert in self.alerts.items() if key not in told)
        expected = [(alert, tuple(self.receipts.get(key, []))) for key, alert in self.alerts.items()]
        assert self.ledger.history() == tuple(reversed(expected))
        assert self.ledger.judged_through("ath", "^RUT") == self.through


LedgerAgainstDictionaries.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLedgerAgainstDictionaries = LedgerAgainstDictionaries.TestCase


@pytest.mark.parametrize("damage", ["[", "7", "[1, null]", ""])
def test_that_an_alert_whose_channels_are_damaged_is_told_everywhere(tmp_path: Path, damage: str) -> None:
    store = Store.open(tmp_path / "damaged.sqlite3", NOW)
    alert = replace(ALERT, channels=("Phone",), urgent=True)
    Ledger(store).commit(Judgement(alert.rule, alert.symbol, alert.session, alert.transition, at=NOW), [alert])
    with store.database.writing() as connection:
        connection.execute("UPDATE terms SET channels = ?", (damage,))
    assert Ledger(store).waiting() == (replace(alert, channels=()),)
    store.close()
