"""The page of the scan: what it asks for, and what it shows of the answer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from data.catalog import asset_for
from models.evidence.scan_words import scan_sentence, standing_sentence
from models.lab.executing import Here
from models.lab.scan import ScanAnswer, ScanRequest
from tests.support.scanned import names_of, world
from ui.lab.plot import Plot
from ui.lab.presentation import Line, Points
from ui.lab.scan_page import ScanPage
from ui.lab.scan_presentation import MOST_ROWS, present
from ui.theme import load_theme

WORLD = world(4, 3)
LEADERS, COINS = names_of(WORLD)
ASSETS = [asset_for(symbol) for symbol in (*LEADERS, *COINS)]


@pytest.fixture
def page(qtbot: QtBot) -> ScanPage:
    made = ScanPage(load_theme("dark"))
    qtbot.addWidget(made)
    made.show_choices(ASSETS)
    return made


@pytest.fixture(scope="module")
def answer() -> ScanAnswer:
    return ScanRequest(LEADERS, COINS).perform_on(Here(), WORLD, lambda _done, _doing: None)


def test_that_the_watchlists_coins_follow_and_all_others_lead(page: ScanPage) -> None:
    assert page.request() == ScanRequest(LEADERS, COINS)


def test_that_what_was_unchosen_stays_so_when_the_watchlist_is_offered_again(page: ScanPage) -> None:
    page.leaders.choose(["^RUT", "IWM"])
    page.horizons.choose([90])
    page.show_choices([*ASSETS, asset_for("DIA")])
    asked = page.request()
    assert isinstance(asked, ScanRequest)
    assert (asked.leaders, asked.horizons, asked.special) == (("^RUT", "IWM", "DIA"), (90,), "^RUT")
    assert page.leaders.text() == "Leaders: 3 of 8"


def test_that_a_leader_no_longer_chosen_is_not_the_one_in_question(page: ScanPage) -> None:
    page.leaders.choose(["^GSPC", "IWM"])
    asked = page.request()
    assert isinstance(asked, ScanRequest)
    assert asked.special == "^GSPC"


@pytest.mark.parametrize("which", ["leaders", "followers", "below", "horizons"])
def test_that_it_asks_for_nothing_as_long_as_something_is_missing(page: ScanPage, which: str) -> None:
    getattr(page, which).choose([])
    assert page.request() is None


def test_that_one_asset_cannot_follow_itself(page: ScanPage) -> None:
    page.leaders.choose(["BTC-USD"])
    page.followers.choose(["BTC-USD"])
    assert page.request() is None


def test_that_a_change_asks_again_once_it_has_come_to_rest(page: ScanPage, qtbot: QtBot) -> None:
    asked = QSignalSpy(page.asked)
    page.below.choose([63])
    page.horizons.choose([30, 90])
    assert asked.count() == 0
    qtbot.waitUntil(lambda: asked.count() == 1)
    assert asked.at(0)[0].sessions_below == (63,)


def test_that_the_page_shows_sentences_pictures_and_tables(page: ScanPage, answer: ScanAnswer) -> None:
    asked = page.request()
    assert asked is not None
    page.show_result(asked, answer)
    assert len(page.findChildren(Plot)) == 3
    shown = page.presentation()
    assert shown is not None
    assert shown.sentence == scan_sentence(answer.scan)
    assert answer.standing is not None
    assert shown.notes[0] == standing_sentence(answer.standing)


def test_that_every_answer_is_a_dot_in_each_picture_that_speaks_of_it(answer: ScanAnswer) -> None:
    by_leader, ours, ranks = present(answer, ScanRequest(LEADERS, COINS)).pictures
    count = len(answer.scan.rows)
    dots = [
        sum(len(layer.x) for layer in picture.layers if isinstance(layer, Points)) for picture in (by_leader, ranks)
    ]
    assert dots == [count, count]
    theirs = [row for row in answer.scan.rows if row.finding.leader == "^RUT"]
    assert sum(len(layer.x) for layer in ours.layers if isinstance(layer, Points)) == len(theirs)
    keys = [key for layer in ours.layers if isinstance(layer, Points) for key in layer.keys]
    assert len(set(keys)) == len(theirs)
    values = next(layer.y for layer in ranks.layers if isinstance(layer, Points))
    assert values.tolist() == sorted(values.tolist())


def test_that_the_bars_are_the_middle_z_of_the_dots_below_them(answer: ScanAnswer) -> None:
    picture = present(answer, ScanRequest(LEADERS, COINS)).pictures[0]
    assert answer.standing is not None
    bars = [float(layer.y[0]) for layer in picture.layers if isinstance(layer, Line)]
    assert bars == [z for _, z, _ in answer.standing.scores] == sorted(bars, reverse=True)
    assert picture.y.high is not None
    assert picture.y.high > max(float(np.max(layer.y)) for layer in picture.layers if isinstance(layer, Points))


def test_that_the_tables_hold_what_they_say(answer: ScanAnswer) -> None:
    standings, ranked, refused = present(answer, ScanRequest(LEADERS, COINS)).tables
    assert answer.standing is not None
    assert len(standings.rows) == len(answer.standing.scores)
    assert len(ranked.rows) == min(MOST_ROWS, len(answer.scan.rows))
    assert {len(row) for row in ranked.rows} == {len(ranked.heads)}
    assert sum(int(row[2]) for row in refused.rows) == len(answer.scan.refused)


def test_that_without_a_leader_in_question_there_are_only_ranks() -> None:
    request = ScanRequest(("IWM",), COINS, horizons=(7,))
    shown = present(request.perform_on(Here(), WORLD, lambda _done, _doing: None), request)
    assert [picture.title for picture in shown.pictures] == ["More small p than by chance?"]
