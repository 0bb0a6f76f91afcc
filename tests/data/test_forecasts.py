"""The book of live forecasts: the first of a Friday counts, and nothing in it can be changed by anybody."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.forecasts import Came, ForecastBook, Kept, Made, Question
from data.store import Store
from tests.support.bars import NOW

QUESTION = Question("^RUT", "BTC-USD", 90)
MADE = Made(QUESTION, dt.date(2026, 1, 2), NOW, {"climatology": 0.58, "state": 0.61}, 100.0, "fridays-1", "abc")
CAME = Came(NOW + dt.timedelta(days=90), 100.0, 110.0, True, "def")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "b.sqlite3", NOW)
    yield opened
    opened.close()


@pytest.fixture
def book(store: Store) -> ForecastBook:
    return ForecastBook(store.database)


def test_that_the_first_forecast_of_a_friday_counts_and_later_ones_do_not(book: ForecastBook) -> None:
    assert book.keep(MADE)
    assert not book.keep(replace(MADE, p={"climatology": 0.99}, made_at=NOW + dt.timedelta(days=1)))
    assert book.of(QUESTION) == (Kept(MADE),)
    assert MADE.due == dt.date(2026, 4, 2)


def test_that_each_question_and_friday_has_its_own(book: ForecastBook) -> None:
    later = replace(MADE, friday=dt.date(2026, 1, 9))
    others = [replace(MADE, question=replace(QUESTION, **change)) for change in (
        {"leader": "IWM"}, {"target": "ETH-USD"}, {"horizon": 30}, {"step": 0.2},
    )]  # fmt: skip
    assert all(book.keep(made) for made in (later, MADE, *others))
    assert book.of(QUESTION) == (Kept(MADE), Kept(later))
    assert all(book.of(made.question) == (Kept(made),) for made in others)


def test_that_what_came_of_it_is_kept_once(book: ForecastBook) -> None:
    book.keep(MADE)
    assert book.score(MADE, CAME)
    assert not book.score(MADE, replace(CAME, exit=90.0, hit=False))
    assert book.of(QUESTION) == (Kept(MADE, CAME),)


@pytest.mark.parametrize("change", ["UPDATE {} SET entry = 1", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["forecasts", "forecast_outcomes"])
def test_that_the_file_itself_refuses_to_change_what_was_foretold(
    book: ForecastBook, store: Store, table: str, change: str
) -> None:
    book.keep(MADE)
    book.score(MADE, CAME)
    with (
        pytest.raises(sqlite3.IntegrityError, match="kept as it was made"),
        store.database.writing() as connection,
    ):
        connection.execute(change.format(table))
    assert book.of(QUESTION) == (Kept(MADE, CAME),)
