from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from data.bars import BarRow, Bars
from data.catalog import BITCOIN
from data.levels import Level
from tests.support.charts import DAY, days_of, snapshot_of, three_markets
from tests.support.views import view_of
from ui.charts.bands import Band
from ui.charts.layers import Canvas
from ui.charts.linked import LinkedCharts
from ui.charts.projection import Projection
from ui.charts.range_bus import TimeRange
from ui.charts.series import Series
from ui.charts.volume_item import SHARE, VolumeItem
from ui.theme import load_theme

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize("style", ["line", "area", "candle", "ohlc"])
@pytest.mark.parametrize("scale", ["linear", "log", "percent"])
def test_that_every_style_and_scale_paints_a_picture_of_its_own(charts: LinkedCharts, style: str, scale: str) -> None:
    plain = charts.grab().toImage()
    charts.set_style(style)
    charts.set_scale(scale)
    assert (charts.grab().toImage() == plain) == (style == "line" and scale == "linear")
    charts.set_preset("1M")
    charts.grab()
    charts.set_style("line")
    charts.set_scale("linear")
    charts.set_preset("1Y")
    assert charts.grab().toImage().size() == plain.size()


def test_that_an_area_leaves_a_gap_open(qtbot: QtBot) -> None:
    closes = [10.0 + i % 3 for i in range(100)]
    closes[40:60] = [np.nan] * 20
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(1000, 500)
    made.set_panes(("BTC-USD",))
    made.show_snapshot(snapshot_of(view_of(days_of(closes), BITCOIN)))
    made.set_style("area")
    made.set_preset("Max")
    picture, pane = made.grab().toImage(), made.stack.panes[0]
    ground, foot = load_theme("dark").colour("window"), int(pane.rect.bottom()) - 3
    start, end = (float(pane.view.x(pane.contents.series[0].time[row])) for row in (39, 40))
    middle = picture.pixelColor(round((start + end) / 2) + 3, foot)
    assert middle == ground
    assert picture.pixelColor(round(start) - 13, foot) != ground


VOLUMES = st.one_of(st.integers(0, 10**9).map(float), st.just(float("nan")), st.just(-1.0))


