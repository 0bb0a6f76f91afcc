"""Times of day by the clocks of an exchange, over the changes to and from daylight saving."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from data.bars import Bars
from data.catalog import CATALOG, RUSSELL_2000, asset_for
from tests.support.charts import snapshot_of
from tests.support.views import view_of
from ui.charts.crosshair import instant_text
from ui.charts.linked import LinkedCharts
from ui.charts.range_bus import TimeRange
from ui.charts.ticks import step_for, time_ticks
from ui.charts.time_ticks import TimeTicks

NEW_YORK, LONDON, SYDNEY = (ZoneInfo(name) for name in ("America/New_York", "Europe/London", "Australia/Sydney"))


def between(first: str, last: str, zone: dt.tzinfo = dt.UTC) -> TimeRange:
    return TimeRange(*(dt.datetime.fromisoformat(day).replace(tzinfo=zone).timestamp() for day in (first, last)))


@pytest.mark.parametrize(
    ("first", "last", "zone", "texts"),
    [
        ("2025-03-09T00:30", "2025-03-09T05:30", NEW_YORK, ["9 Mar 2025", "03:00", "04:00", "05:00"]),
        ("2025-11-02T00:30", "2025-11-02T03:30", NEW_YORK, ["2 Nov 2025", "01:00", "02:00", "03:00"]),
        ("2025-03-30T00:30", "2025-03-30T05:30", LONDON, ["30 Mar 2025", "03:00", "04:00", "05:00"]),
        ("2025-10-26T00:30", "2025-10-26T03:30", LONDON, ["26 Oct 2025", "01:00", "02:00", "03:00"]),
    ],
)
def test_that_an_hour_is_left_out_or_told_twice_where_the_clocks_change(
    first: str, last: str, zone: ZoneInfo, texts: list[str]
) -> None:
    ticks = time_ticks(between(first, last, zone), 500, zone=zone)
    assert [tick.text for tick in ticks] == texts
    gaps = [b.at - a.at for a, b in pairwise(ticks)]
    assert gaps == [3600.0] * len(gaps)


def test_that_days_begin_at_the_exchanges_midnight_on_both_sides_of_a_change() -> None:
    ticks = time_ticks(between("2025-03-07T12:00", "2025-03-12T12:00"), 500, zone=NEW_YORK)
    assert [dt.datetime.fromtimestamp(tick.at, dt.UTC).hour for tick in ticks] == [5, 5, 4, 4, 4]
    assert [tick.text for tick in ticks] == ["8 Mar 2025", "9", "10", "11", "12"]


@given(
    st.integers(631_152_000, 2_051_222_400),
    st.floats(600, 40_000_000),
    st.integers(200, 2000),
    st.sampled_from([NEW_YORK, LONDON, SYDNEY, ZoneInfo("Asia/Tokyo")]),
)
def test_that_every_label_is_what_a_clock_on_the_wall_shows(
    first: int, span: float, pixels: int, zone: ZoneInfo
) -> None:
    view = TimeRange(first, first + span)
    unit = step_for(view, pixels)[0]
    ticks = time_ticks(view, pixels, zone=zone)
    assert [tick.at for tick in ticks] == sorted({tick.at for tick in ticks})
    for tick in ticks:
        wall = dt.datetime.fromtimestamp(tick.at, zone)
        assert view.first <= tick.at <= view.last
        assert wall.second == 0
        if ":" in tick.text:
            assert tick.text == f"{wall:%H:%M}"
        elif unit not in ("minute", "hour"):
            assert (wall.hour, wall.minute) == (0, 0)
        if unit == "day" and tick.text.isdigit() and len(tick.text) < 3:
            assert int(tick.text) == wall.day


@given(st.floats(0, 2e9), st.floats(3600, 1e7), st.sampled_from([dt.UTC, NEW_YORK]))
def test_that_ticks_kept_from_frame_to_frame_are_the_same(first: float, span: float, zone: dt.tzinfo) -> None:
    kept = TimeTicks()
    for part in (0.0, 0.1, 0.2, 5.0):
        view = TimeRange(first + part * span, first + (part + 1) * span)
        assert kept.within(view, 700, zone) == time_ticks(view, 700, zone=zone)


def test_that_the_crosshair_names_the_zone() -> None:
    july = dt.datetime(2025, 7, 1, 13, 30, tzinfo=dt.UTC).timestamp()
    assert instant_text(july, intraday=True, zone=NEW_YORK) == "Tue 1 Jul 2025 09:30 EDT"
    assert instant_text(july, intraday=True) == "Tue 1 Jul 2025 13:30 UTC"
    assert instant_text(july, intraday=False) == "Tue 1 Jul 2025"


def test_that_every_calendar_of_the_catalogue_has_a_zone() -> None:
    symbols = ["SAP.DE", "VOD.L", "7203.T", "0700.HK", "BHP.AX", "^SSMI", "RY.TO"]
    for asset in (*CATALOG, *(asset_for(symbol) for symbol in symbols)):
        assert (ZoneInfo(asset.zone).key == "UTC") == (asset.calendar == "24/7")


def hourly(count: int) -> Bars:
    time = int(dt.datetime(2025, 3, 7, 14, 30, tzinfo=dt.UTC).timestamp()) + 300 * np.arange(count, dtype=np.int64)
    close = 100 + np.arange(count, dtype=np.float64)
    session = time.astype("datetime64[s]").astype("datetime64[D]")
    return Bars(time, session, close, close, close, close, np.ones(count), np.ones(count, np.bool_))


def test_that_the_clock_of_the_exchange_is_for_bars_shorter_than_a_day(qtbot: QtBot) -> None:
    charts = LinkedCharts()
    qtbot.addWidget(charts)
    charts.resize(800, 500)
    charts.set_panes(("^RUT",))
    charts.show_snapshot(snapshot_of(view_of(hourly(80), RUSSELL_2000)))
    charts.set_preset("Max")
    charts.show()
    charts.set_clock("exchange")
    charts.grab()
    assert charts.stack.zone == NEW_YORK
    qtbot.mouseMove(charts.view.viewport(), QPoint(300, 200))
    charts.grab()
    charts.set_clock("utc")
    assert charts.stack.zone is dt.UTC
