"""What the charts show as a file: one line for each day, each column its own unit and source, nothing made up."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.bars import Bars
from data.chart_file import ChartColumn, chart_csv, write_whole
from data.sheet import FileRefused
from models.resample import resample
from tests.support.charts import days_of
from tests.support.views import bars_of

FRIDAY = dt.date(2025, 9, 19)


def column(symbol: str, bars: Bars) -> ChartColumn:
    return ChartColumn(symbol, "USD", "Test", bars)


def table(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def test_that_each_column_says_its_unit_and_source() -> None:
    text = chart_csv([column("^RUT", bars_of([1.0])), ChartColumn("VOD.L", "GBp", "", bars_of([2.0]))], "day")
    assert table(text)[0] == ["Date", "^RUT close (USD; Test)", "VOD.L close (GBp; source unknown)", "In progress"]


def test_that_days_that_only_one_market_has_leave_the_other_empty() -> None:
    text = chart_csv(
        [column("^RUT", bars_of([10.0, 11.5], FRIDAY)), column("BTC", days_of([1, 2, 3, 4], FRIDAY))], "day"
    )
    assert table(text)[1:] == [
        ["2025-09-19", "10", "1", ""],
        ["2025-09-20", "", "2", ""],
        ["2025-09-21", "", "3", ""],
        ["2025-09-22", "11.5", "4", ""],
    ]


def test_that_bars_in_progress_are_named() -> None:
    both = [column("A", bars_of([1.0, 2.0], FRIDAY, final=False)), column("B", days_of([3.0] * 4, FRIDAY, final=False))]
    rows = table(chart_csv(both, "day"))
    assert [row[-1] for row in rows[1:]] == ["", "", "", "A B"]


def test_that_a_missing_close_is_an_empty_cell() -> None:
    bars = bars_of([1.0, 2.0, 3.0])
    close = bars.close.copy()
    close[1] = np.nan
    assert [row[1] for row in table(chart_csv([column("A", replace(bars, close=close))], "day"))[1:]] == ["1", "", "3"]


@pytest.mark.parametrize(("spacing", "first"), [("week", "2025-09-15"), ("month", "2025-09")])
def test_that_weeks_and_months_of_different_markets_share_their_lines(spacing: str, first: str) -> None:
    exchange, coins = (
        bars_of([float(i) for i in range(1, 40)], FRIDAY),
        days_of([float(i) for i in range(1, 60)], FRIDAY),
    )
    shown = [
        column("^RUT", resample(exchange, spacing, "XNYS")),  # type: ignore[arg-type]
        column("BTC", resample(coins, spacing, "24/7")),  # type: ignore[arg-type]
    ]
    rows = table(chart_csv(shown, spacing))  # type: ignore[arg-type]
    assert rows[1][0] == first
    assert len({row[0] for row in rows[1:]}) == len(rows) - 1
    assert all(row[1] and row[2] for row in rows[1:])


def test_that_float_noise_of_a_feed_is_kept_to_ten_figures() -> None:
    assert table(chart_csv([column("A", bars_of([168.97000122070312, 0.000123456789]))], "day"))[1:] == [
        ["2020-01-06", "168.9700012", ""],
        ["2020-01-07", "0.000123456789", ""],
    ]


@pytest.mark.parametrize("columns", [[], [column("A", Bars.empty())]])
def test_that_nothing_in_view_is_a_head_alone(columns: list[ChartColumn]) -> None:
    assert len(chart_csv(columns, "day").splitlines()) == 1


def test_that_a_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "chart.csv"
    path.write_bytes(b"before")
    write_whole(path, b"after")
    assert path.read_bytes() == b"after"
    assert [each.name for each in tmp_path.iterdir()] == ["chart.csv"]


def test_that_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "chart.csv"
    path.write_bytes(b"before")

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FileRefused, match="disk is not full"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["chart.csv"]


@pytest.mark.parametrize("where", ["missing/chart.png", "file/chart.png"])
def test_that_an_impossible_folder_is_a_sentence(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    with pytest.raises(FileRefused, match=r"chart\.png could not be written"):
        write_whole(tmp_path / where, b"")
