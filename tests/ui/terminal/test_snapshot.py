"""`snapshot`: the window as a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from data.calendar import Calendars
from data.profile import Profile
from tests.support.profiles import keep, staged_bars, staged_hours

pytestmark = pytest.mark.usefixtures("qapp")


def test_that_the_picture_has_the_size_that_was_asked_for(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    out = tmp_path / "window.png"
    answer = verb("snapshot", str(out), "--range", "1Y", "--theme", "light", "--size", "1200x800")
    assert (answer.code, answer.errors) == (0, "")
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1200, 800)
    assert picture.pixelColor(600, 2).lightness() > 128


def test_that_an_empty_profile_gives_a_picture_too(verb: Callable, tmp_path: Path) -> None:
    assert verb("snapshot", str(tmp_path / "empty.png")).code == 0
    assert not QImage(str(tmp_path / "empty.png")).isNull()


def test_that_the_same_profile_gives_the_same_picture(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    for name in ("one.png", "two.png"):
        assert verb("snapshot", str(tmp_path / name), "--size", "900x600").code == 0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_that_it_leaves_no_trace_of_the_layout_in_the_profile(verb: Callable, profile: Profile, tmp_path: Path) -> None:
    verb("snapshot", str(tmp_path / "out.png"), "--size", "900x600")
    assert not profile.window_state.exists()


def test_that_a_picture_that_cannot_be_written_is_one_line(verb: Callable, tmp_path: Path) -> None:
    answer = verb("snapshot", str(tmp_path / "no/such/folder.png"), "--size", "900x600")
    assert (answer.code, answer.out) == (1, "")
    assert "could not be written" in answer.errors
    assert len(answer.errors.splitlines()) == 1


def test_that_a_simulated_world_has_something_to_show_and_says_that_it_is_simulated(
    verb: Callable, profile: Profile, tmp_path: Path
) -> None:
    assert verb("--demo", "--seed", "7", "snapshot", str(tmp_path / "demo.png"), "--size", "900x600").code == 0
    assert verb("snapshot", str(tmp_path / "real.png"), "--size", "900x600").code == 0
    assert (tmp_path / "demo.png").read_bytes() != (tmp_path / "real.png").read_bytes()
    assert not profile.database.with_name("bellwether.sqlite3-wal").exists()
    assert not any(widget.isVisible() for widget in QApplication.topLevelWidgets())


def test_that_the_picture_can_be_a_drawing(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    out = tmp_path / "window.svg"
    answer = verb("snapshot", str(out), "--size", "1200x800")
    assert (answer.code, answer.errors) == (0, "")
    root = ET.fromstring(out.read_bytes())
    assert root.get("viewBox") == "0 0 1200 800"
    assert "Watchlist" in {(text.text or "").strip() for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert not any(widget.isVisible() for widget in QApplication.topLevelWidgets())


def test_that_the_picture_can_be_of_shorter_bars(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    keep(profile, "^RUT", staged_hours(calendars), interval="1h")
    out = tmp_path / "hours.svg"
    answer = verb("snapshot", str(out), "--interval", "1h", "--range", "5D", "--size", "1200x800")
    assert (answer.code, answer.errors) == (0, "")
    assert answer.out == f"{out}: 1200×800 pixels, bars of 1h, 5D, dark\n"
    spoken = next(ET.fromstring(out.read_bytes()).iter("{http://www.w3.org/2000/svg}desc")).text or ""
    assert "2,449.00" in spoken
    assert "19:30 UTC" in spoken
    assert "in progress" in spoken


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--interval", "5m", "--range", "10Y"), "Bars of 5m cannot fill a range of 10Y: choose one of 1D, 5D, 1M,"),
        (("--range", "5D"), "Daily bars cannot fill a range of 5D: choose one of 1M, 3M,"),
    ],
)
def test_that_a_range_that_the_bars_cannot_fill_is_one_line(
    verb: Callable, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    answer = verb("snapshot", str(tmp_path / "window.png"), *arguments)
    assert (answer.code, answer.out) == (1, "")
    assert answer.errors.startswith(said)
    assert len(answer.errors.splitlines()) == 1


def test_that_a_name_that_does_not_say_how_to_draw_is_one_line(verb: Callable, tmp_path: Path) -> None:
    answer = verb("snapshot", str(tmp_path / "window.gif"))
    assert (answer.code, answer.out) == (1, "")
    assert answer.errors == "window.gif must end in .png or .svg, which says how to draw it.\n"
