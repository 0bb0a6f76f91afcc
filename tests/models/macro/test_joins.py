"""What was known of a series at an instant, against a loop that looks at every row."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.macro_store import Recorded
from models.macro.joins import known


def rows_of(rows: list[tuple[int, int, int]]) -> Recorded:
    """Rows of day, second known and value, each day and second once."""
    unique = sorted({(day, second): (day, second, value) for day, second, value in rows}.values())
    table = np.array(unique, np.int64).reshape(-1, 3)
    count = len(table)
    return Recorded(
        "INDPRO", table[:, 0].astype("datetime64[D]"), table[:, 2].astype(np.float64), table[:, 1].copy(),
        np.zeros(count, np.int64), np.zeros(count, np.bool_),
    )  # fmt: skip


def plainly(recorded: Recorded, instant: int) -> float | None:
    best: tuple[int, int, float] | None = None
    for day, second, value in zip(
        recorded.date.astype(int).tolist(), recorded.known_at.tolist(), recorded.value.tolist(), strict=True
    ):
        if second <= instant and (best is None or (day, second) > best[:2]):
            best = (day, second, value)
    return None if best is None else best[2]


ROWS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 30), st.integers(0, 99)), max_size=25)


@given(ROWS)
def test_that_the_value_known_is_the_newest_that_was_out(rows: list[tuple[int, int, int]]) -> None:
    recorded = rows_of(rows)
    seen = known(recorded).at(np.arange(-1, 32))
    for instant, value in zip(range(-1, 32), seen.tolist(), strict=True):
        expected = plainly(recorded, instant)
        assert (np.isnan(value) and expected is None) or value == expected


@given(ROWS, st.integers(0, 30))
def test_that_what_comes_later_changes_nothing_before(rows: list[tuple[int, int, int]], cut: int) -> None:
    recorded = rows_of(rows)
    early = recorded[recorded.known_at <= cut]
    instants = np.arange(cut + 1)
    np.testing.assert_array_equal(known(recorded).at(instants), known(early).at(instants))
    moment = dt.datetime.fromtimestamp(cut, dt.UTC)
    assert recorded.as_of(moment).value.tolist() == early.as_of(moment).value.tolist()
