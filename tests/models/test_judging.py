"""Rules on record: judged through the ledger and the book, told once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.calendar import Calendars
from data.ledger import Ledger
from data.rulebook import Rulebook
from data.store import Store
from models.breakout import StateParameters
from models.derive import Definitions
from models.judging import judge_all, look_at_all
from models.rules.evidence import Evidence
from models.rules.keeping import keep, kept_rules
from models.rules.live import LivePrice
from models.rules.rule import Crosses, Rule, Subject
from tests.support.views import SHORT, bars_of, view_of

CLOSES = [100, 101, 90, 90, 90, 90, 90, 99, 101.5, 102]
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
EVENING = dt.datetime(2020, 1, 17, 21, 30, tzinfo=dt.UTC)
NOON = dt.datetime(2020, 1, 16, 17, tzinfo=dt.UTC)
LEVEL = Crosses(Subject("^RUT"), "above", 100)


class Desk:
    """A ledger and a book, and the rules judged through them."""

    def __init__(self, store: Store) -> None:
        self.ledger, self.book, self.calendars = Ledger(store), Rulebook(store), Calendars()
        kept_rules(self.book, LONG_AGO)

    def judge(
        self, closes: list[float], now: dt.datetime = EVENING, *, final: bool = True, states: StateParameters = SHORT
    ) -> list[str]:
        view = replace(view_of(bars_of(closes, final=final), parameters=states), fetched_at=now)
        evidence = Evidence({"^RUT": view}, self.calendars, Definitions(states=states))
        rules = kept_rules(self.book, now).kept
        return [alert.key for alert in judge_all(rules, evidence, self.ledger, self.book, now)]

    def look(self, last: float, at: dt.datetime, now: dt.datetime, *, high: float | None = None) -> list[str]:
        """Judge the live rules on a price of the 16th, between two refreshes."""
        bars = bars_of([*CLOSES[:8], 98.0], final=False)
        view = replace(view_of(bars, parameters=SHORT), fetched_at=now - dt.timedelta(hours=1))
        evidence = Evidence({"^RUT": view}, self.calendars, Definitions(states=SHORT))
        prices = {"^RUT": LivePrice(dt.date(2020, 1, 16), last, high or last, last, at)}
        rules = kept_rules(self.book, now).kept
        return [alert.key for alert in look_at_all(rules, prices, evidence, self.ledger, self.book, now)]


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
    told = [desk.judge([*CLOSES[:8], last], NOON, final=False) for last in (98.0, 101.0, 99.5, 101.0)]
    assert [key for keys in told for key in keys if key.startswith("live")] == ["live|^RUT|2020-01-16|live fired 1"]


def test_that_a_price_is_told_of_between_two_refreshes_and_once(desk: Desk) -> None:
    keep(desk.book, Rule(key="live", name="Live", condition=LEVEL, scope="live"), LONG_AGO)
    told = [desk.look(last, NOON, NOON) for last in (98.0, 101.0, 99.5, 101.0)]
    assert told == [[], ["live|^RUT|2020-01-16|live fired 1"], [], []]
    assert next(alert.title for alert in desk.ledger.waiting()).startswith("Live: ")


@pytest.mark.parametrize("age", [dt.timedelta(minutes=3), dt.timedelta(hours=5), -dt.timedelta(minutes=3)])
def test_that_a_price_of_long_ago_or_of_a_clock_set_back_since_never_fires(desk: Desk, age: dt.timedelta) -> None:
    keep(desk.book, Rule(key="live", name="Live", condition=LEVEL, scope="live"), LONG_AGO)
    assert desk.look(98.0, NOON, NOON) == []
    assert desk.look(101.0, NOON - age, NOON) == []
    assert desk.look(101.0, NOON, NOON) == ["live|^RUT|2020-01-16|live fired 1"]


def test_that_a_high_corrected_downwards_and_up_again_is_told_of_once(desk: Desk) -> None:
    keep(desk.book, Rule(key="live", name="Live", condition=LEVEL, scope="live"), LONG_AGO)
    looks = ((98.0, 98.0), (98.5, 101.0), (98.5, 99.0), (98.5, 101.0), (98.5, 101.0))
    assert [len(desk.look(last, NOON, NOON, high=high)) for last, high in looks] == [0, 1, 0, 0, 0]
    assert desk.look(98.5, NOON, NOON, high=101.5) == ["live|^RUT|2020-01-16|live fired 2"]


def test_that_a_rule_edited_since_it_was_read_is_left_alone_between_refreshes(desk: Desk) -> None:
    keep(desk.book, Rule(key="live", name="Live", condition=LEVEL, scope="live"), LONG_AGO)
    assert desk.look(98.0, NOON, NOON) == []
    stale = kept_rules(desk.book, NOON).kept
    keep(desk.book, Rule(key="live", name="Live", condition=Crosses(Subject("^RUT"), "above", 200), scope="live"), NOON)
    view = replace(view_of(bars_of([*CLOSES[:8], 101.0], final=False)), fetched_at=NOON)
    evidence = Evidence({"^RUT": view}, desk.calendars, Definitions(states=SHORT))
    prices = {"^RUT": LivePrice(dt.date(2020, 1, 16), 101.0, 101.0, 98.0, NOON)}
    assert look_at_all(stale, prices, evidence, desk.ledger, desk.book, NOON) == ()
    assert desk.book.memory("live") is None


def test_that_two_who_look_at_once_tell_each_touch_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(desk.book, Rule(key="live", name="Live", condition=LEVEL, scope="live"), LONG_AGO)
    assert desk.look(98.0, NOON, NOON) == []
    exchange, others = Rulebook.exchange, [101.0]

    def interrupted(book: Rulebook, *asked: object) -> bool:
        while others:
            assert desk.look(others.pop(), NOON, NOON) == []  # the key is taken by the one that was interrupted
        return exchange(book, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(Rulebook, "exchange", interrupted)
    assert desk.look(101.5, NOON, NOON) == ["live|^RUT|2020-01-16|live fired 1"]
    assert desk.look(98.0, NOON, NOON) == []
    assert desk.look(102.0, NOON, NOON) == ["live|^RUT|2020-01-16|live fired 2"]


def test_that_other_settings_withdraw_no_break(desk: Desk) -> None:
    desk.judge(CLOSES)
    assert desk.judge(CLOSES, states=StateParameters(least_history=5, sessions_below=8)) == []


def test_that_a_revision_withdraws_the_break_it_undoes(desk: Desk) -> None:
    desk.judge(CLOSES)
    assert desk.judge([*CLOSES[:8], 100.5, 100.6]) == ["all-time high|^RUT|2020-01-16|withdrawn"]
