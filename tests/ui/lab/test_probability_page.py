"""The page of forecasts: the base rate first, a model without shown skill in grey, and the ledger beneath."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from data.catalog import asset_for
from data.forecasts import Came, Kept, Made, Question
from models.evidence.intervals import Interval
from models.evidence.probability import MODELS, Forecasts, walk_forward
from models.lab.probability import ProbabilityRequest
from tests.support.bars import NOW
from tests.support.forecast import market
from ui.lab.presentation import Line
from ui.lab.probability_page import ProbabilityPage
from ui.lab.probability_presentation import present
from ui.theme import load_theme

REQUEST = ProbabilityRequest("^RUT", "BTC-USD", 30)
MADE = Made(
    Question("^RUT", "BTC-USD", 30), dt.date(2026, 1, 2), NOW, dict.fromkeys(MODELS, 0.6), 100.0, "fridays-1", "abc"
)


@pytest.fixture(scope="module")
def found() -> Forecasts:
    return walk_forward(*market(2), 30)


def line(found: Forecasts, name: str) -> Line:
    lines = [one for one in present(found, REQUEST).pictures[0].layers if isinstance(one, Line)]
    (only,) = [one for one in lines if one.name.startswith(name)]
    return only


def test_that_the_base_rate_comes_first_with_its_interval_and_what_is_separate(found: Forecasts) -> None:
    said = present(found, REQUEST).sentence
    assert said.startswith(f"{found.headline * 100:.0f} % (interval {found.interval.low * 100:.0f} to")
    assert f"{found.apart} of these stretches do not overlap" in said
    assert "The state model has not beaten the base rate out of sample" in said


def test_that_a_model_is_grey_until_its_skill_is_shown_and_nothing_is_ever_green(found: Forecasts) -> None:
    assert line(found, "ridge").role == "muted"
    assert "no skill shown" in line(found, "ridge").name
    shown = replace(found.scores[2], skill=0.1, skill_interval=Interval(0.02, 0.2))
    better = replace(found, scores=(*found.scores[:2], shown, *found.scores[3:]))
    assert line(better, "ridge").role not in {"muted", "faint"}
    assert present(better, REQUEST).tables[0].rows[2][-1] == "has"
    for one in (found, better):
        roles = {getattr(layer, "role", "") for picture in present(one, REQUEST).pictures for layer in picture.layers}
        assert not roles & {"up", "ok", "down", "danger"}


def test_that_the_ledger_shows_what_was_made_what_came_and_what_was_revised(found: Forecasts) -> None:
    assert len(present(found, REQUEST).tables) == 1
    came = Came(NOW + dt.timedelta(days=30), 100.0, 110.0, True, "def")
    later = replace(MADE, friday=dt.date(2026, 1, 9))
    kept = replace(found, ledger=(Kept(MADE, came), Kept(later)), revised=(MADE.friday,), ledger_fault="A fault.")
    shown = present(kept, REQUEST)
    ledger = shown.tables[1]
    assert "2 kept, 1 scored; mean Brier score climatology 0.160" in ledger.title
    assert [(row[0], row[6], row[7]) for row in ledger.rows] == [
        ("9 Jan 2026", "open", ""),
        ("2 Jan 2026", "higher", "0.160"),
    ]
    assert shown.notes[0] == "A fault."
    assert "revised after the forecast of 2 Jan 2026" in shown.notes[1]


@pytest.mark.parametrize("model", MODELS[:3])
def test_that_the_diagram_is_that_of_the_chosen_model_with_its_band(found: Forecasts, model: str) -> None:
    picture = present(found, REQUEST, model).pictures[1]
    assert model in picture.title
    band, _, steps = picture.layers
    parts = found.calibrations[MODELS.index(model)]
    assert np.array_equal(band.low, parts.low)
    assert np.array_equal(steps.y, parts.recalibrated)
    assert steps.steps


def test_that_the_page_asks_for_what_is_chosen_and_shows_the_answer(qtbot: QtBot, found: Forecasts) -> None:
    page = ProbabilityPage(load_theme("light"))
    qtbot.addWidget(page)
    assert page.request() is None
    page.show_choices([asset_for("^RUT"), asset_for("BTC-USD")])
    page.horizon.setCurrentIndex(0)
    page.outcome.setCurrentIndex(2)
    request = page.request()
    assert request == ProbabilityRequest("^RUT", "BTC-USD", 30, 0.2)
    assert request is not None
    page.show_result(request, found)
    shown = page.presentation()
    assert shown is not None
    assert "ridge" in shown.pictures[1].title
