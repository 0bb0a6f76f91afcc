"""The cards: every figure with its date, source and doubt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from data.catalog import asset_for
from data.ledger import Alert, Outcome, Receipt
from models.audit import Audit, Finding
from models.breakout import State
from models.snapshot import AssetView
from tests.support.window import NOW, a_snapshot, a_view, a_window, some_bars, wave
from ui.alerts_card import delivery_text
from ui.break_card import BreakCard
from ui.wording import STATE_NAMES, STATE_SENTENCES

RUT = asset_for("^RUT")


@pytest.fixture
def card(qtbot: QtBot, tmp_path: Path) -> BreakCard:
    return a_window(qtbot, tmp_path).panels.standing


def show(card: BreakCard, view: AssetView) -> None:
    card.show_asset(view, a_snapshot(RUT=view))


def an_alert(transition: str = "break", *, late: bool = False) -> Alert:
    return Alert("key", "states", "^RUT", dt.date(2026, 1, 15), transition, "Title", "Body.", NOW, late)


def test_that_the_distance_says_of_what_and_since_when(card: BreakCard) -> None:
    show(card, a_view(RUT, some_bars(wave())))
    assert card._figure.text() == "\N{MINUS SIGN}2.50\N{NARROW NO-BREAK SPACE}%"
    assert "below its all-time high, by close" in card._figure.accessibleName()
    facts = {name: (value.text(), when.text()) for name, (value, when) in card._facts.items()}
    assert facts["Last close"] == ("156.00", "2 Mar 2026")
    assert facts["All-time high"][1] == "10 Feb 2026"
    assert facts["Since that high"] == ("20 sessions", "20 days")
    assert "All-time high since" in card._source.text()
    assert "Yahoo, final closes, fetched" in card._source.text()


def test_that_a_bar_in_progress_never_moves_the_settled_figure(card: BreakCard) -> None:
    bars = some_bars([*wave(), 170.0], live=True)
    show(card, a_view(RUT, bars, live_state=State.BREAK, live_distance=0.0))
    assert card._figure.text().startswith("\N{MINUS SIGN}2.50")
    assert card._live.isVisibleTo(card)
    assert "In progress: 170.00" in card._live.text()
    assert "would be a break" in card._live.text()
    show(card, a_view(RUT, some_bars(wave())))
    assert not card._live.isVisibleTo(card)


@pytest.mark.parametrize("state", list(State))
def test_that_each_state_is_named_in_words(card: BreakCard, state: State) -> None:
    show(card, a_view(RUT, some_bars(wave()), state=state))
    assert card._stepper.accessibleName() == f"State: {STATE_NAMES[state]}"
    assert card._sentence.text() == STATE_SENTENCES[state]
    card.grab()


def test_that_a_blocked_history_gives_no_verdict(card: BreakCard) -> None:
    found = Audit((Finding("zero", "blocking", "A close is zero."), Finding("late", "note", "It starts late.")))
    show(card, a_view(RUT, some_bars(wave()), state=State.CONFIRMED, audit=found, freshness="unusable"))
    assert card._stepper.accessibleName() == "State: cannot tell"
    assert "Cannot tell" in card._sentence.text()
    assert card._findings.text() == "No verdict: 2 remarks on this history"
    assert "Not usable" in card._fresh.text()


def test_that_an_unchecked_history_is_not_called_checked(card: BreakCard) -> None:
    show(card, a_view(RUT, some_bars(wave()), audit=Audit(calendar_checked=False)))
    assert card._findings.text() == "Not yet checked for gaps"


def test_that_a_disagreement_is_told_and_the_break_not_called_confirmed(card: BreakCard) -> None:
    show(card, a_view(RUT, some_bars(wave()), state=State.CONFIRMED, held_back="IWM moved differently."))
    assert "second source disagrees" in card._sentence.text()
    assert card._held_back.text() == "IWM moved differently."


def test_that_an_asset_without_prices_shows_no_figure(card: BreakCard) -> None:
    show(card, a_view(RUT, some_bars([])))
    assert card._figure.text() == "–"
    assert not card._rest.isVisibleTo(card)


def test_that_breaks_are_listed_newest_first_with_what_they_broke(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot())
    card = window.panels.breaks
    assert card._title.text() == "1 break · 63+ sessions below"
    cells = [card.model.index(0, column).data() for column in range(card.model.columnCount())]
    assert cells[1] == "151.00"
    assert int(cells[2]) >= 190
    assert cells[3].startswith("\N{MINUS SIGN}26.")


@pytest.mark.parametrize(
    ("outcomes", "text"),
    [
        ((), "not delivered yet"),
        (("unknown",), "delivery unknown"),
        (("failed",), "could not be delivered"),
        (("failed", "delivered"), "delivered by notification"),
        (("unknown", "clicked"), "delivered by notification"),
    ],
)
def test_that_an_alert_tells_what_became_of_it(outcomes: tuple[Outcome, ...], text: str) -> None:
    receipts = [Receipt("key", "notification", outcome, NOW) for outcome in outcomes]
    assert delivery_text(receipts).startswith(text)


def test_that_an_alert_can_be_chosen_and_says_that_it_is_late(qtbot: QtBot, tmp_path: Path) -> None:
    window = a_window(qtbot, tmp_path)
    window.show_snapshot(a_snapshot())
    window.show_alerts(((an_alert(late=True), ()), (an_alert("failed"), ())))
    view = window.panels.alerts.view
    index = view.model().index(0, 0)
    from PySide6.QtCore import Qt

    assert "late; not delivered yet" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    window.panels.alerts._choose(index)
    assert ("zoom_to", "^RUT", dt.date(2026, 1, 15)) in window.charts.asked  # type: ignore[attr-defined]
    window.grab()
