"""The tray icon in a real tray, seen and clicked over the bus as the panel does it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.desktop import Desktop, Program, until
from ui.wording import THIN

Launch = Callable[..., Program]
RUSSELL = f"Russell 2000: 3.60{THIN}% below its all-time high · near · 19 Sep 2025 close"
BITCOIN = f"Bitcoin: 3.60{THIN}% below its all-time high · near · 19 Sep 2025 close · stale"


@pytest.fixture
def program(desktop: Desktop, launch: Launch) -> Program:
    program = launch(desktop, "-m", "tests.support.tray_program")
    program.wait_for("there")
    return program


def test_that_the_icon_stands_in_the_tray_and_tells_the_distance(desktop: Desktop, program: Program) -> None:
    assert desktop.tooltip() == RUSSELL


def test_that_a_click_on_the_icon_opens_the_window(desktop: Desktop, program: Program) -> None:
    desktop.activate_tray()
    program.wait_for("open")
    assert program.lines().count("open") == 1


def test_that_the_menu_shows_each_state_and_what_can_be_done(desktop: Desktop, program: Program) -> None:
    menu = desktop.menu()
    assert [entry.label for entry in menu] == [
        RUSSELL, BITCOIN, "Open Bellwether", "Refresh now", "Mute alerts", "Quit Bellwether",
    ]  # fmt: skip
    assert [(entry.label, entry.enabled) for entry in menu[4].children] == [
        ("For 1 hour", True),
        ("Until tomorrow, 08:00", True),
        ("Off", False),
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("Open Bellwether",), "open"),
        (("Refresh now",), "refresh"),
        ((BITCOIN,), "BTC-USD"),
        (("Mute alerts", "For 1 hour"), "mute"),
    ],
)
def test_that_the_menu_does_what_it_says(desktop: Desktop, program: Program, path: tuple[str, ...], line: str) -> None:
    desktop.choose(*path)
    program.wait_for(line)
    assert program.lines()[-1] == line


def test_that_a_mute_is_shown_and_can_be_ended(desktop: Desktop, program: Program) -> None:
    desktop.choose("Mute alerts", "Until tomorrow, 08:00")
    muted = until(
        lambda: next((entry for entry in desktop.menu() if entry.label.startswith("Muted until")), None), "the mute"
    )
    desktop.choose(muted.label, "Off")
    program.wait_for("unmute")
    assert [line for line in program.lines() if "mute" in line] == ["mute", "unmute"]


def test_that_quit_ends_the_program_and_takes_the_icon_away(desktop: Desktop, program: Program) -> None:
    desktop.choose("Quit Bellwether")
    assert program.wait() == 0
    until(lambda: not desktop.tray_items(), "the icon to go")


def test_that_a_tray_which_comes_late_still_gets_a_real_icon(
    another_desktop: Callable[..., Desktop], launch: Launch
) -> None:
    bare = another_desktop(notify=False, tray=False)
    program = launch(bare, "-m", "tests.support.tray_program")
    program.wait_for("started")
    bare.start_tray()
    program.wait_for("there")
    assert bare.tooltip() == RUSSELL


def test_that_a_panel_which_restarts_gets_the_icon_back(
    another_desktop: Callable[..., Desktop], launch: Launch
) -> None:
    world = another_desktop(notify=False)
    program = launch(world, "-m", "tests.support.tray_program")
    program.wait_for("there")
    world.stop_tray()
    program.wait_for("gone")
    world.start_tray()
    program.wait_for("there", times=2)
    assert world.tooltip() == RUSSELL
    world.activate_tray()
    program.wait_for("open")


def test_that_a_balloon_reaches_the_screen_and_its_click_the_program(
    another_desktop: Callable[..., Desktop], launch: Launch
) -> None:
    world = another_desktop()
    program = launch(world, "-m", "tests.support.tray_program", "--balloon")
    until(lambda: [n.summary for n in world.notifications()] == ["A balloon"], "the balloon")
    assert world.notifications()[0].body == "Its text."
    world.invoke("A balloon", "default")
    program.wait_for("clicked")
