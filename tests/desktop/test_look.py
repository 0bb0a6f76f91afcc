"""The window's look on a desktop that has a font and a style of its own."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from ui.theme import FONT_FAMILY, apply_theme, load_theme


@pytest.mark.parametrize("kind", ["QLabel", "QMenu", "QPushButton", "QListView", "QLineEdit", "QToolButton"])
def test_that_every_widget_has_the_interface_font_and_not_the_desktops(qapp: QApplication, kind: str) -> None:
    apply_theme(qapp, load_theme("dark"))
    assert QApplication.font(kind).family() == FONT_FAMILY
