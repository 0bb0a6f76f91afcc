"""What is shown of leads and lags: the columns and both rooms, marked windows, and levels that prove nothing."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from models.evidence.lead_lag import LeadLag, lead_lag
from models.evidence.lead_lag_regimes import Stretch
from models.evidence.record import plain
from models.lab.lead_lag import LeadLagRequest
from tests.models.evidence.test_lead_lag import series_from
from ui.lab.lead_lag_page import LeadLagPage
from ui.lab.lead_lag_presentation import present
from ui.lab.presentation import Band, Columns, Level, Picture, Presentation, Span
from ui.lab.report import html_report
from ui.theme import load_theme

REQUEST = LeadLagRequest("^RUT", "BTC-USD")


@pytest.fixture(scope="module")
def found() -> LeadLag:
    generator = np.random.default_rng(12)
    weeks = generator.normal(size=(300, 7)) * 0.01
    other = generator.normal(size=(300, 7)) * 0.01
    other[2:] += 0.8 * weeks[:-2].mean(axis=1)[:, None]
    stretches = (
        Stretch("calm", dt.date(2018, 1, 1), dt.date(2019, 12, 31)),
        Stretch("new", dt.date(2020, 1, 1), dt.date(2020, 2, 1)),
    )
    series = [series_from(name, each.ravel(), "2018-01-05") for name, each in (("^RUT", weeks), ("BTC-USD", other))]
    return lead_lag(series[0], series[1], draws=200, stretches=stretches)


@pytest.fixture
def shown(found: LeadLag) -> Presentation:
    return present(found, REQUEST)


def layers(picture: Picture, kind: type) -> list[object]:
    return [layer for layer in picture.layers if isinstance(layer, kind)]


def test_that_the_columns_stand_in_both_rooms_and_only_the_planted_one_is_full(shown: Presentation) -> None:
    picture = shown.pictures[0]
    (columns,) = (layer for layer in picture.layers if isinstance(layer, Columns))
    assert columns.x.tolist() == list(range(-8, 9))
    assert columns.strong is not None
    assert columns.x[columns.strong].tolist() == [2.0]
    assert len(layers(picture, Band)) == 1
    assert len(layers(picture, Level)) == 5  # all lags and naive, above and below, and zero


def test_that_windows_with_the_crash_are_marked_as_one_stretch(found: LeadLag, shown: Presentation) -> None:
    (span,) = (layer for layer in shown.pictures[1].layers if isinstance(layer, Span))
    marked = found.rolling.end[found.rolling.crash].astype(np.int64)
    assert (span.first, span.last) == (float(marked[0]), float(marked[-1]))


def test_that_the_correlation_of_levels_is_struck_out_beside_that_of_returns(shown: Presentation) -> None:
    assert "Log prices" in shown.struck[0]
    assert "returns correlate" in shown.notes[0]
    assert "proves nothing" in shown.pictures[3].title


def test_that_regimes_have_a_table_and_a_short_one_no_figures(found: LeadLag, shown: Presentation) -> None:
    table = shown.tables[2]
    assert [row[0] for row in table.rows] == ["calm", "new"]
    assert table.rows[0][4] == "2"
    assert table.rows[1][2:] == ("–",) * 5


def test_that_page_and_report_strike_the_levels_out(qtbot: QtBot, shown: Presentation) -> None:
    page = LeadLagPage(load_theme("dark"))
    qtbot.addWidget(page)
    page.show_presentation(shown)
    from PySide6.QtWidgets import QLabel

    crossed = [text for text in page.findChildren(QLabel) if text.text() == shown.struck[0]]
    assert len(crossed) == 1
    assert crossed[0].font().strikeOut()
    assert crossed[0].accessibleName().startswith("Crossed out")
    text = html_report([shown], load_theme("light"), "real", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert f"<s>{shown.struck[0]}</s>" in text


def test_that_the_record_is_json_with_stable_keys(found: LeadLag) -> None:
    told = json.loads(json.dumps(plain(found), allow_nan=False))
    assert {"leader", "follower", "lags", "predictions", "robust", "regimes", "rolling", "seed"} <= told.keys()
    assert told["regimes"][1]["r"] is None
