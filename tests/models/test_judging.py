"""Rules on record: judged through the ledger and the book, told once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.calendar import Calendars
from data.ledger import Ledger
from data.rulebook import Rulebook
from data.store import Store
from models.breakout import StateParameters
from models.derive import Definitions
from models.judging import judge_all
from models.rules.evidence import Evidence
from models.rules.keeping import keep, kept_rules
from models.rules.rule import Crosses, Rule, Subject
from tests.support.views import SHORT, bars_of, view_of

CLOSES = [100, 101, 90, 90, 90, 90, 90, 99, 101.5, 102]
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
EVENING = dt.datetime(2020, 1, 17, 21, 30, tzinfo=dt.UTC)
LEVEL = Crosses(Subject("^RUT"), "above", 100)


class Desk:
    """A ledger and a book, and the rules judged through them."""

    def __init__(self, store: Store) -> None:
        self.ledger, self.book, self.calendars = Ledger(store), Rulebook(store), Calendars()
        kept_rules(self.book, LONG_AGO)

    def judge(
        self, closes: list[float], now: dt.datetime = EVENING, *, final: bool = True, states: StateParameters = SHORT
    ) -> list[str]:
        view = view_of(bars_of(closes, final=final), parameters=states)
        evidence = Evidence({"^RUT": view}, self.calendars, Definitions(states=states))
        rules = kept_rules(self.book, now).kept
        return [alert.key for alert in judge_all(rules, evidence, self.ledger, self.book, now)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store.open(tmp_path / "bellwether.sqlite3", EVENING)
    yield Desk(store)
    store.close()


def test_that_every_rule_of_the_book_is_told_once(desk: Desk) -> None:
    keep(desk.book, Rule(key="level", name="A level", condition=LEVEL), LONG_AGO)
    news = desk.judge(CLOSES)
    assert news == [
        "all-time high|^RUT|2020-01-15|near",
        "all-time high|^RUT|2020-01-16|break",
        "level|^RUT|2020-01-16|fired",
    ]
    assert desk.judge(CLOSES) == []


def test_that_a_rule_that_is_switched_off_is_silent(desk: Desk) -> None:
    keep(desk.book, Rule(key="level", name="A level", condition=LEVEL, enabled=False), LONG_AGO)
    assert not [key for key in desk.judge(CLOSES) if key.startswith("level")]


def test_that_a_live_rule_remembers_across_looks_what_it_has_told(desk: Desk) -> None:
    keep(desk.book, Rule(key="live", name="Live", condition=LEVEL, scope="live"), LONG_AGO)
    noon = dt.datetime(2020, 1, 16, 17, tzinfo=dt.UTC)
    told = [desk.judge([*CLOSES[:8], last], noon, final=False) for last in (98.0, 101.0, 99.5, 101.0)]
    assert [key for keys in told for key in keys if key.startswith("live")] == ["live|^RUT|2020-01-16|live fired 1"]


def test_that_other_settings_withdraw_no_break(desk: Desk) -> None:
    desk.judge(CLOSES)
    assert desk.judge(CLOSES, states=StateParameters(least_history=5, sessions_below=8)) == []


def test_that_a_revision_withdraws_the_break_it_undoes(desk: Desk) -> None:
    desk.judge(CLOSES)
    assert desk.judge([*CLOSES[:8], 100.5, 100.6]) == ["all-time high|^RUT|2020-01-16|withdrawn"]
