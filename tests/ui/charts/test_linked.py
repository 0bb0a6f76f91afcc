from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from data.catalog import BITCOIN, ETHER, RUSSELL_2000
from models.snapshot import Snapshot
from tests.support.charts import DAY, SYMBOLS, climbing, days_of, snapshot_of, three_markets, turn_wheel
from tests.support.views import bars_of, view_of
from ui.charts.crosshair import Readout
from ui.charts.linked import LinkedCharts
from ui.charts.painting import blended
from ui.charts.pane import SHADE
from ui.ranges import RANGES
from ui.theme import load_theme

Make = Callable[..., LinkedCharts]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def build(
        snapshot: Snapshot | None = None, symbols: Sequence[str] = SYMBOLS, size: tuple[int, int] = (1000, 800)
    ) -> LinkedCharts:
        charts = LinkedCharts()
        qtbot.addWidget(charts)
        charts.resize(*size)
        charts.set_theme(load_theme("dark"))
        charts.set_panes(symbols)
        charts.show_snapshot(snapshot or three_markets())
        charts.show()
        charts.grab()
        return charts

    return build


def middle(charts: LinkedCharts, pane: int = 0) -> QPointF:
    return charts.stack.panes[pane].rect.center()


def drag(qtbot: QtBot, charts: LinkedCharts, start: QPointF, by: QPoint) -> None:
    viewport, begin = charts.view.viewport(), start.toPoint()
    qtbot.mousePress(viewport, LEFT, pos=begin)
    for part in (0.3, 0.7, 1.0):
        qtbot.mouseMove(viewport, begin + QPoint(round(by.x() * part), round(by.y() * part)))
    qtbot.mouseRelease(viewport, LEFT, pos=begin + by)


def key(qtbot: QtBot, charts: LinkedCharts, *keys: Qt.Key, alt: bool = False) -> None:
    modifier = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    for each in keys:
        qtbot.keyClick(charts.view, each, modifier)


def heard(charts: LinkedCharts) -> list[Readout | None]:
    readouts: list[Readout | None] = []
    charts.hovered.connect(readouts.append)
    return readouts


@pytest.mark.parametrize("notches", [1.0, -1.0, 3.5])
def test_that_the_wheel_keeps_the_instant_under_the_pointer(make: Make, notches: float) -> None:
    charts = make()
    charts.set_preset("1Y")
    at = QPointF(300, 200)
    before, span = charts.instant_at(at.x()), charts.bus.range.span
    turn_wheel(charts, at, notches)
    pixel = charts.bus.range.span / charts.plot_width()
    assert abs(charts.instant_at(at.x()) - before) < 0.01 * pixel
    assert (charts.bus.range.span < span) == (notches > 0)


def test_that_a_drag_moves_the_instant_with_the_pointer(make: Make, qtbot: QtBot) -> None:
    charts = make()
    charts.set_preset("1Y")
    grabbed = charts.instant_at(middle(charts).x())
    drag(qtbot, charts, middle(charts), QPoint(150, 10))
    pixel = charts.bus.range.span / charts.plot_width()
    assert abs(charts.instant_at(middle(charts).x() + 150) - grabbed) < 1.01 * pixel


def test_that_a_drag_is_one_step_in_the_history(make: Make, qtbot: QtBot) -> None:
    charts = make()
    charts.set_preset("1Y")
    before = charts.bus.range
    drag(qtbot, charts, middle(charts), QPoint(150, 0))
    after = charts.bus.range
    key(qtbot, charts, Qt.Key.Key_Left, alt=True)
    assert charts.bus.range == before
    key(qtbot, charts, Qt.Key.Key_Right, alt=True)
    assert charts.bus.range == after


def test_that_a_drag_on_the_time_axis_scales_time_and_keeps_the_end(make: Make, qtbot: QtBot) -> None:
    charts = make()
    charts.set_preset("1Y")
    before = charts.bus.range
    drag(qtbot, charts, charts.stack.layout.time_axis.center(), QPoint(200, 0))
    assert charts.bus.range.span < before.span
    assert charts.bus.range.last == pytest.approx(before.last)


def test_that_a_drag_on_a_price_axis_scales_that_pane_alone_until_a_double_click(make: Make, qtbot: QtBot) -> None:
    charts = make()
    leader, other = charts.stack.panes[:2]
    before, untouched = leader.view.high - leader.view.low, other.view
    axis = charts.stack.layout.price_axes[0].center()
    drag(qtbot, charts, axis, QPoint(0, -80))
    charts.grab()
    assert leader.view.high - leader.view.low < before
    assert other.view == untouched
    qtbot.mouseDClick(charts.view.viewport(), LEFT, pos=axis.toPoint())
    charts.grab()
    assert leader.view.high - leader.view.low == pytest.approx(before)