@given(st.lists(VOLUMES, min_size=1, max_size=300), st.integers(20, 1200), st.floats(0, 0.4))
def test_that_volume_columns_are_the_means_of_their_bars(volumes: list[float], width: int, skip: float) -> None:
    days = days_of([1.0] * len(volumes))
    volume = np.array(volumes)
    bars = Bars(days.time, days.session, days.open, days.high, days.low, days.close, volume, days.final)
    first, last = float(bars.time[0]), float(bars.time[-1]) + 1
    view = Projection(TimeRange(first + skip * (last - first), last), float(width), 100.0)
    canvas = Canvas(None)
    item = VolumeItem(canvas)
    item.prepare(view, Series(BITCOIN, bars))
    middles, heights = item.columns
    per_bar = width * DAY / view.times.span
    length = 1 if per_bar >= 3 else int(2 ** np.ceil(np.log2(6 / per_bar)))
    groups: dict[int, list[float]] = {}
    for at, traded in zip(bars.time.tolist(), volumes, strict=True):
        groups.setdefault(at // (length * DAY), []).append(traded if traded > 0 else 0.0)
    means = {number: sum(group) / len(group) for number, group in groups.items()}
    shift = 0.0 if per_bar >= 3 else length / 2
    drawn = {round((view.instant(x) / DAY - shift) / length): tall for x, tall in zip(middles, heights, strict=True)}
    shown = {number: means[number] for number in drawn}
    for number, tall in drawn.items():
        assert tall == pytest.approx(100 * SHARE * shown[number] / max(shown.values()))
    inside = [n for n, mean in means.items() if mean > 0 and n * length * DAY >= view.times.first]
    assert set(inside) <= set(drawn)


def test_that_volume_can_be_switched_on_and_off(charts: LinkedCharts) -> None:
    plain = charts.grab().toImage()
    charts.show_volume(True)
    assert charts.grab().toImage() != plain
    charts.show_volume(False)
    assert charts.grab().toImage() == plain


def test_that_bands_tint_all_panes_name_themselves_and_can_be_switched_off(charts: LinkedCharts) -> None:
    plain = charts.grab().toImage()
    view = charts.bus.range
    middle = (view.first + view.last) / 2
    charts.set_bands(
        [Band(middle, view.last, "warning", "Shrinking"), Band(view.first - DAY, middle, "ok", "Expanding")]
    )
    picture = charts.grab().toImage()
    for pane in charts.stack.panes:
        assert pane.bands.legend == (("ok", "Expanding"), ("warning", "Shrinking"))
        at = QPoint(5, round(pane.rect.bottom()) - 2)
        assert picture.pixelColor(at) != plain.pixelColor(at)
    charts.show_bands(False)
    assert charts.grab().toImage() == plain
    with pytest.raises(ValueError, match="Odd"):
        Band(5.0, 5.0, "ok", "Odd")


@pytest.mark.parametrize("style", ["line", "area", "candle"])
def test_that_bands_show_through_the_shade_to_the_high(charts: LinkedCharts, style: str) -> None:
    charts.set_style(style)
    pane, view = charts.stack.panes[0], charts.bus.range
    charts.set_bands([Band(view.first - DAY, view.last, "ok", "Expanding")])
    plain_of = {}
    for on in (False, True):
        charts.show_bands(on)
        plain_of[on] = charts.grab().toImage()
    changed = sum(
        plain_of[True].pixelColor(x, y) != plain_of[False].pixelColor(x, y)
        for x in range(3, int(pane.view.width) - 3, 37)
        for y in range(int(pane.rect.top()) + 50, int(pane.rect.bottom()) - 20, 11)
    )
    looked_at = len(range(3, int(pane.view.width) - 3, 37)) * len(
        range(int(pane.rect.top()) + 50, int(pane.rect.bottom()) - 20, 11)
    )
    assert changed > 0.9 * looked_at, "what the shade covers is tinted too"


def test_that_bands_can_be_told_apart_without_colours(charts: LinkedCharts) -> None:
    view = charts.bus.range
    third = view.span / 3
    roles = ("ok", "warning", "accent")
    charts.set_bands(
        [Band(view.first + i * third, view.first + (i + 1) * third, role, role.title()) for i, role in enumerate(roles)]
    )
    picture, pane = charts.grab().toImage(), charts.stack.panes[0]
    width, top = int(pane.view.width), round(pane.rect.top() + 34)
    seen = []
    for i in range(3):
        strip = [
            picture.pixelColor(round((i + 0.4) * width / 3) + dx, top + dy).rgb() for dy in range(4) for dx in range(8)
        ]
        seen.append(tuple(colour == max(set(strip), key=strip.count) for colour in strip))
    assert len(set(seen)) == 3


def test_that_a_listener_is_told_the_regime_of_the_bar(charts: LinkedCharts, qtbot: QtBot) -> None:
    series = charts.stack.panes[0].contents.series[0]
    turn = float(series.time[-5])
    charts.set_bands([Band(0.0, turn, "ok", "Expanding"), Band(turn, turn + 400 * DAY, "warning", "Shrinking")])
    day = f"{series.session[-5].astype(object):%-d %b %Y}"
    assert charts.view.accessibleDescription().endswith(f". Regime: Shrinking, since {day}")
    for _ in range(7):
        qtbot.keyClick(charts.view, Qt.Key.Key_Left)
    assert ". Regime: Expanding, since 1 Jan 1970" in charts.view.accessibleDescription()
    charts.show_bands(False)
    assert "Regime" not in charts.view.accessibleDescription()


def test_that_header_tag_level_and_axis_all_speak_percent_on_a_percent_scale(charts: LinkedCharts) -> None:
    pane = charts.stack.panes[0]
    series = pane.contents.series[0]
    charts.set_levels("^RUT", [Level(float(series.close[-1]))])
    charts.set_scale("percent")
    charts.grab()
    first = next(i for i, time in enumerate(series.time) if time >= charts.bus.range.first)
    change = f"{100 * (series.close[-1] / series.close[first] - 1):+.1f} %"
    assert [tag.text for tag in pane.axis.tags] == [change, change]
    reading = pane.readings(float("inf"))[0]
    assert reading.value_text == change
    assert reading.since == series.session[first].astype(object)
    assert change in charts.view.accessibleDescription()


def test_that_a_jump_lets_stretched_prices_fit_again(charts: LinkedCharts) -> None:
    for jump in (lambda: charts.set_preset("6M"), lambda: charts.zoom_to("^RUT", dt.date(2021, 3, 1))):
        charts.stretch(0, 3.0)
        jump()
        assert [pane.stretch for pane in charts.stack.panes] == [1.0, 1.0, 1.0]


def test_that_a_band_out_of_view_is_not_in_the_legend(charts: LinkedCharts) -> None:
    charts.set_bands([Band(0.0, DAY, "ok", "Long ago")])
    charts.grab()
    assert charts.stack.panes[0].bands.legend == ()


def test_that_a_level_is_dragged_and_told_and_the_range_stays(charts: LinkedCharts, qtbot: QtBot) -> None:
    pane = charts.stack.panes[1]
    before = Level(round(pane.view.price(pane.view.height / 2 + 15), 2), "Alert")
    charts.set_levels("BTC-USD", [before])
    charts.grab()
    told: list[tuple[str, Level, Level]] = []
    charts.level_moved.connect(lambda *given: told.append(given))
    view, viewport = charts.bus.range, charts.view.viewport()
    start = QPoint(300, round(pane.rect.top() + float(pane.view.y(before.price))))
    qtbot.mousePress(viewport, LEFT, pos=start)
    qtbot.mouseMove(viewport, start + QPoint(3, 10))
    qtbot.mouseMove(viewport, start + QPoint(3, 20))
    qtbot.mouseRelease(viewport, LEFT, pos=start + QPoint(3, 20))
    assert charts.bus.range == view
    [(symbol, old, new)] = told
    assert (symbol, old, new.label) == ("BTC-USD", before, "Alert")
    assert new.price == pytest.approx(pane.view.price(start.y() + 20 - pane.rect.top()), rel=0.02)
    charts.show_snapshot(three_markets())
    assert charts.stack.panes[1].levels.levels == (new,)


def test_that_a_level_that_is_only_clicked_stays(charts: LinkedCharts, qtbot: QtBot) -> None:
    pane = charts.stack.panes[1]
    level = Level(pane.view.price(pane.view.height / 2 + 15), "Alert")
    charts.set_levels("BTC-USD", [level, Level(1e12, "out of view")])
    charts.grab()
    told: list[object] = []
    charts.level_moved.connect(lambda *given: told.append(given))
    at = QPoint(300, round(pane.rect.top() + float(pane.view.y(level.price))))
    qtbot.mouseClick(charts.view.viewport(), LEFT, pos=at)
    assert told == []
    assert pane.levels.levels[0] == level


def test_that_open_bars_tell_open_from_close_by_their_sides(qtbot: QtBot) -> None:
    day = dt.date(2024, 1, 1)
    rows = [
        BarRow(day + dt.timedelta(days=i), 1_704_067_200 + i * DAY, 10.0, 14.0, 8.0, 12.0 if i % 2 else 9.0)
        for i in range(10)
    ]
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.set_panes(("BTC-USD",))
    made.show_snapshot(snapshot_of(view_of(Bars.of(rows), BITCOIN)))
    made.set_style("ohlc")
    made.set_preset("Max")
    picture, pane = made.grab().toImage(), made.stack.panes[0]
    up = load_theme("dark").colour("up").rgb()
    x, opened, close = float(pane.view.x(rows[5].time)), float(pane.view.y(10.0)), float(pane.view.y(12.0))

    def ink(at: float, y: float) -> bool:
        return any(picture.pixel(round(at), round(y) + d) == up for d in (-1, 0, 1))

    assert ink(x - 6, opened)
    assert ink(x + 6, close)
    assert not ink(x - 6, close)
    assert not ink(x + 6, opened)
