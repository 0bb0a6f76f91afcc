"""The charts as a file: the picture of the screen, in dots or as a drawing, and it says what it shows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from tests.support.charts import SYMBOLS, snapshot_of, three_markets
from ui.charts.linked import LinkedCharts
from ui.charts.picture import CAPTION, EDGE, caption_of, charts_image, charts_svg, png_bytes
from ui.theme import apply_theme, load_theme

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def charts(qtbot: QtBot, qapp: object) -> LinkedCharts:
    apply_theme(qapp, load_theme("dark"))  # type: ignore[arg-type]
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.set_panes(SYMBOLS)
    made.show_snapshot(three_markets())
    made.show()
    made.set_preset("1Y")
    made.grab()
    return made


def dots(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)[..., :3].astype(int)


def drawn(svg: bytes, size: QSize) -> QImage:
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        QSvgRenderer(QByteArray(svg)).render(painter)
    return image


def test_that_the_picture_is_what_the_screen_shows(charts: LinkedCharts) -> None:
    charts.view.clearFocus()  # a picture has no mark of where the keyboard is
    picture = dots(charts_image(charts, load_theme("dark"), 1.0))
    screen = dots(charts.grab().toImage())
    assert picture.shape[0] == screen.shape[0] + CAPTION
    assert np.array_equal(picture[: screen.shape[0]], screen)


@pytest.mark.parametrize("dots_per_pixel", [1.0, 1.5, 2.0, 3.0])
def test_that_a_picture_has_as_many_dots_as_asked_for(charts: LinkedCharts, dots_per_pixel: float) -> None:
    image = charts_image(charts, load_theme("dark"), dots_per_pixel)
    assert (image.width(), image.height()) == (640 * dots_per_pixel, (480 + CAPTION) * dots_per_pixel)
    assert QImage.fromData(png_bytes(image)).size() == image.size()


def test_that_a_picture_changes_nothing_on_the_screen(charts: LinkedCharts) -> None:
    before, times = dots(charts.grab().toImage()), charts.bus.range
    charts_image(charts, load_theme("light"), 3.0)
    charts_svg(charts, load_theme("light"))
    assert np.array_equal(dots(charts.grab().toImage()), before)
    assert charts.bus.range == times


@pytest.mark.parametrize("style", ["line", "area", "candle", "ohlc"])
def test_that_the_drawing_looks_like_the_picture(charts: LinkedCharts, style: str) -> None:
    charts.set_style(style)
    charts.show_volume(True)
    image = charts_image(charts, load_theme("dark"), 1.0)
    apart = np.abs(dots(drawn(charts_svg(charts, load_theme("dark")), image.size())) - dots(image)).max(axis=2)
    assert (apart > 60).mean() < 0.02


def test_that_the_drawing_needs_no_font_and_holds_no_dots(charts: LinkedCharts) -> None:
    root = ET.fromstring(charts_svg(charts, load_theme("dark")))
    assert root.findall(f".//{SVG}text") == []
    assert root.findall(f".//{SVG}image") == []


def test_that_the_drawing_tells_a_screen_reader_what_it_shows(charts: LinkedCharts) -> None:
    root = ET.fromstring(charts_svg(charts, load_theme("dark")))
    assert root.findtext(f"{SVG}title") == "Chart: Russell 2000, Bitcoin, Ether"
    described = root.findtext(f"{SVG}desc") or ""
    assert "Russell 2000" in described
    assert "Test" in described


def test_that_the_caption_names_source_and_date_and_a_simulation(charts: LinkedCharts) -> None:
    assert caption_of(charts.shown()) == "Bellwether · Test · to 23 Jun 2022"
    charts.show_snapshot(replace(three_markets(), world="simulated"))
    assert caption_of(charts.shown()).startswith("SIMULATED PRICES · ")


def test_that_a_caption_without_room_ends_in_dots(charts: LinkedCharts) -> None:
    charts.resize(160, 200)
    wide = dots(charts_image(charts, load_theme("dark"), 1.0))[-CAPTION:]
    assert (wide[:, -EDGE:] == wide[0, 0]).all()


def test_that_nothing_to_show_makes_a_picture_too(qtbot: QtBot) -> None:
    charts = LinkedCharts()
    qtbot.addWidget(charts)
    charts.resize(300, 200)
    charts.show_snapshot(snapshot_of())
    assert not charts_image(charts, load_theme("light")).isNull()
    assert caption_of(charts.shown()) == "Bellwether"