def test_that_a_double_click_gives_a_pane_the_full_height_and_again_restores(make: Make, qtbot: QtBot) -> None:
    charts = make()
    before = [pane.rect.height() for pane in charts.stack.panes]
    qtbot.mouseDClick(charts.view.viewport(), LEFT, pos=middle(charts, 1).toPoint())
    charts.grab()
    assert [pane.box.isVisible() for pane in charts.stack.panes] == [False, True, False]
    assert charts.stack.panes[1].rect.height() == charts.stack.layout.time_axis.top()
    qtbot.mouseDClick(charts.view.viewport(), LEFT, pos=middle(charts, 1).toPoint())
    charts.grab()
    assert [pane.rect.height() for pane in charts.stack.panes] == before


def test_that_a_click_on_a_marker_zooms_all_panes_to_that_break(make: Make, qtbot: QtBot) -> None:
    charts = make()
    charts.set_preset("Max")
    charts.grab()
    mark, area = charts.stack.panes[0].marks.hit_areas()[2]
    told: list[tuple[str, dt.date]] = []
    charts.marker_clicked.connect(lambda symbol, session: told.append((symbol, session)))
    qtbot.mouseClick(charts.view.viewport(), LEFT, pos=area.center().toPoint())
    charts.grab()
    assert told == [("^RUT", mark.session)]
    view = charts.bus.range
    assert view.first < mark.time < view.last
    assert all(pane.marks.highlighted == mark for pane in charts.stack.panes)
    assert all(pane.box.viewRange()[0] == [view.first, view.last] for pane in charts.stack.panes)


def test_that_zooming_to_a_session_reads_out_that_session(make: Make) -> None:
    charts = make()
    readouts = heard(charts)
    charts.zoom_to("^RUT", dt.date(2020, 12, 1))
    assert readouts[-1].readings[0].session == dt.date(2020, 12, 1)


def test_that_zooming_to_an_unknown_asset_changes_nothing(make: Make) -> None:
    charts = make()
    before = charts.bus.range
    charts.zoom_to("GME", dt.date(2021, 1, 28))
    assert charts.bus.range == before


def test_that_no_pane_reads_from_later_than_the_crosshair(make: Make, qtbot: QtBot) -> None:
    charts = make()
    readouts = heard(charts)
    for pane in range(3):
        for x in range(5, 900, 37):
            qtbot.mouseMove(charts.view.viewport(), QPoint(x, round(middle(charts, pane).y())))
    assert len(readouts) > 50
    times = [(readout.instant, r.time) for readout in readouts if readout for r in readout.readings if r.time]
    assert all(time <= instant for instant, time in times)


def test_that_all_price_axes_are_equally_wide_and_all_panes_show_the_same_time(make: Make) -> None:
    tiny = view_of(days_of([0.00012345] * 900, dt.date(2020, 1, 6)), BITCOIN)
    huge = view_of(days_of([9_876_543.0 + i for i in range(900)], dt.date(2020, 1, 6)), ETHER)
    charts = make(snapshot_of(view_of(bars_of(climbing(640))), tiny, huge))
    for _ in range(4):
        charts.zoom_in()
        charts.grab()
        layout, view = charts.stack.layout, charts.bus.range
        assert len({axis.width() for axis in layout.price_axes}) == 1
        assert len({pane.box.width() for pane in charts.stack.panes}) == 1
        assert all(pane.box.viewRange()[0] == [view.first, view.last] for pane in charts.stack.panes)


def test_that_the_first_range_is_five_years_back_from_the_last_bar(make: Make) -> None:
    charts = make(snapshot_of(view_of(days_of([100.0] * 4000, dt.date(2015, 1, 1)), BITCOIN)), ("BTC-USD",))
    first = dt.datetime.fromtimestamp(charts.bus.range.first, dt.UTC)
    assert first == dt.datetime(2020, 12, 13, tzinfo=dt.UTC)


@pytest.mark.parametrize("name", [name for name in RANGES if not name.endswith("D")])
def test_that_every_preset_ends_just_after_the_last_bar(make: Make, name: str) -> None:
    charts = make()
    charts.set_preset(name)
    last = max(float(pane.contents.series[0].time[-1]) for pane in charts.stack.panes)
    assert last < charts.bus.range.last < last + 0.1 * charts.bus.range.span


