"""Live forecasts: made in the week of their Friday only, scored once on settled bars, and honest about revisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.bars import Bars
from data.database import Database
from data.forecasts import ForecastBook, Question
from data.store import Store
from models.evidence.alignment import Series
from models.lab.asking import History, Inputs
from models.lab.filing import filed
from models.lab.forecast_log import LATEST, log
from models.lab.lead_lag import LeadLagRequest
from models.lab.probability import ProbabilityRequest
from tests.support.forecast import market

QUESTION = Question("^RUT", "BTC-USD", 30)
N = 2005  # the last day is a Friday
ENDED = dt.datetime(2019, 6, 29, tzinfo=dt.UTC)
NOW = ENDED + dt.timedelta(hours=5)
TARGET, LEADER = market(11, 2200)[:2]


def inputs(days: int = N, now: dt.datetime = NOW, target: Series = TARGET, warning: str = "") -> Inputs:
    histories = {
        one.asset.symbol: History(bars_of(one[:days]), one[:days], warning) for one in (LEADER, target)
    }  # fmt: skip
    return Inputs(histories, now)


def bars_of(series: Series) -> Bars:
    close, final = series.close, np.ones(len(series), np.bool_)
    return Bars(series.ends - 86_400, series.session, close, close, close, close, close * 0, final)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    store = Store.open(tmp_path / "b.sqlite3", NOW)
    yield store.database
    store.close()


@pytest.fixture
def book(database: Database) -> ForecastBook:
    return ForecastBook(database)


def test_that_the_forecast_of_the_week_is_the_last_one_of_the_walk_and_is_kept_once(book: ForecastBook) -> None:
    assert TARGET.session[N - 1] == np.datetime64("2019-06-28")
    kept = log(book, QUESTION, inputs())
    again = log(book, QUESTION, inputs(N + 3, NOW + dt.timedelta(days=3)))
    assert kept.kept == again.kept
    (one,) = kept.kept
    found = ProbabilityRequest("^RUT", "BTC-USD", 30).perform(inputs(), lambda _done, _doing: None)
    assert list(one.made.p.values()) == pytest.approx(found.latest.tolist(), abs=1e-12)
    assert (one.made.friday, one.made.made_at, one.made.entry) == (dt.date(2019, 6, 28), NOW, TARGET.close[N - 1])
    assert kept.fault == ""


@pytest.mark.parametrize("late", [LATEST + dt.timedelta(hours=1), dt.timedelta(days=400)])
def test_that_no_forecast_is_made_up_for_a_friday_that_is_long_over(book: ForecastBook, late: dt.timedelta) -> None:
    found = log(book, QUESTION, inputs(N, ENDED + late))
    assert found.kept == ()
    assert "no forecast to keep now" in found.fault


def test_that_a_history_the_audit_complains_of_foretells_and_scores_nothing(book: ForecastBook) -> None:
    log(book, QUESTION, inputs())
    found = log(book, QUESTION, inputs(N + 60, NOW + dt.timedelta(days=60), warning="Sessions are missing."))
    assert [one.came for one in found.kept] == [None]
    assert "Sessions are missing." in found.fault


def test_that_it_is_scored_when_its_day_is_settled_and_not_a_day_before(book: ForecastBook) -> None:
    log(book, QUESTION, inputs())
    early = log(book, QUESTION, inputs(N + 29, NOW + dt.timedelta(days=29)))
    assert all(one.came is None for one in early.kept)
    due = log(book, QUESTION, inputs(N + 30, NOW + dt.timedelta(days=30)))
    came = due.kept[0].came
    assert came is not None
    assert came.hit == (TARGET.close[N + 29] > TARGET.close[N - 1])
    assert (came.entry, came.exit) == (TARGET.close[N - 1], TARGET.close[N + 29])
    assert due.revised == ()


def test_that_prices_revised_later_leave_the_score_as_it_was_and_are_told(book: ForecastBook) -> None:
    log(book, QUESTION, inputs())
    then = log(book, QUESTION, inputs(N + 31, NOW + dt.timedelta(days=31))).kept
    close = TARGET.close.copy()
    close[N + 29] = close[N - 1] * (0.5 if then[0].came is not None and then[0].came.hit else 2)
    revised = replace(TARGET, close=close)
    now = log(book, QUESTION, inputs(N + 32, NOW + dt.timedelta(days=32), revised))
    assert now.kept[0] == then[0]
    assert now.revised == (then[0].made.friday,)


def test_that_an_answer_comes_with_the_ledger_and_a_request_without_one_is_left_alone(database: Database) -> None:
    request = ProbabilityRequest("^RUT", "BTC-USD", 30)
    found = filed(request, request.perform(inputs(), lambda _done, _doing: None), inputs(), database)
    assert [one.made.friday for one in found.ledger] == [dt.date(2019, 6, 28)]
    answer = object()
    assert filed(LeadLagRequest("^RUT", "BTC-USD"), answer, inputs(), database) is answer


def test_that_an_answer_says_why_nothing_could_be_kept(database: Database) -> None:
    database.close()
    request = ProbabilityRequest("^RUT", "BTC-USD", 30)
    found = request.perform(inputs(), lambda _done, _doing: None)
    assert "closing" in request.file(found, inputs(), database).ledger_fault


def test_that_too_short_a_history_keeps_nothing_and_says_so(book: ForecastBook) -> None:
    found = log(book, QUESTION, inputs(20, NOW))
    assert found.kept == ()
    assert "longer than the history" in found.fault
