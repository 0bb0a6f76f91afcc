from __future__ import annotations

import datetime as dt

import pytest

from ui.charts.presets import preset_range
from ui.ranges import RANGES


def at(day: str) -> float:
    return dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("1M", "2026-01-23"), ("3M", "2025-11-23"), ("6M", "2025-08-23"), ("YTD", "2026-01-01"),
        ("1Y", "2025-02-23"), ("5Y", "2021-02-23"), ("10Y", "2016-02-23"), ("Max", "1987-09-10"),
    ],
)  # fmt: skip
def test_that_a_preset_counts_back_from_the_last_bar(name: str, start: str) -> None:
    last = at("2026-02-23T14:30")
    shown = preset_range(name, at("1987-09-10"), last)
    assert shown.first == at(start)
    assert last < shown.last < last + 0.1 * shown.span


def test_that_a_month_before_the_31st_ends_with_the_shorter_month() -> None:
    assert preset_range("1M", 0.0, at("2026-03-31")).first == at("2026-02-28")


def test_that_a_preset_longer_than_the_history_begins_with_it() -> None:
    assert preset_range("10Y", at("2024-05-01"), at("2026-02-23")).first == at("2024-05-01")


@pytest.mark.parametrize("name", RANGES)
def test_that_a_single_bar_still_makes_a_range(name: str) -> None:
    assert preset_range(name, at("2026-01-01"), at("2026-01-01")).span > 0


def test_that_an_unknown_preset_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no range called '2Y'"):
        preset_range("2Y", 0.0, 1e9)