def test_that_a_preset_follows_new_bars_and_a_range_of_ones_own_does_not(make: Make) -> None:
    charts = make(three_markets(900))
    charts.set_preset("1Y")
    before = charts.bus.range
    charts.show_snapshot(three_markets(910))
    assert charts.bus.range.last > before.last
    charts.bus.pan(-200 * DAY)
    own = charts.bus.range
    charts.show_snapshot(three_markets(920))
    assert charts.bus.range == own


def test_that_arrows_walk_the_bars_and_the_description_follows(make: Make, qtbot: QtBot) -> None:
    charts = make()
    readouts = heard(charts)
    key(qtbot, charts, Qt.Key.Key_End)
    last = readouts[-1].readings[0].session
    key(qtbot, charts, Qt.Key.Key_Left, Qt.Key.Key_Left)
    walked = readouts[-1].readings[0]
    assert np.busday_count(walked.session, last) == 2
    interface = QAccessible.queryAccessibleInterface(charts.view)
    assert interface.text(QAccessible.Text.Name) == "Chart: Russell 2000, Bitcoin, Ether"
    told = interface.text(QAccessible.Text.Description)
    assert told.startswith(f"{walked.date_text}: Russell 2000 {walked.value_text}")


def test_that_home_and_end_walk_to_the_ends_and_bring_them_into_view(make: Make, qtbot: QtBot) -> None:
    charts = make()
    charts.set_preset("3M")
    key(qtbot, charts, Qt.Key.Key_Home)
    first = float(charts.stack.panes[0].contents.series[0].time[0])
    assert charts.bus.range.first < first < charts.bus.range.last
    key(qtbot, charts, Qt.Key.Key_End)
    last = float(charts.stack.panes[0].contents.series[0].time[-1])
    assert charts.bus.range.first < last < charts.bus.range.last


def test_that_plus_minus_and_pages_move_the_range(make: Make, qtbot: QtBot) -> None:
    charts = make()
    charts.set_preset("1Y")
    span = charts.bus.range.span
    key(qtbot, charts, Qt.Key.Key_Plus)
    assert charts.bus.range.span < span
    key(qtbot, charts, Qt.Key.Key_Minus)
    assert charts.bus.range.span == pytest.approx(span)
    before = charts.bus.range
    key(qtbot, charts, Qt.Key.Key_PageUp)
    assert charts.bus.range.last < before.last


def test_that_keys_walk_the_pane_below_after_down(make: Make, qtbot: QtBot) -> None:
    charts = make()
    readouts = heard(charts)
    key(qtbot, charts, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Left)
    bitcoin = charts.stack.panes[1].contents.series[0]
    assert readouts[-1].readings[1].time == int(bitcoin.time[-2])


def test_that_leaving_takes_the_crosshair_away(make: Make, qtbot: QtBot) -> None:
    charts = make()
    readouts = heard(charts)
    qtbot.mouseMove(charts.view.viewport(), middle(charts).toPoint())
    qtbot.mouseMove(charts.view.viewport(), charts.stack.layout.time_axis.center().toPoint())
    assert readouts[-1] is None


def test_that_compare_shows_all_in_one_pane_rebased_at_the_clicked_bar(make: Make, qtbot: QtBot) -> None:
    charts = make()
    charts.set_compare(True)
    charts.grab()
    assert len(charts.stack.panes) == 1
    readouts = heard(charts)
    at = QPoint(400, 300)
    qtbot.mouseMove(charts.view.viewport(), at)
    qtbot.mouseClick(charts.view.viewport(), LEFT, pos=at)
    charts.grab()
    qtbot.mouseMove(charts.view.viewport(), at + QPoint(0, 5))
    assert [reading.ratio for reading in readouts[-1].readings] == [1.0, 1.0, 1.0]
    charts.set_compare(False)
    charts.grab()
    assert len(charts.stack.panes) == 3


def test_that_compare_starts_from_the_first_bar_in_view(make: Make) -> None:
    charts = make()
    charts.set_preset("1Y")
    charts.set_compare(True)
    charts.grab()
    first = charts.bus.range.first
    for line in charts.stack.panes[0].lines:
        series = line.series
        assert line.base == series.close[np.searchsorted(series.time, first)]


