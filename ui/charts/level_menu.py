"""The menu of a pane: what can be done with levels at that place."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from data.levels import Level

MOST = 1e12


class Offer(NamedTuple):
    """A price at which a level may be added, and how it is written."""

    price: float
    text: str


class LevelActs(Protocol):
    """What the menu asks for."""

    def add_level(self, price: float | None = None) -> None:
        """Add a level where the pointer or the crosshair is."""
        ...

    def price_level(self, price: float) -> None:
        """Put the chosen level at a price."""
        ...

    def remove_level(self) -> None:
        """Remove the chosen level."""
        ...

    def undo_level(self) -> None:
        """Take back the last change."""
        ...

    def ask_rule(self) -> None:
        """Ask to be told when the price crosses the chosen level."""
        ...


def level_menu(acts: LevelActs, owner: QWidget, offer: Offer | None, chosen: Level | None) -> QMenu:
    """Return the menu; `offer` is where a level would be added, None where none can be.

    The price is kept because the pointer, which it is read from, leaves the charts for the menu.
    """
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    add = menu.addAction(f"Add a level at {offer.text}\tIns" if offer else "Add a level")
    add.setEnabled(offer is not None)
    add.triggered.connect(lambda: acts.add_level(offer.price if offer else None))
    menu.addSeparator()
    for text, act in (
        ("Type the level's price…", lambda: ask_price(acts, owner, chosen)),
        ("Remove the level\tDel", acts.remove_level),
        ("Tell me when the price crosses it…", acts.ask_rule),
    ):
        menu.addAction(text, act).setEnabled(chosen is not None)
    menu.addAction("Undo the last change of a level", acts.undo_level)
    return menu


def ask_price(acts: LevelActs, owner: QWidget, level: Level | None) -> None:
    """Let the user type the price of the chosen level."""
    if level is None:
        return
    dialog = QInputDialog(owner)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Level")
    dialog.setLabelText("Price of the level:")
    dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
    dialog.setDoubleDecimals(8 if level.price < 1 else 2)
    dialog.setDoubleRange(0.0, MOST)
    dialog.setDoubleValue(level.price)
    dialog.doubleValueSelected.connect(acts.price_level)
    dialog.open()
