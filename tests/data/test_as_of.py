"""Bars as they were known at an instant, against the store as it was left after each merge."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bars import Bars
from data.source import Fetched
from data.store import Store
from tests.support.bars import NOW, fetched, row

HOUR = dt.timedelta(hours=1)
SOURCES = ("Yahoo", "Kraken", "import:file.csv")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "bellwether.sqlite3", NOW)
    yield opened
    opened.close()


def merged(store: Store, at: dt.datetime, *rows: object, source: str = "Yahoo") -> None:
    bars = fetched(*rows).bars  # type: ignore[arg-type]
    store.merge(Fetched("^RUT", bars, source, at))


def prices(bars: Bars) -> list[tuple[object, ...]]:
    columns = (bars.session, bars.open, bars.high, bars.low, bars.close)
    return [tuple(column[place].item() for column in columns) for place in range(len(bars))]


def test_that_an_unknown_symbol_had_nothing(store: Store) -> None:
    assert len(store.settled_as_of("nothing", NOW).bars) == 0


def test_that_a_correction_is_undone_and_a_bar_that_came_later_is_left_out(store: Store) -> None:
    merged(store, NOW, row(0, 100.0), row(1, 101.0))
    merged(store, NOW + HOUR, row(1, 105.0), row(2, 106.0))
    then, now = store.settled_as_of("^RUT", NOW), store.settled_as_of("^RUT", NOW + HOUR)
    assert (then.bars.close.tolist(), then.certain) == ([100.0, 101.0], True)
    assert (now.bars.close.tolist(), now.certain) == ([100.0, 105.0, 106.0], True)
    assert len(store.settled_as_of("^RUT", NOW - HOUR).bars) == 0


def test_that_a_bar_that_was_in_progress_was_not_final(store: Store) -> None:
    merged(store, NOW, row(0), row(1, 101.0, final=False))
    merged(store, NOW + HOUR, row(1, 102.0))
    assert len(store.settled_as_of("^RUT", NOW).bars) == 1


def test_that_a_volume_that_came_later_changes_nothing_of_when_a_price_was_known(store: Store) -> None:
    merged(store, NOW, row(0), row(1))
    merged(store, NOW + HOUR, row(1)._replace(volume=7.0))
    then = store.settled_as_of("^RUT", NOW)
    assert (len(then.bars), then.certain) == (2, True)


def test_that_a_gap_that_was_filled_since_is_not_certain(store: Store) -> None:
    merged(store, NOW, row(0), row(2))
    merged(store, NOW + HOUR, row(1))
    then = store.settled_as_of("^RUT", NOW)
    assert (len(then.bars), then.certain) == (2, False)


def test_that_a_revision_without_a_note_of_what_it_replaced_is_not_certain(store: Store) -> None:
    merged(store, NOW, row(0))
    merged(store, NOW + HOUR, row(0, 90.0))
    with store.database.writing() as connection:
        connection.execute("UPDATE revisions SET known_since = NULL")
    assert not store.settled_as_of("^RUT", NOW).certain


ROWS = st.builds(
    lambda place, close, final: row(place, close, final=final),
    st.integers(0, 4),
    st.sampled_from([90.0, 100.0, 101.0, 130.0]),
    st.booleans(),
)
MERGES = st.lists(st.tuples(st.lists(ROWS, min_size=1, max_size=5), st.sampled_from(SOURCES)), min_size=1, max_size=8)


@given(MERGES)
def test_that_what_was_known_then_is_what_the_store_held_then(merges: list[tuple[list[object], str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, held = Store.open(Path(folder) / "bellwether.sqlite3", NOW), []
        for number, (rows, source) in enumerate(merges):
            merged(store, NOW + number * HOUR, *rows, source=source)
            held.append(prices(store.bars("^RUT").bars.settled()))
        for number, expected in enumerate(held):
            then = store.settled_as_of("^RUT", NOW + number * HOUR + HOUR / 2)
            assert prices(then.bars) == expected
            assert np.all(np.diff(then.bars.time) > 0)
        assert store.settled_as_of("^RUT", NOW + len(merges) * HOUR).bars.same_as(store.bars("^RUT").bars.settled())
        store.close()