@pytest.mark.parametrize("period", ["week", "month"])
@pytest.mark.parametrize("style", ["line", "candle"])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_that_every_manner_of_drawing_paints(make: Make, period: str, style: str, scale: str) -> None:
    charts = make()
    days = len(charts.stack.panes[1].contents.series[0])
    charts.set_period(period)
    charts.set_style(style)
    charts.set_scale(scale)
    charts.grab()
    assert len(charts.stack.panes[1].contents.series[0]) < days / 5
    assert charts.stack.panes[1].view.log == (scale == "log")


BARS = {
    "none": [], "one": [100.0], "equal": [50.0] * 300, "no close": [np.nan] * 20,
    "some missing": [1.0, np.nan, 3.0] * 90,
    "zero and negative": [0.0, -5.0, 10.0, 20.0] * 40,
}  # fmt: skip


@pytest.mark.parametrize("closes", BARS.values(), ids=BARS.keys())
@pytest.mark.parametrize("style", ["line", "candle"])
@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("compared", [False, True])
def test_that_odd_histories_break_nothing(
    make: Make, qtbot: QtBot, closes: list[float], style: str, scale: str, compared: bool
) -> None:
    snapshot = snapshot_of(view_of(bars_of(climbing(200))), view_of(days_of(closes), BITCOIN))
    charts = make(snapshot, ("^RUT", "BTC-USD", "ETH-USD"))
    charts.set_style(style)
    charts.set_scale(scale)
    charts.set_compare(compared)
    for preset in ("1M", "Max"):
        charts.set_preset(preset)
        charts.grab()
    qtbot.mouseMove(charts.view.viewport(), QPoint(300, 500))
    key(qtbot, charts, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Plus, Qt.Key.Key_End)
    charts.grab()
    assert all(np.isfinite([pane.view.low, pane.view.high]).all() for pane in charts.stack.panes)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("size", [(320, 240), (1000, 800), (60, 40)])
def test_that_any_number_of_panes_fills_the_view_without_overlap(make: Make, count: int, size: tuple[int, int]) -> None:
    charts = make(three_markets(), (SYMBOLS * 2)[:count], size)
    rects = [pane.rect for pane in charts.stack.panes]
    assert len(rects) == count
    assert all(above.bottom() <= below.top() for above, below in pairwise(rects))
    assert rects[-1].bottom() <= max(charts.stack.layout.time_axis.top(), 1.0)


def test_that_nothing_to_show_is_no_mistake(make: Make, qtbot: QtBot) -> None:
    charts = make(snapshot_of(), ())
    turn_wheel(charts, QPointF(100, 100), 1)
    key(qtbot, charts, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Return, Qt.Key.Key_Escape)
    charts.walk(1)
    charts.zoom_in()
    charts.grab()
    assert charts.view.accessibleName() == "Chart: nothing to show yet"


def test_that_an_asset_without_prices_says_so(make: Make) -> None:
    charts = make(snapshot_of(view_of(bars_of(climbing(200)))), ("^RUT", "ETH-USD"))
    assert charts.stack.panes[1].contents.sentence == "No prices stored yet for Ether"


def test_that_a_stale_asset_and_a_simulated_world_say_so_in_their_panes(make: Make) -> None:
    leader = view_of(bars_of(climbing(200)), freshness="stale")
    coin = view_of(days_of([5.0] * 300, dt.date(2020, 1, 6)), BITCOIN)
    charts = make(snapshot_of(leader, coin, world="simulated"), ("^RUT", "BTC-USD"))
    texts = [[badge.text for badge in pane.contents.badges] for pane in charts.stack.panes]
    assert texts == [["stale · last bar 9 Oct 2020", "SIMULATED"], ["SIMULATED"]]
    purple = load_theme("dark").colour("simulated").hue()
    picture = charts.grab().toImage()
    for pane in charts.stack.panes:
        rows = range(int(pane.rect.top()), int(pane.rect.bottom()))
        assert all(any(abs(picture.pixelColor(x, y).hue() - purple) < 12 for x in range(8)) for y in rows)


def test_that_a_gap_is_never_bridged(make: Make) -> None:
    closes = [10.0 + i % 3 for i in range(100)]
    closes[40:60] = [np.nan] * 20
    charts = make(snapshot_of(view_of(days_of(closes), BITCOIN)), ("BTC-USD",))
    charts.set_preset("Max")
    picture, pane = charts.grab().toImage(), charts.stack.panes[0]
    orange = load_theme("dark").colour("btc").hue()
    start, end = (round(float(pane.view.x(pane.contents.series[0].time[row]))) for row in (39, 40))
    assert end - start > 100
    for x in range(start + 4, end - 3):
        column = (picture.pixelColor(x, y) for y in range(40, int(pane.rect.bottom())))
        assert not any(c.hue() == orange and c.saturation() > 150 for c in column)


