"""Horizontal levels that can be dragged, such as the price a rule hangs on."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from data.levels import Level
from ui.charts.layers import Canvas, Layer
from ui.charts.look import Look
from ui.charts.painting import centred, dotted
from ui.charts.projection import Projection

REACH = 5.0  # pixels from a level within which it can be taken hold of
HANDLE = 7.0
ROLE = "accent"


class HasLevels(Protocol):
    """A pane as one who drags a level knows it."""

    levels: LevelsItem
    view: Projection

    @property
    def rect(self) -> QRectF:
        """Where the pane is, in pixels of the view."""
        ...


class Held:
    """A level in somebody's hand."""

    def __init__(self, pane: HasLevels, row: int) -> None:
        self.pane = pane
        self._row = row
        self.before = self.level = pane.levels.levels[row]

    def drag(self, y: float) -> None:
        """Move it to a place down the view, to a price with no more figures than a pixel tells apart."""
        self.level = self.before.moved(rounded_price(self.pane.view, y - self.pane.rect.top()))
        levels = self.pane.levels.levels
        self.pane.levels.levels = (*levels[: self._row], self.level, *levels[self._row + 1 :])


def rounded_price(view: Projection, down: float) -> float:
    """Return the price at a place down a pane, with no more figures than a pixel tells apart."""
    price = view.price(min(max(down, 0.0), view.height))
    step = abs(view.price(down) - view.price(down + 1))
    return round(price, -math.floor(math.log10(step)) if step > 0 else 2)


class LevelsItem(Layer):
    """The levels of one pane, dashed across it, each with its label at the left; the chosen one is a solid line."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=18)
        self.levels: tuple[Level, ...] = ()
        self.chosen = ""  # the id of the level that the keys act upon
        self._look: Look | None = None
        self._at: list[tuple[int, float]] = []
        self._width = 1.0

    def set_look(self, look: Look) -> None:
        """Take over colours and labels."""
        self._look = look

    def prepare(self, view: Projection, top: float) -> None:
        """Work out which levels are in view, below `top` pixels."""
        self._width, self._at = view.density, []
        if not self.levels:
            return
        places = centred(view.y(np.array([level.price for level in self.levels])), view.density)
        self._at = [(row, y) for row, y in enumerate(places.tolist()) if top <= y <= view.height]

    def level_at(self, y: float) -> int | None:
        """Return which level is nearest to a place down the pane and within reach."""
        best = min(self._at, key=lambda entry: abs(entry[1] - y), default=None)
        return best[0] if best is not None and abs(best[1] - y) <= REACH else None

    def places(self) -> tuple[tuple[Level, float], ...]:
        """Return the levels in view and how far down the pane they are."""
        return tuple((self.levels[row], y) for row, y in self._at)

    def draw(self, painter: QPainter) -> None:
        """Draw the levels, then their labels."""
        if self._look is None or not self._at:
            return
        colour, labels = self._look.colour(ROLE), self._look.axis
        right = self.boundingRect().width()
        for row, y in self._at:
            chosen = self.levels[row].id == self.chosen
            painter.setPen(self.pens.solid(colour) if chosen else dotted(colour, 6, 3, self._width))
            painter.drawLine(QPointF(0, y), QPointF(right, y))
            if chosen:
                painter.fillRect(QRectF(right - HANDLE, y - HANDLE / 2, HANDLE, HANDLE), colour)
        for row, y in self._at:
            labels.draw(painter, QPointF(12, round(y - labels.height - 1)), self.levels[row].label, colour)
