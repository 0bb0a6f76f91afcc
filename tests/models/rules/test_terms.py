"""What a rule says of its telling - urgent or not, by which channels - is on every alert it makes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from data.calendar import Calendars
from data.ledger import Alert, Ledger
from data.store import Store
from models.audit import Audit, Finding
from models.derive import Definitions
from models.rules.evidence import Evidence
from models.rules.judge import Standing, judge, withdrawals
from models.rules.live import LivePrice, LiveState, judge_live
from models.rules.rule import AtHigh, Crosses, Rule, Subject
from tests.support.views import SHORT, bars_of, view_of

RUT = Subject("^RUT")
CLOSES = [100, 101, 90, 90, 90, 90, 90, 103]
DAY = dt.date(2020, 1, 16)
NOW = dt.datetime(2020, 1, 16, 17, tzinfo=dt.UTC)
ARMED = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
TERMS = {"urgent": True, "channels": ("desktop", "Phone")}
HOLE = Audit((Finding("missing", "blocking", "A session is missing."),))


def evidence_of(audit: Audit | None = None) -> Evidence:
    return Evidence({"^RUT": view_of(bars_of(CLOSES), audit=audit)}, Calendars(), Definitions(states=SHORT))


def settled(evidence: Evidence) -> tuple[Alert, ...]:
    found = judge(Rule(key="r", name="Mine", condition=AtHigh(RUT), **TERMS), Standing(ARMED, None), evidence, NOW)
    assert found is not None
    return found.alerts


def live(evidence: Evidence) -> tuple[Alert, ...]:
    rule = Rule(key="r", name="Mine", condition=Crosses(RUT, "above", 104), scope="live", **TERMS)
    state, told = LiveState(), []
    for price, known in ((103.0, evidence), (105.0, evidence), (105.0, evidence_of(HOLE))):
        found = judge_live(rule, state, {"^RUT": LivePrice(DAY, price, price, price, NOW)}, known, NOW)
        state = found.state
        told += found.alerts
    return tuple(told)


def all_kinds() -> tuple[Alert, ...]:
    whole = evidence_of()
    rule = Rule(key="r", name="Mine", condition=AtHigh(RUT), **TERMS)
    return (*settled(whole), *settled(evidence_of(HOLE)), *live(whole), *withdrawals(rule, whole, [DAY], NOW))


def test_that_every_kind_of_alert_carries_the_terms_of_its_rule() -> None:
    told = all_kinds()
    assert {alert.transition for alert in told} >= {"break", "cannot tell", "fired", "withdrawn"}
    assert {(alert.urgent, alert.channels) for alert in told} == {(True, ("desktop", "Phone"))}


@pytest.mark.parametrize("terms", [{}, TERMS])
def test_that_the_terms_are_kept_with_the_alert(tmp_path: Path, terms: dict[str, object]) -> None:
    found = judge(Rule(key="r", name="Mine", condition=AtHigh(RUT), **terms), Standing(ARMED, None), evidence_of(), NOW)
    assert found is not None
    store = Store.open(tmp_path / "bellwether.sqlite3", NOW)
    Ledger(store).commit(found.judgement, found.alerts)
    assert Ledger(store).waiting() == found.alerts
    store.close()