def test_that_a_theme_change_repaints_in_its_colours(make: Make) -> None:
    charts = make()
    light = load_theme("light")
    charts.set_theme(light)
    picture = charts.grab().toImage()
    assert picture.pixelColor(picture.width() - 2, picture.height() - 2) == light.colour("window")


def test_that_a_moving_crosshair_leaves_no_trace(make: Make, qtbot: QtBot) -> None:
    charts = make()
    charts.set_preset("1Y")

    def on_screen() -> QImage:
        QApplication.processEvents()
        return charts.screen().grabWindow(charts.winId()).toImage()

    clean = on_screen()
    for x in range(50, 800, 90):
        qtbot.mouseMove(charts.view.viewport(), QPoint(x, 200))
        assert on_screen() != clean
    charts.clear_crosshair()
    assert on_screen() == clean


def test_that_the_leader_alone_draws_its_high_and_marks_run_through_all(make: Make) -> None:
    charts = make()
    charts.set_preset("Max")
    charts.grab()
    assert [pane.high.isVisible() for pane in charts.stack.panes] == [True, False, False]
    assert len({pane.marks.marks for pane in charts.stack.panes}) == 1
    assert charts.stack.panes[0].contents.series[0].asset == RUSSELL_2000


@pytest.mark.parametrize("preset", ["1M", "1Y", "5Y", "Max"])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_that_the_shade_reaches_from_the_high_down_to_the_price_and_no_further(
    make: Make, preset: str, scale: str
) -> None:
    closes = [1000 + 300 * np.sin(i / 250) - 100 * np.cos(i / 11) for i in range(4000)]
    charts = make(snapshot_of(view_of(bars_of(closes, dt.date(2005, 1, 3)))), ("^RUT",))
    charts.set_scale(scale)
    charts.set_preset(preset)
    picture, pane = charts.grab().toImage(), charts.stack.panes[0]
    series, steps = pane.contents.series[0], pane.contents.steps
    theme = load_theme("dark")
    shade = blended(theme.colour("high"), theme.colour("window"), SHADE)

    def shaded(x: int, y: float) -> bool:
        seen = picture.pixelColor(x, min(round(y), 799)).getRgb()[:3]
        return all(abs(a - b) <= 2 for a, b in zip(seen, shade.getRgb()[:3], strict=True))

    inside = checked = outside = 0
    for x in range(20, int(float(pane.view.x(series.time[-1]))) - 10, 7):
        instant = pane.view.instant(np.array([x + 0.5]))
        price = float(pane.view.y(np.interp(instant, series.time, series.close))[0])
        high = float(pane.view.y(steps.level_at(instant))[0])
        if price - high > 20:
            checked += 1
            inside += shaded(x, (price + high) / 2)
            outside += shaded(x, high - 8) + shaded(x, price + 40)
    assert checked > 20
    assert inside > 0.9 * checked  # grid and marks cross it here and there
    assert outside == 0


def test_that_escape_takes_away_the_crosshair_and_the_highlight(make: Make, qtbot: QtBot) -> None:
    charts = make()
    mark = charts.stack.panes[0].marks.marks[1]
    charts.zoom_to("^RUT", mark.session)
    assert charts.stack.panes[1].marks.highlighted == mark
    readouts = heard(charts)
    key(qtbot, charts, Qt.Key.Key_Escape)
    assert readouts == [None]
    assert charts.stack.panes[1].marks.highlighted is None


def test_that_the_charts_keep_their_keys_from_the_windows_shortcuts(make: Make, qtbot: QtBot) -> None:
    charts = make()
    for name, kept in ((Qt.Key.Key_Home, True), (Qt.Key.Key_PageUp, True), (Qt.Key.Key_F5, False)):
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, name, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(charts.view, event)
        assert event.isAccepted() == kept


def test_that_bars_going_on_keep_the_series_and_its_pyramid(make: Make) -> None:
    charts = make(snapshot_of(view_of(bars_of(climbing(300)))), ("^RUT",))
    before = charts.stack.panes[0].contents.series[0]
    charts.show_snapshot(snapshot_of(view_of(bars_of([*climbing(300), 777.0]))))
    charts.grab()
    after = charts.stack.panes[0].contents.series[0]
    assert after is before
    assert after.close[-1] == 777.0
    assert "Russell 2000 777.00" in charts.view.accessibleDescription()
