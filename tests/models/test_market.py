"""The market as a whole: a real store, real threads, a scripted source."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from data.calendar import Calendars
from data.catalog import BITCOIN, ETHER, RUSSELL_2000, Asset, asset_for
from data.ledger import Ledger
from data.profile import Profile
from data.rulebook import Rulebook
from data.settings import Settings
from data.source import Fetched, FetchError, Match
from models.derive import derive
from models.desk import Desk
from models.jobs import Jobs
from models.market import Market
from models.refresh import Parts
from models.rules.evidence import LiquidityHistory
from models.rules.keeping import keep
from models.rules.rule import Crosses, Rule, Subject
from tests.support.scripted import ScriptedSource, parts_of
from tests.support.sources import HandClock
from tests.support.views import bars_of

CLOSES = [100, 101, 90, 90, 90, 90, 90, 99, 101.5, 102]
THURSDAY_NOON = dt.datetime(2020, 1, 16, 17, tzinfo=dt.UTC)
THURSDAY_NIGHT = dt.datetime(2020, 1, 16, 22, tzinfo=dt.UTC)
FUND = asset_for("IWM")

Make = Callable[..., Market]


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(THURSDAY_NOON)


@pytest.fixture
def source(clock: HandClock) -> ScriptedSource:
    return ScriptedSource(clock, {"^RUT": bars_of(CLOSES[:8]), "IWM": bars_of([c / 10 for c in CLOSES[:8]])})


@pytest.fixture
def parts(tmp_path: Path, clock: HandClock, source: ScriptedSource, calendars: Calendars) -> Iterator[Parts]:
    made = parts_of(tmp_path, clock, (source,), calendars)
    yield made
    made.store.close()


@pytest.fixture
def make(parts: Parts, source: ScriptedSource, tmp_path: Path, qapp: QApplication) -> Iterator[Make]:
    jobs, made = Jobs(), []

    def build(*assets: Asset, tick_milliseconds: int = 60_000) -> Market:
        desk = Desk(Profile(tmp_path), Settings(), (source,), parts, Ledger(parts.store), assets or (RUSSELL_2000,))
        market = Market(desk, jobs, tick_milliseconds=tick_milliseconds)
        made.append(market)
        return market

    yield build
    for market in made:
        market.stop()
    assert jobs.stop(), "a worker outlived its test"


def refreshed(qtbot: QtBot, market: Market, ask: Callable[[], None]) -> None:
    """Ask for a refresh and wait until it has been judged and the next one planned."""
    plans: list[object] = []
    market.judged.connect(plans.append)
    ask()
    qtbot.waitUntil(lambda: bool(plans))
    market.judged.disconnect(plans.append)


def test_that_the_first_start_shows_history_and_announces_nothing(qtbot: QtBot, make: Make) -> None:
    market, news = make(), []
    market.announced.connect(news.append)
    refreshed(qtbot, market, market.start)
    assert len(market.snapshot.assets["^RUT"].bars) == 8
    assert news == []


def test_that_a_break_is_announced_when_its_bar_has_settled_and_never_again(
    qtbot: QtBot, make: Make, clock: HandClock, source: ScriptedSource
) -> None:
    market, news = make(), []
    market.announced.connect(news.extend)
    refreshed(qtbot, market, market.start)
    source.answers["^RUT"] = bars_of(CLOSES[:9], final=False)
    refreshed(qtbot, market, market.refresh)
    assert news == [], "a bar in progress is no news"
    clock.now = THURSDAY_NIGHT
    source.answers["^RUT"] = bars_of(CLOSES[:9])
    source.answers["IWM"] = bars_of([close / 10 for close in CLOSES[:9]])
    for _ in range(3):
        refreshed(qtbot, market, market.refresh)
    again = make()
    again.announced.connect(news.extend)
    refreshed(qtbot, again, again.start)
    assert [(alert.transition, alert.late) for alert in news] == [("break", False)]


def test_that_a_revision_that_undoes_a_break_withdraws_it(
    qtbot: QtBot, make: Make, clock: HandClock, source: ScriptedSource
) -> None:
    market, news = make(), []
    market.announced.connect(news.extend)
    refreshed(qtbot, market, market.start)
    clock.now = THURSDAY_NIGHT
    for last in (101.5, 100.5):
        source.answers["^RUT"] = bars_of([*CLOSES[:8], last])
        source.answers["IWM"] = bars_of([*(close / 10 for close in CLOSES[:8]), last / 10])
        refreshed(qtbot, market, market.refresh)
    assert [alert.transition for alert in news] == ["break", "withdrawn"]


def test_that_one_broken_symbol_leaves_the_others_alone(qtbot: QtBot, make: Make, source: ScriptedSource) -> None:
    source.answers["BTC-USD"] = FetchError("unreadable", "Nonsense came back.")
    market = make(BITCOIN, RUSSELL_2000)
    refreshed(qtbot, market, market.start)
    assert market.snapshot.assets["BTC-USD"].problems == ("Nonsense came back.",)
    assert market.snapshot.assets["^RUT"].problems == ()
    assert list(market.snapshot.assets) == ["BTC-USD", "^RUT"]


def test_that_a_cancelled_refresh_ends_and_what_came_stays(qtbot: QtBot, make: Make, source: ScriptedSource) -> None:
    market = make()
    refreshed(qtbot, market, market.start)
    source.gate = threading.Event()
    ended: list[object] = []
    market.judged.connect(ended.append)
    market.refresh()
    qtbot.waitUntil(lambda: len(source.asked) > 2)
    market.cancel()
    qtbot.waitUntil(lambda: bool(ended))
    assert len(market.snapshot.assets["^RUT"].bars) == 8


def test_that_progress_ends_at_its_total(qtbot: QtBot, make: Make) -> None:
    market, seen = make(RUSSELL_2000, FUND), []
    market.progressed.connect(seen.append)
    refreshed(qtbot, market, market.refresh)
    assert [(p.done, p.total) for p in seen if p.total] == [(0, 2), (1, 2), (2, 2)]
    assert seen[0].text == "Fetching Russell 2000"


def test_that_a_symbol_added_is_fetched_and_one_removed_is_gone(
    qtbot: QtBot, make: Make, source: ScriptedSource
) -> None:
    source.answers["ETH-USD"] = FetchError("offline", "No network.")
    market = make()
    refreshed(qtbot, market, market.start)
    refreshed(qtbot, market, lambda: market.watch([RUSSELL_2000, ETHER]))
    assert list(market.snapshot.assets) == ["^RUT", "ETH-USD"]
    market.watch([RUSSELL_2000])
    assert list(market.snapshot.assets) == ["^RUT"]


def test_that_an_answer_for_a_symbol_removed_meanwhile_is_dropped(
    qtbot: QtBot, make: Make, source: ScriptedSource
) -> None:
    source.gate = threading.Event()
    market = make(RUSSELL_2000, FUND)
    market.refresh()
    qtbot.waitUntil(lambda: bool(source.asked))
    market.watch([FUND])
    refreshed(qtbot, market, source.gate.set)
    assert list(market.snapshot.assets) == ["IWM"]


def test_that_the_next_refresh_is_planned_for_the_settlement_when_that_comes_first(
    qtbot: QtBot, make: Make, clock: HandClock
) -> None:
    clock.now = dt.datetime(2020, 1, 16, 21, 15, tzinfo=dt.UTC)
    market, plans = make(), []
    market.scheduled.connect(plans.append)
    refreshed(qtbot, market, market.start)
    assert plans[-1] == dt.datetime(2020, 1, 16, 21, 20, tzinfo=dt.UTC)


def test_that_waking_after_the_planned_time_refreshes_at_once(
    qtbot: QtBot, make: Make, clock: HandClock, source: ScriptedSource
) -> None:
    market = make(tick_milliseconds=5)
    refreshed(qtbot, market, market.start)
    asked = len(source.asked)
    refreshed(qtbot, market, lambda: setattr(clock, "now", THURSDAY_NIGHT))
    assert len(source.asked) > asked


def test_that_a_search_gives_matches_or_the_reason_why_not(qtbot: QtBot, make: Make, source: ScriptedSource) -> None:
    market = make()
    source.matches = (Match("SAP.DE", "SAP SE", "equity", "XETRA"),)
    with qtbot.waitSignal(market.found) as found:
        market.search("sap")
    assert found.args == [source.matches]
    source.matches = FetchError("offline", "No network.")
    with qtbot.waitSignal(market.search_failed) as failed:
        market.search("sap")
    assert failed.args == ["No network."]


def test_that_a_changed_definition_is_in_force_at_once(qtbot: QtBot, make: Make) -> None:
    market = make()
    refreshed(qtbot, market, market.start)
    refreshed(qtbot, market, lambda: market.change(Settings(sessions_below=0)))
    assert [event.session for event in market.snapshot.assets["^RUT"].breaks] == [dt.date(2020, 1, 7)]


def test_that_a_source_switched_off_is_not_asked_again(qtbot: QtBot, make: Make, source: ScriptedSource) -> None:
    source.name = "Yahoo"
    market = make()
    refreshed(qtbot, market, market.start)
    asked = len(source.asked)
    market.change(Settings(use_yahoo=False))
    refreshed(qtbot, market, market.refresh)
    assert len(source.asked) == asked
    assert "switched on" in market.snapshot.assets["^RUT"].problems[0]


def test_that_the_watchlist_is_shown_in_the_order_asked_for(qtbot: QtBot, make: Make) -> None:
    market = make(RUSSELL_2000, FUND)
    refreshed(qtbot, market, market.start)
    market.watch([FUND, RUSSELL_2000])
    assert list(market.snapshot.assets) == ["IWM", "^RUT"]


def test_that_a_fault_of_ours_with_one_symbol_leaves_the_others_alone(
    qtbot: QtBot, make: Make, source: ScriptedSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(asset: Asset, *rest: object, **more: object) -> object:
        if asset == RUSSELL_2000:
            raise ZeroDivisionError("by design")
        return derive(asset, *rest, **more)

    market = make(RUSSELL_2000, FUND)
    refreshed(qtbot, market, market.start)
    monkeypatch.setattr("models.refresh.derive", stumble)
    refreshed(qtbot, market, market.refresh)
    assert "could not be worked out" in market.snapshot.assets["^RUT"].problems[0]
    assert market.snapshot.assets["IWM"].problems == ()


def test_that_a_changed_definition_hides_no_problem_of_the_last_fetch(
    qtbot: QtBot, make: Make, source: ScriptedSource
) -> None:
    market = make()
    refreshed(qtbot, market, market.start)
    source.answers["^RUT"] = FetchError("offline", "No network.")
    refreshed(qtbot, market, market.refresh)
    source.gate = threading.Event()
    with qtbot.waitSignal(market.changed) as change:
        market.change(Settings(sessions_below=0))
    assert change.args[0].assets["^RUT"].problems == ("No network.",)
    assert len(change.args[0].assets["^RUT"].breaks) > 0


def test_that_a_rule_made_now_is_judged_without_waiting_for_prices(
    qtbot: QtBot, make: Make, parts: Parts, source: ScriptedSource
) -> None:
    market, news = make(), []
    market.announced.connect(news.extend)
    refreshed(qtbot, market, market.start)
    asked = len(source.asked)
    level = Crosses(Subject("^RUT"), "above", 98)
    keep(Rulebook(parts.store), Rule(key="level", name="A level", condition=level), THURSDAY_NOON)
    ruled: list[object] = []
    market.ruled.connect(ruled.append)
    refreshed(qtbot, market, market.judge_again)
    assert [each.rule.key for each in ruled[-1]] == ["all-time high", "level"]  # type: ignore[attr-defined]
    assert Ledger(parts.store).judged_through("level", "^RUT") == dt.date(2020, 1, 15)
    assert (news, len(source.asked)) == ([], asked), (
        "what closed before it was made is no news, and nothing was fetched"
    )


def test_that_what_is_asked_for_while_rules_are_judged_is_judged_once_right_after(qtbot: QtBot, make: Make) -> None:
    market, judged = make(), []
    refreshed(qtbot, market, market.start)
    market.judged.connect(judged.append)
    for _ in range(5):
        market.judge_again()
    qtbot.waitUntil(lambda: len(judged) == 2)
    qtbot.wait(50)
    assert len(judged) == 2


def test_that_what_was_imported_is_judged_at_once(qtbot: QtBot, make: Make, parts: Parts) -> None:
    market = make()
    refreshed(qtbot, market, market.start)
    parts.store.merge(Fetched("^RUT", bars_of(CLOSES[:9])[-1:], "Scripted", THURSDAY_NIGHT))
    refreshed(qtbot, market, lambda: market.reload("^RUT"))
    assert Ledger(parts.store).judged_through("all-time high", "^RUT") == dt.date(2020, 1, 16)


def test_that_live_rules_know_of_liquidity_what_was_last_told_and_nothing_before(make: Make) -> None:
    market = make()
    assert market.evidence().liquidity is None
    told = LiquidityHistory(np.array([1_700_000_000]), ("expanding",))
    market.know(told)
    assert market.evidence().liquidity is told
    market.know(None)
    assert market.evidence().liquidity is None
