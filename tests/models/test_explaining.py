"""Why a rule spoke, asked later: on what was known when it was judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.calendar import Calendars
from data.catalog import RUSSELL_2000
from data.ledger import Ledger
from data.rulebook import Rulebook
from data.source import Fetched
from models.explaining import NOT_JUDGED, NOT_KNOWN, explain_then
from models.judging import judge_all
from models.refresh import Parts, stored_view
from models.rules.evidence import Evidence
from models.rules.explain import Explanation
from models.rules.keeping import KeptRule, keep, kept_rules
from models.rules.rule import Crosses, Rule, Subject
from models.snapshot import AssetView
from tests.support.scripted import parts_of
from tests.support.sources import HandClock
from tests.support.views import bars_of

CLOSES = [100, 101, 90, 90, 90, 90, 90, 99, 101.5]
DAY = dt.date(2020, 1, 16)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
EVENING = dt.datetime(2020, 1, 16, 21, 30, tzinfo=dt.UTC)
NEXT = dt.datetime(2020, 1, 17, 21, 30, tzinfo=dt.UTC)
RULE = Rule(key="level", name="A level", condition=Crosses(Subject("^RUT"), "above", 101.2))
CALENDARS = Calendars()


class Desk:
    """A store, a ledger and one rule; `closes` are brought and judged at an instant."""

    def __init__(self, parts: Parts, clock: HandClock) -> None:
        self.parts, self.clock, self.ledger, self.book = parts, clock, Ledger(parts.store), Rulebook(parts.store)
        keep(self.book, RULE, LONG_AGO)

    def bring(self, closes: list[float], at: dt.datetime, *, judged: bool = True) -> None:
        self.clock.now = at
        self.parts.store.merge(Fetched("^RUT", bars_of(closes), "Scripted", at, "USD"))
        if judged:
            evidence = Evidence({"^RUT": self.view("^RUT")}, CALENDARS, self.parts.definitions)
            judge_all((self.kept,), evidence, self.ledger, self.book, at)

    def view(self, _symbol: str) -> AssetView:
        return stored_view(self.parts, RUSSELL_2000, calendars=CALENDARS)

    @property
    def kept(self) -> KeptRule:
        return next(each for each in kept_rules(self.book, self.clock()).kept if each.rule.key == "level")

    def why(self, session: dt.date = DAY) -> Explanation:
        return explain_then(self.parts, self.ledger, self.kept, self.view, session)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = HandClock(EVENING)
    parts = parts_of(tmp_path, clock, (), CALENDARS)
    yield Desk(parts, clock)
    parts.store.close()


def test_that_an_alert_is_explained_on_the_prices_that_were_corrected_since(desk: Desk) -> None:
    desk.bring(CLOSES, EVENING)
    desk.bring([*CLOSES[:-1], 100.2, 100.4], NEXT)
    found = desk.why()
    assert (found.reason, found.basis) == (
        "told",
        "Judged on the prices as they were known on 16 Jan 2020, 21:30 UTC.",
    )
    assert [clause.value for clause in found.clauses] == [101.5]


def test_that_a_session_judged_after_days_off_is_explained_as_of_that_later_verdict(desk: Desk) -> None:
    desk.bring([*CLOSES, 102.0], NEXT)
    assert desk.why().basis == "Judged on the prices as they were known on 17 Jan 2020, 21:30 UTC."
    assert desk.why().reason == "told"


def test_that_a_session_without_a_verdict_is_explained_on_todays_prices_and_says_so(desk: Desk) -> None:
    desk.bring(CLOSES, EVENING, judged=False)
    assert (desk.why().reason, desk.why().basis) == ("told", NOT_JUDGED)


def test_that_what_cannot_be_told_for_certain_is_explained_on_todays_prices_and_says_so(desk: Desk) -> None:
    desk.bring(CLOSES, EVENING)
    desk.bring([*CLOSES[:-1], 100.2, 100.4], NEXT)
    with desk.parts.store.database.writing() as connection:
        connection.execute("UPDATE revisions SET known_since = NULL")
    found = desk.why()
    assert (found.reason, found.basis) == ("does not hold", NOT_KNOWN)
