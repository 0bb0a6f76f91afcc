"""The card on what followed earlier breaks: asked of the asset chosen, answered in a worker, beside its base rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, asset_for
from models.audit import Audit
from models.followed import Followed, answer, question_about
from models.jobs import Jobs
from models.snapshot import AssetView, Snapshot
from tests.support.views import bars_of, view_of
from ui.after_card import AfterCard
from ui.study_desk import StudyDesk
from ui.theme import load_theme

NOW = dt.datetime(2020, 9, 1, tzinfo=dt.UTC)
CHECKED = Audit(calendar_checked=True)
CLOSES = [100.0, *(price for step in range(6) for price in (*[80 + 10 * step] * 4, 110 + 10 * step)), *[140.0] * 60]


def coin(days: int = 140, seed: int = 1) -> Bars:
    close = 100 * np.exp(np.cumsum(0.05 * np.random.default_rng(seed).standard_normal(days)))
    session = np.datetime64("2020-01-01") + np.arange(days)
    time = session.astype("datetime64[s]").astype(np.int64)
    return Bars(time, session, close, close, close, close, np.ones(days), np.ones(days, np.bool_))


def views(seed: int = 1) -> dict[str, AssetView]:
    return {
        "^RUT": view_of(bars_of(CLOSES), audit=CHECKED),
        "BTC-USD": view_of(coin(seed=seed), BITCOIN, audit=CHECKED),
        "ETH-USD": view_of(coin(seed=seed + 50), asset_for("ETH-USD"), audit=CHECKED),
    }


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture
def card(qtbot: QtBot) -> AfterCard:
    made = AfterCard(load_theme("dark"))
    made.horizon.setCurrentIndex(0)
    made.resize(300, 300)
    qtbot.addWidget(made)
    return made


def answered(card: AfterCard, calendars: Calendars, symbol: str = "^RUT", world: Any = "real") -> Followed:
    card.show_asset(symbol, Snapshot(NOW, views(), world))
    assert card.question is not None
    found = answer(card.question, calendars)
    card.show_answer(found)
    return found


def test_that_the_figures_are_those_of_a_plain_count(card: AfterCard, calendars: Calendars) -> None:
    found = answered(card, calendars)
    price = dict(zip(coin().session.astype(object).tolist(), coin().close.tolist(), strict=True))
    ahead = dt.timedelta(days=30)
    higher = [price[course.session + ahead] > price[course.session] for course in found.courses]
    sessions = bars_of(CLOSES).session.astype(object).tolist()
    base = [price[day + ahead] > price[day] for day in sessions if day + ahead in price]
    assert (found.n, found.hits, found.base) == (6, sum(higher), pytest.approx(sum(base) / len(base)))
    assert card._share.text() == f"{sum(higher)} of 6 higher after"
    assert f"any day: {100 * sum(base) / len(base):.0f}" in card._base.text()
    assert "After 6 earlier breaks bitcoin was higher 30 days later" in card.accessibleDescription()
    assert found.median is not None
    ends = sorted(np.log(price[one.session + ahead] / price[one.session]) for one in found.courses)
    assert found.median[-1] == pytest.approx((ends[2] + ends[3]) / 2)


@pytest.mark.parametrize(
    ("chosen", "pair"),
    [("^RUT", ("^RUT", "BTC-USD")), ("BTC-USD", ("^RUT", "BTC-USD")), ("ETH-USD", ("^RUT", "ETH-USD"))],
)
def test_that_a_coin_follows_and_an_index_leads(chosen: str, pair: tuple[str, str]) -> None:
    question = question_about(chosen, views(), 90)
    assert question is not None
    assert (question.leader.asset.symbol, question.follower.asset.symbol) == pair


def test_that_nothing_is_asked_before_the_histories_are_checked() -> None:
    unchecked = views() | {"^RUT": view_of(bars_of(CLOSES), RUSSELL_2000, audit=Audit(calendar_checked=False))}
    assert question_about("^RUT", unchecked, 90) is None
    assert question_about("^RUT", {"^RUT": views()["^RUT"]}, 90) is None


def test_that_an_answer_for_an_asset_left_meanwhile_is_dropped(card: AfterCard, calendars: Calendars) -> None:
    card.show_asset("ETH-USD", Snapshot(NOW, views()))
    assert card.question is not None
    late = answer(card.question, calendars)
    card.show_asset("^RUT", Snapshot(NOW, views()))
    card.show_answer(late)
    assert card.isHidden()


def test_that_the_card_says_which_world_it_is_of(card: AfterCard, calendars: Calendars) -> None:
    answered(card, calendars, world="playback")
    assert card._badge.text() == "PLAYBACK"


def test_that_a_horizon_too_long_gets_a_sentence_and_no_number(card: AfterCard, calendars: Calendars) -> None:
    card.horizon.setCurrentIndex(3)
    found = answered(card, calendars)
    assert found.hits is None
    assert "longer than the history" in card._finding.text()
    assert card._base.isHidden()
    assert not any(sign.isdigit() for sign in card._share.text())


def test_that_keys_walk_the_courses_and_enter_goes_there(card: AfterCard, calendars: Calendars, qtbot: QtBot) -> None:
    found = answered(card, calendars)
    with qtbot.waitSignal(card.zoom_requested) as asked:
        QTest.keyClick(card.picture, Qt.Key.Key_Right)
        QTest.keyClick(card.picture, Qt.Key.Key_Right)
        QTest.keyClick(card.picture, Qt.Key.Key_Return)
    assert asked.args == ["^RUT", found.courses[1].session]
    assert "2020:" in card.picture.accessibleDescription()


def test_that_a_click_on_a_course_goes_there(card: AfterCard, calendars: Calendars, qtbot: QtBot) -> None:
    found = answered(card, calendars)
    card.show()
    top = max(found.courses, key=lambda course: course.values[-1])
    room = card.picture._room()
    place = QPointF(room.right() - 1, card.picture._y(float(top.values[-1]))).toPoint()
    with qtbot.waitSignal(card.zoom_requested) as asked:
        QTest.mouseClick(card.picture, Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["^RUT", top.session]


def test_that_the_same_bars_are_studied_once(
    calendars: Calendars, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied = []

    def counted(question: Any, known: Calendars) -> Followed:
        studied.append(question.key)
        return answer(question, known)

    monkeypatch.setattr("ui.study_desk.answer", counted)
    jobs = Jobs()
    desk = StudyDesk(calendars, jobs)
    ask: Callable[..., Any] = lambda symbol, seed=1: question_about(symbol, views(seed), 30)  # noqa: E731
    for question in (ask("^RUT"), ask("ETH-USD"), ask("^RUT"), ask("^RUT", 2)):
        with qtbot.waitSignal(desk.answered, timeout=5000):
            desk.ask(question)
    assert len(studied) == 3
    assert jobs.stop()


def test_that_of_many_questions_at_once_the_newest_is_answered_last(calendars: Calendars, qtbot: QtBot) -> None:
    jobs, heard = Jobs(), []
    desk = StudyDesk(calendars, jobs)
    desk.answered.connect(heard.append)
    for horizon in (30, 90, 31, 32, 33):
        question = question_about("^RUT", views(), horizon)
        assert question is not None
        desk.ask(question)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=5000)
    assert [found.horizon for found in heard] == [30, 33]
    assert jobs.stop()
