"""The tray's words and menu, and its patience, without a tray."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from data.bars import Bars
from data.catalog import BITCOIN, RUSSELL_2000
from data.ledger import Receipt
from models.breakout import State
from models.snapshot import AssetView, Snapshot
from tests.support.alerts import NOW, an_alert
from tests.support.views import bars_of, view_of
from ui.tray import ICONS, Tray
from ui.tray_messages import TrayMessages
from ui.tray_words import distance_words, icon_name, line_of, tomorrow_morning

BELOW = bars_of([100.0] * 8 + [96.4], dt.date(2025, 9, 9))
THIN = "\N{NARROW NO-BREAK SPACE}"


def clock() -> dt.datetime:
    return NOW


def snapshot_of(*views: AssetView, world: str = "real") -> Snapshot:
    return Snapshot(NOW, {view.asset.symbol: view for view in views}, world=world)


@pytest.fixture
def build(qtbot: QtBot) -> Iterator[Callable[..., Tray]]:
    built: list[Tray] = []

    def make(*symbols: str, **more: object) -> Tray:
        built.append(Tray(symbols or ("^RUT", "BTC-USD"), clock, **more))
        return built[-1]

    yield make
    for tray in built:
        tray.stop()


def lines(tray: Tray) -> list[str]:
    return [action.text() for action in tray.menu.actions() if action.text()]


def action(tray: Tray, text: str) -> QAction:
    menus = [tray.menu, *(each.menu() for each in tray.menu.actions() if each.menu() is not None)]
    return next(each for menu in menus for each in menu.actions() if each.text().replace("&", "") == text)


def test_that_a_line_says_of_what_how_far_in_which_state_and_as_of_when() -> None:
    view = view_of(BELOW)
    assert (
        line_of(view) == f"Russell 2000: 3.60{THIN}% below its all-time high · {view.state.value} · 19 Sep 2025 close"
    )


def test_that_a_bar_in_progress_is_no_close() -> None:
    live = bars_of([100.0] * 8 + [96.4], dt.date(2025, 9, 9), final=False)
    assert line_of(view_of(live, live_distance=-0.036)).endswith("19 Sep 2025 so far")


@pytest.mark.parametrize("freshness", ["stale", "unusable"])
def test_that_old_prices_say_so(freshness: str) -> None:
    assert line_of(view_of(BELOW, freshness=freshness)).endswith(f"· {freshness}")


def test_that_no_prices_make_no_number() -> None:
    view = view_of(Bars.empty())
    assert line_of(view) == "Russell 2000: no prices yet"
    assert distance_words(view) == "no prices yet"


def test_that_a_price_at_the_high_is_not_nought_percent_below_it() -> None:
    assert distance_words(view_of(bars_of([99.0, 100.0]))) == "at its all-time high"


def test_that_there_is_an_icon_for_everything_that_can_be_shown() -> None:
    for name in (*(state.value for state in State), "stale", "simulated"):
        assert (ICONS / f"tray-{name}.svg").is_file(), name


def test_that_the_icon_tells_a_simulation_and_stale_prices_before_any_state() -> None:
    view = view_of(BELOW)
    assert icon_name(snapshot_of(view), "^RUT") == view.state.value
    assert icon_name(snapshot_of(replace(view, freshness="stale")), "^RUT") == "stale"
    assert icon_name(snapshot_of(view, world="simulated"), "^RUT") == "simulated"
    assert icon_name(snapshot_of(), "^RUT") == "warmup"


def test_that_the_menu_lists_the_watched_assets_in_order_and_follows_changes(build: Callable[..., Tray]) -> None:
    tray = build()
    tray.show_snapshot(snapshot_of(view_of(BELOW, BITCOIN), view_of(BELOW)))
    assert [line.split(":")[0] for line in lines(tray)[:2]] == ["Russell 2000", "Bitcoin"]
    tray.set_symbols(["BTC-USD"])
    assert [line.split(":")[0] for line in lines(tray)[:2]] == ["Bitcoin", "&Open Bellwether"]
    assert tray.tooltip.startswith("Bitcoin:")


def test_that_a_simulation_is_marked_on_every_line_and_in_the_tooltip(build: Callable[..., Tray]) -> None:
    tray = build()
    tray.show_snapshot(snapshot_of(view_of(BELOW), view_of(BELOW, BITCOIN), world="simulated"))
    assert all(text.startswith("Simulated · ") for text in (*lines(tray)[:2], tray.tooltip))


def test_that_an_ampersand_in_a_name_stays_one(build: Callable[..., Tray]) -> None:
    tray = build("^GSPC")
    asset = replace(RUSSELL_2000, symbol="^GSPC", name="S&P 500")
    tray.show_snapshot(snapshot_of(view_of(BELOW, asset)))
    assert lines(tray)[0].startswith("S&&P 500:")


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Open Bellwether", "open_requested"),
        ("Refresh now", "refresh_requested"),
        ("Quit Bellwether", "quit_requested"),
    ],
)
def test_that_the_menu_asks_for_what_it_says(qtbot: QtBot, build: Callable[..., Tray], text: str, signal: str) -> None:
    tray = build()
    with qtbot.waitSignal(getattr(tray, signal)):
        action(tray, text).trigger()


def test_that_a_line_asks_for_its_asset(qtbot: QtBot, build: Callable[..., Tray]) -> None:
    tray = build()
    tray.show_snapshot(snapshot_of(view_of(BELOW), view_of(BELOW, BITCOIN)))
    with qtbot.waitSignal(tray.asset_requested) as asked:
        tray.menu.actions()[1].trigger()
    assert asked.args == ["BTC-USD"]


def test_that_mute_names_the_instant_until_which_it_holds(qtbot: QtBot, build: Callable[..., Tray]) -> None:
    tray = build()
    with qtbot.waitSignal(tray.mute_requested) as asked:
        action(tray, "For 1 hour").trigger()
    assert asked.args == [NOW + dt.timedelta(hours=1)]
    tray.set_muted(asked.args[0])
    assert any(text.startswith("&Muted until 18 Sep 2025") for text in lines(tray))
    with qtbot.waitSignal(tray.mute_requested) as asked:
        action(tray, "Off").trigger()
    assert asked.args == [None]


def test_that_tomorrow_begins_at_eight_on_the_users_own_clock() -> None:
    zone = dt.timezone(dt.timedelta(hours=-5))
    late = dt.datetime(2025, 12, 31, 23, 50, tzinfo=zone)
    assert tomorrow_morning(late) == dt.datetime(2026, 1, 1, 8, tzinfo=zone)


# The offscreen platform has no trays, and says so when an icon is made.
@pytest.mark.qt_log_ignore("systemTrayWindowChanged")
def test_that_without_a_tray_nothing_may_hide_and_a_tray_that_comes_late_is_used(
    qtbot: QtBot, build: Callable[..., Tray]
) -> None:
    there = [False]
    tray = build(is_host_there=lambda: there[0], eager_ms=1, patient_ms=1)
    told: list[bool] = []
    tray.availability_changed.connect(told.append)
    tray.start()
    assert not tray.can_hide
    there[0] = True
    qtbot.waitUntil(lambda: tray.can_hide)
    there[0] = False
    qtbot.waitUntil(lambda: told == [True, False])
    assert not tray.can_hide


def test_that_a_balloon_without_an_icon_is_a_failure(qtbot: QtBot, build: Callable[..., Tray]) -> None:
    messages = TrayMessages(build(is_host_there=lambda: False), clock)
    with qtbot.waitSignal(messages.reported) as reported:
        messages.deliver(an_alert())
    assert reported.args[0] == Receipt(an_alert().key, "tray", "failed", NOW, "there is no tray icon")
    assert not messages.available()
