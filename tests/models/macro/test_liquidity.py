"""Net liquidity against sums by hand, above all of units; and that nothing is seen before it was published."""

from __future__ import annotations

import csv
import datetime as dt

import numpy as np
import pytest

from data.macro import SERIES
from data.macro_store import Recorded
from models.macro.joins import known
from models.macro.liquidity import growth, net_liquidity
from tests.support.economy import real, recorded, weeks
from tests.support.shared_data import shared

WEDNESDAYS = ("2019-09-18", "2021-12-15", "2022-09-28", "2023-04-12")


def by_hand(day: str) -> float:
    """USD millions, out of the files as they are: millions less millions less a thousand times billions."""
    cells = {}
    for series in ("WALCL", "WTREGEN", "RRPONTSYD"):
        with shared(f"data/fred/{series}.csv").open() as file:
            cells[series] = {line[0]: line[1] for line in csv.reader(file)}[day]
    return float(cells["WALCL"]) - float(cells["WTREGEN"]) - 1000 * float(cells["RRPONTSYD"])


@pytest.mark.parametrize("day", WEDNESDAYS)
def test_that_net_liquidity_agrees_with_the_files_to_the_million(day: str) -> None:
    net = net_liquidity(real("WALCL"), recorded("WDTGAL", [], []), real("WTREGEN"), real("RRPONTSYD"))
    row = int(np.flatnonzero(net.date == np.datetime64(day))[0])
    assert round(net.value[row] * 1000) == round(by_hand(day))
    assert net.account[row] == "WTREGEN"


def test_that_millions_and_billions_are_told_apart_on_15_december_2021() -> None:
    # 8,756,666 - 104,798 - 1,621,097 million
    day = ["2021-12-15"]
    net = net_liquidity(
        recorded("WALCL", day, [8_756_666]), recorded("WDTGAL", [], []), recorded("WTREGEN", day, [104_798]),
        recorded("RRPONTSYD", day, [1_621.097]),
    )  # fmt: skip
    assert net.value.tolist() == [pytest.approx(7_030.771)]


def one_week(wednesday: Recorded, repo: Recorded, day: str = "2021-12-15") -> list[float]:
    balance, mean = recorded("WALCL", [day], [8_000_000]), recorded("WTREGEN", [day], [100_000])
    return net_liquidity(balance, wednesday, mean, repo).value.tolist()


NOBODY = recorded("WDTGAL", [], [])
HOLIDAY = recorded("RRPONTSYD", ["2021-12-08"], [1_500.0])


def test_that_the_level_of_wednesday_goes_before_the_mean_of_the_week() -> None:
    assert one_week(recorded("WDTGAL", ["2021-12-15"], [150_000]), HOLIDAY) == [6_350.0]


def test_that_a_reverse_repo_of_seven_days_ago_is_taken_and_an_older_one_is_not() -> None:
    assert one_week(NOBODY, HOLIDAY) == [6_400.0]
    assert one_week(NOBODY, recorded("RRPONTSYD", ["2021-12-07"], [1_500.0])) == []


def test_that_before_september_2013_there_was_no_reverse_repo() -> None:
    old = recorded("RRPONTSYD", ["2013-09-18", "2013-09-25"], [500.0, 5.0])
    assert one_week(NOBODY, old, "2013-09-18") == [7_900.0]
    assert one_week(NOBODY, old, "2013-09-25") == [7_895.0]


def test_that_a_week_without_the_treasury_s_account_is_left_out() -> None:
    empty = recorded("WTREGEN", [], [])
    assert len(net_liquidity(recorded("WALCL", ["2021-12-15"], [8e6]), NOBODY, empty, HOLIDAY)) == 0


def test_that_a_change_needs_the_very_week_thirteen_before() -> None:
    days = np.array(weeks("2022-01-05", 15), "datetime64[D]")
    value = np.arange(100.0, 115.0)
    assert np.isnan(growth(days, value)[:13]).all()
    assert growth(days, value)[13:].tolist() == pytest.approx([113 / 100 - 1, 114 / 101 - 1])
    assert np.isnan(growth(np.delete(days, 1), np.delete(value, 1))[-1])
    assert len(growth(days[:0], value[:0])) == 0


EXAMPLES = {"daily": "2024-05-15", "weekly": "2024-05-15", "monthly": "2024-05-01", "quarterly": "2024-04-01"}


@pytest.mark.parametrize("series", SERIES)
def test_that_no_value_is_seen_one_minute_before_its_release(series: str) -> None:
    day = EXAMPLES[SERIES[series].frequency]
    middle = (SERIES[series].least + min(SERIES[series].most, 1e7)) / 2
    figures = recorded(series, [day], [middle])
    release = SERIES[series].known_at(dt.date.fromisoformat(day), middle)
    early = release - dt.timedelta(minutes=1)
    assert release.date() >= dt.date.fromisoformat(day)
    assert len(figures.as_of(early)) == 0
    assert len(figures.as_of(release)) == 1
    seen = known(figures).at(np.array([early.timestamp(), release.timestamp()], np.int64))
    assert np.isnan(seen[0])
    assert seen[1] == middle


def test_that_net_liquidity_is_known_when_its_last_part_is() -> None:
    days = ["2021-11-10"]  # the next day was Veterans Day
    net = net_liquidity(
        recorded("WALCL", days, [8e6]), recorded("WDTGAL", days, [1e5]), NOBODY, recorded("RRPONTSYD", days, [1.0])
    )
    assert net.known_at.tolist() == [int(dt.datetime(2021, 11, 12, 21, 35, tzinfo=dt.UTC).timestamp())]
