"""Saving from the window: asked for once, written in a worker, and said how it went."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from models.jobs import Jobs
from tests.support.charts import SYMBOLS, snapshot_of, three_markets
from ui.charts.linked import LinkedCharts
from ui.requests import Requests
from ui.saving import NOTHING, Saving, file_name
from ui.theme import load_theme


@pytest.fixture
def charts(qtbot: QtBot) -> LinkedCharts:
    made = LinkedCharts()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.set_panes(SYMBOLS)
    made.show_snapshot(three_markets())
    made.show()
    made.set_preset("1M")
    return made


@pytest.fixture
def saving(charts: LinkedCharts) -> Saving:
    return Saving(charts, charts, load_theme("dark"))


@pytest.fixture
def requests() -> Any:
    jobs = Jobs()
    desk: Any = SimpleNamespace(settings=None)
    made = Requests(desk, SimpleNamespace(), jobs, ("x",))  # type: ignore[arg-type]
    yield made
    assert jobs.stop(), "a worker outlived its test"


def asked(saving: Saving) -> list[tuple[str, Callable[[], bytes]]]:
    found: list[tuple[str, Callable[[], bytes]]] = []
    saving.requested.connect(lambda path, make: found.append((path, make)))
    return found


def test_that_prices_are_saved_as_they_were_when_asked_for(saving: Saving, charts: LinkedCharts) -> None:
    found = asked(saving)
    saving.save_prices("chart.csv")
    charts.set_preset("Max")
    text = found[0][1]().decode()
    assert 28 <= len(text.splitlines()) <= 34
    assert text.startswith(
        "Date,^RUT close (USD; Test),BTC-USD close (USD; Test),ETH-USD close (USD; Test),In progress\n"
    )


@pytest.mark.parametrize(("name", "begin"), [("a.png", b"\x89PNG"), ("a.PNG", b"\x89PNG"), ("a.svg", b"<?xml")])
def test_that_the_name_says_how_a_picture_is_drawn(saving: Saving, name: str, begin: bytes) -> None:
    found = asked(saving)
    saving.save_picture(name)
    assert found[0][1]().startswith(begin)


def test_that_a_name_that_says_nothing_is_refused_in_a_sentence(saving: Saving, qtbot: QtBot) -> None:
    with qtbot.waitSignal(saving.refused) as refused:
        saving.save_picture("picture.gif")
    assert refused.args == ["picture.gif must end in .png or .svg, which says how to draw it."]


def test_that_nothing_in_view_asks_for_no_place(saving: Saving, charts: LinkedCharts, qtbot: QtBot) -> None:
    charts.show_snapshot(snapshot_of())
    for ask in (saving.ask_picture, saving.ask_prices):
        with qtbot.waitSignal(saving.refused) as refused:
            ask()
        assert refused.args == [NOTHING]


def test_that_the_name_offered_says_what_is_inside(charts: LinkedCharts) -> None:
    assert file_name(charts.shown()) == "RUT BTC-USD ETH-USD to 2022-06-23"


@pytest.mark.parametrize(("ask", "suffixes"), [("ask_picture", ["png", "svg"]), ("ask_prices", ["csv"])])
def test_that_the_dialog_offers_the_kinds_and_hands_on_the_choice(
    saving: Saving, charts: LinkedCharts, qtbot: QtBot, tmp_path: Path, ask: str, suffixes: list[str]
) -> None:
    found = asked(saving)
    getattr(saving, ask)()
    dialog = next(child for child in charts.children() if isinstance(child, QFileDialog))
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    for name, suffix in zip(dialog.nameFilters(), suffixes, strict=True):
        dialog.filterSelected.emit(name)
        assert dialog.defaultSuffix() == suffix
    path = str(tmp_path / f"out.{suffixes[0]}")
    dialog.fileSelected.emit(path)
    assert [each for each, _ in found] == [path]
    dialog.reject()


def test_that_a_file_is_made_and_written_in_a_worker(requests: Requests, qtbot: QtBot, tmp_path: Path) -> None:
    threads = []

    def make() -> bytes:
        threads.append(threading.current_thread())
        return b"bytes"

    with qtbot.waitSignal(requests.told) as told:
        requests.save(str(tmp_path / "out.csv"), make)
    assert told.args == [f"out.csv was saved in {tmp_path}."]
    assert (tmp_path / "out.csv").read_bytes() == b"bytes"
    assert threads[0] is not threading.main_thread()


def test_that_a_picture_survives_the_way_through_the_worker(
    requests: Requests, saving: Saving, charts: LinkedCharts, qtbot: QtBot, tmp_path: Path
) -> None:
    saving.requested.connect(requests.save)
    with qtbot.waitSignal(requests.told):
        saving.save_picture(str(tmp_path / "out.png"))
    assert QImage(str(tmp_path / "out.png")).width() == 2 * charts.width()


def test_that_a_file_that_cannot_be_written_is_a_sentence(requests: Requests, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(requests.told) as told:
        requests.save(str(tmp_path / "no folder" / "out.csv"), lambda: b"")
    assert told.args[0].startswith("out.csv could not be written. Please check")


def test_that_pictures_follow_the_theme(saving: Saving, qtbot: QtBot) -> None:
    found = asked(saving)
    saving.save_picture("a.png")
    saving.set_theme(load_theme("light"))
    saving.save_picture("b.png")
    dark, light = (QImage.fromData(make()).pixelColor(3, 3).lightness() for _, make in found)
    assert dark < 60 < 200 < light


def test_that_the_window_hands_requests_on(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    assert Saving(LinkedCharts(parent), parent, load_theme("dark")).parent() is parent
