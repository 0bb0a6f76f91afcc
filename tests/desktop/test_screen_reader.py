"""The charts as a screen reader finds them: on the real accessibility bus, with real key presses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.support.accessibility import AccessibilityBus, Node
from tests.support.chart_program import TITLE
from tests.support.desktop import Desktop, Program, until

CHANGE = "accessible-description"
LAST = (
    "21 Jun 2022: Russell 2000 741.00, at its all-time high of 741.00; "
    "Bitcoin 150.08, 40.0 % below its all-time high of 250.00; "
    "Ether 300.15, 40.0 % below its all-time high of 500.00"
)
BEFORE = (
    "20 Jun 2022: Russell 2000 740.00, at its all-time high of 740.00; "
    "Bitcoin 150.01, 40.0 % below its all-time high of 250.00; "
    "Ether 300.02, 40.0 % below its all-time high of 500.00"
)


class Listener:
    """Somebody who does not see the charts: presses keys and hears what is told."""

    def __init__(self, desktop: Desktop, program: Program, bus: AccessibilityBus) -> None:
        self._desktop = desktop
        self._program = program
        self.bus = bus
        program.wait_for("started")
        app = until(
            lambda: bus.application("bellwether-charts", program.pid), "the application on the accessibility bus"
        )
        self.node: Node = until(lambda: self._charts(app), "the charts on the accessibility bus")
        self.bus.listen(f"object:property-change:{CHANGE}")
        window = until(lambda: desktop.windows(TITLE), "the window")[0]
        until(lambda: desktop.run("xdotool", "getactivewindow").decode().strip() == window, "the focus")

    def _charts(self, app: Node) -> Node | None:
        return next((node for node in self.bus.below(app) if node.name.startswith("Chart: ")), None)

    def press(self, key: str) -> list[str]:
        """Press a key, and return what is heard until something is."""
        self._desktop.run("xdotool", "key", key)
        return [text for what, text in until(self.bus.heard, f"something to hear after {key}") if what == CHANGE]

    def moves(self, key: str) -> tuple[float, float]:
        """Press a key that moves the range, and return the range after it."""
        before = len(self._program.lines())
        self._desktop.run("xdotool", "key", key)
        until(lambda: len(self._program.lines()) > before, f"another range after {key}")
        first, last = self._program.lines()[-1].split()
        return float(first), float(last)


@pytest.fixture
def listener(desktop: Desktop, launch: Callable[..., Program]) -> Iterator[Listener]:
    bus = AccessibilityBus(desktop)
    try:
        yield Listener(desktop, launch(desktop, "-m", "tests.support.chart_program"), bus)
    finally:
        bus.close()


def test_that_the_charts_have_a_name_and_tell_the_last_bars(listener: Listener) -> None:
    assert listener.node.name == "Chart: Russell 2000, Bitcoin, Ether"
    assert listener.node.role == "chart"
    assert listener.node.focused
    assert "Russell 2000 741.00 on 21 Jun 2022, at its all-time high of 741.00" in listener.node.description
    assert re.search(r"Bitcoin [\d.]+ on 23 Jun 2022, [\d.]+ % below its all-time high", listener.node.description)


def test_that_walking_the_bars_tells_instant_values_and_distance_once_each(listener: Listener) -> None:
    assert listener.press("Right") == [LAST]
    assert listener.press("Left") == [BEFORE]
    assert listener.bus.again(listener.node).description == BEFORE
    assert listener.press("Home")[-1].startswith("6 Jan 2020: Russell 2000 100.00")
    assert listener.press("End") == [LAST]


def test_that_the_pane_below_is_told_and_walked_after_down(listener: Listener) -> None:
    assert listener.press("Down")[-1].startswith(
        "Bitcoin 150.37 on 23 Jun 2022, 39.9 % below its all-time high of 250.00"
    )
    assert listener.press("Home")[-1].startswith("6 Jan 2020: Bitcoin 200.00"), (
        "its first bar, not that of the pane above"
    )
    assert listener.press("Right")[-1].startswith("Bitcoin 201.67 on 7 Jan 2020, at its all-time high")


def test_that_pages_plus_and_minus_move_the_range(listener: Listener) -> None:
    first, _ = listener.moves("Prior")
    later = listener.moves("Next")
    assert later[0] > first
    near = listener.moves("plus")
    assert near[1] - near[0] < later[1] - later[0]
    far = listener.moves("minus")
    assert far[1] - far[0] == pytest.approx(later[1] - later[0], rel=0.01)
