"""A report is one well-formed file that needs nothing from elsewhere and holds every figure that was shown."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import numpy as np
from pytestqt.qtbot import QtBot

from ui.lab.presentation import Axis, Line, Picture, Presentation, Table
from ui.lab.report import html_report
from ui.theme import load_theme

MADE = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
VOID = {"meta", "br", "img", "input", "link", "hr"}


class Nesting(HTMLParser):
    """Fails on an end that does not fit its begin."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def presentation() -> Presentation:
    line = Line(np.arange(3.0), np.arange(3.0), name="a <line>")
    picture = Picture("Title & more", (line,), Axis(), Axis("percent"), "n = 3", "says")
    return Presentation(
        "Event study", "2 of 6 < 60 %.", (picture,), (Table(("n", "p"), (("6", "0.722"),), (0, 1)),), "cannot tell",
        "Too few.", ("A note.",), ("How.",), ("seed 1",),
    )  # fmt: skip


def test_that_the_report_is_whole_and_needs_nothing_else(qtbot: QtBot) -> None:
    text = html_report([presentation(), presentation()], load_theme("light"), "real", MADE)
    nesting = Nesting()
    nesting.feed(text)
    assert nesting.open == []
    assert text.count("<svg") == 2
    for told in ("2 of 6 &lt; 60 %.", "0.722", "Cannot tell. Too few.", "A note.", "How.", "seed 1", "n = 3"):
        assert told in text
    assert not re.search(r"<script|<link|src=|@import|url\((?!#)", text)


def test_that_a_simulation_is_badged(qtbot: QtBot) -> None:
    assert 'class="badge"' in html_report([presentation()], load_theme("light"), "simulated", MADE)
    assert 'class="badge"' not in html_report([presentation()], load_theme("light"), "real", MADE)
