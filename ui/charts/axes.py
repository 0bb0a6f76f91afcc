"""Grid, price axis and time axis; what they say comes from `ticks`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem

from ui.charts.layers import Canvas, Layer
from ui.charts.painting import LabelCache, PixelItem, Rules, centred_at
from ui.charts.projection import Projection
from ui.charts.ticks import Tick

GAP = 8.0  # between an axis and its labels
TAG_PADDING = 5.0
CLEAR = 0.5  # pixels between a tag and the nearest label
LEAST_LABELS = 2
TickChoices = tuple[Callable[[], tuple[Tick, ...]], ...]  # the same axis with ever finer ticks, worked out if asked


@dataclass(frozen=True, slots=True)
class Tag:
    """A label in a filled box on an axis: `at` pixels along it, in a colour, hollow while its bar is in progress."""

    at: float
    text: str
    colour: QColor
    hollow: bool = False


class GridItem(Layer):
    """Faint lines at the ticks of both axes of one pane."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, z=0)
        self._colour = QColor()
        self._rules = Rules()

    def set_colour(self, colour: QColor) -> None:
        """Say how the lines look."""
        self._colour = colour

    def prepare(self, view: Projection, times: tuple[Tick, ...], prices: tuple[Tick, ...], top: float) -> None:
        """Work out the lines for a view, below `top` pixels."""
        x = [centred_at(view.x_at(tick.at), view.density) for tick in times]
        y = [centred_at(view.y_at(tick.at), view.density) for tick in prices]
        area = QRectF(0, top, view.width, view.height - top)
        self._rules.cross(area, x, [at for at in y if at >= top], view.density)

    def draw(self, painter: QPainter) -> None:
        """Draw the lines."""
        self._rules.fill(painter, self._colour)


class PriceAxis(PixelItem):
    """Labels beside one pane, and the last price as a tag."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent, z=5)
        self._labels: LabelCache | None = None
        self._text, self._ground = QColor(), QColor()
        self._ticks: tuple[tuple[float, str], ...] = ()
        self._tags: tuple[Tag, ...] = ()

    def set_look(self, labels: LabelCache, text: QColor, ground: QColor) -> None:
        """Say how labels look, and the ground that texts on a tag are written in."""
        self._labels, self._text, self._ground = labels, text, ground

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The tags beside the pane, from the top."""
        return self._tags

    @property
    def labels(self) -> tuple[tuple[float, str], ...]:
        """The labels that are shown, from the lowest price up: where each begins down the pane, and its text."""
        return self._ticks

    def wanted_width(self, ticks: tuple[Tick, ...], tags: tuple[str, ...]) -> float:
        """Return the width that the widest of these labels needs, in pixels."""
        if self._labels is None:
            return 0.0
        texts = [self._labels.width(tick.text) for tick in ticks]
        boxes = [self._labels.width(text, strong=True) + TAG_PADDING for text in tags]
        return GAP + max([*texts, *boxes, 0.0]) + GAP

    def prepare(self, view: Projection, choices: TickChoices, tags: tuple[Tag, ...], top: float) -> tuple[Tick, ...]:
        """Place labels and tags, and return the ticks that were chosen.

        Tags that would overlap move apart, and labels under a tag are left out.  Where fewer than two labels would be
        left, finer ticks and the room beside the header are tried, then the last tags give way: without two labels
        nobody knows the scale.
        """
        if self._labels is None:
            return ()
        least = 2 * (self._labels.height / 2) + 3
        for ticks, kept, floor in _trials(choices, len(tags), top):
            self._tags = _spread(tags[:kept], least, view.height)
            self._ticks = self._between(view, ticks, floor)
            if len(self._ticks) >= LEAST_LABELS:
                return ticks
        self._tags = _spread(tags, least, view.height)
        ticks = choices[0]()
        self._ticks = self._between(view, ticks, top)
        return ticks

    def _between(self, view: Projection, ticks: tuple[Tick, ...], top: float) -> tuple[tuple[float, str], ...]:
        """Return the labels (from the lowest price up) that have room between the tags and above one another."""
        if self._labels is None:
            return ()
        half = self._labels.height / 2
        highest, lowest, apart = max(top, half), view.height - half, 2 * half + CLEAR
        placed: list[tuple[float, str]] = []
        last = math.inf
        for tick in ticks:
            y = view.y_at(tick.at)
            if highest <= y <= lowest and last - y >= 2 * half and all(abs(tag.at - y) > apart for tag in self._tags):
                placed.append((y - half, tick.text))
                last = y
        return tuple(placed)

    def draw(self, painter: QPainter) -> None:
        """Draw labels, then tags."""
        if self._labels is None:
            return
        for y, text in self._ticks:
            self._labels.draw(painter, QPointF(GAP, y), text, self._text)
        for tag in self._tags:
            self.draw_tag(painter, tag)

    def draw_tag(self, painter: QPainter, tag: Tag) -> None:
        """Draw one tag."""
        if self._labels is None:
            return
        half = self._labels.height / 2
        box = QRectF(2.5, round(tag.at - half) - 0.5, self._bounds.width() - 5, 2 * half + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self.pens.solid(tag.colour))
        painter.setBrush(self._ground if tag.hollow else tag.colour)
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = tag.colour if tag.hollow else self._ground
        self._labels.draw(painter, QPointF(GAP, box.top() + 0.5), tag.text, colour, strong=True)


def _trials(choices: TickChoices, tags: int, top: float) -> Iterator[tuple[tuple[Tick, ...], int, float]]:
    """Yield what may be shown, the best first: ticks, how many of the tags, and from where down."""
    yield choices[0](), tags, top
    for kept in range(tags, 0, -1):
        for ticks in choices:
            yield ticks(), kept, 0.0 if len(choices) > 1 else top
    for ticks in choices:
        yield ticks(), 0, top
        yield ticks(), 0, 0.0


def _spread(tags: tuple[Tag, ...], least: float, height: float) -> tuple[Tag, ...]:
    """Return the tags at least so far apart, within the axis, in their order down it."""
    ordered = sorted(tags, key=lambda tag: tag.at)
    half = least / 2
    places: list[float] = []
    for tag in ordered:
        floor = places[-1] + least if places else half
        places.append(max(tag.at, floor))
    ceiling = height - half
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], ceiling)
        ceiling = places[i] - least
    return tuple(Tag(at, tag.text, tag.colour, tag.hollow) for at, tag in zip(places, ordered, strict=True))


class TimeAxis(PixelItem):
    """The labels under all panes."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent, z=5)
        self._labels: LabelCache | None = None
        self._text, self._strong, self._line = QColor(), QColor(), QColor()
        self._ticks: list[tuple[float, Tick]] = []
        self._width, self._thin = 0.0, 1.0

    def set_look(self, labels: LabelCache, text: QColor, strong: QColor, line: QColor) -> None:
        """Say how labels, those of a greater unit, and the line above them look."""
        self._labels, self._text, self._strong, self._line = labels, text, strong, line

    def prepare(self, view: Projection, ticks: tuple[Tick, ...]) -> None:
        """Place the labels; one that would be cut off or touch its neighbour is left out."""
        self._ticks = []
        self._width, self._thin = view.width, 1 / view.density
        if self._labels is None or not ticks:
            return
        free = 2.0
        for tick in ticks:
            width = self._labels.width(tick.text, tick.major)
            left = view.x_at(tick.at) - width / 2
            if left >= free and left + width <= view.width - 2:
                self._ticks.append((left, tick))
                free = left + width + 10

    def labels_within(self, left: float, right: float) -> list[QRectF]:
        """Return where there are labels that reach into an interval of pixels."""
        if self._labels is None:
            return []
        boxes = [QRectF(x, 6, self._labels.width(t.text, t.major), self._labels.height) for x, t in self._ticks]
        return [box.adjusted(-1, -1, 2, 1) for box in boxes if box.right() > left and box.left() < right]

    def draw(self, painter: QPainter) -> None:
        """Draw the line and the labels."""
        painter.fillRect(QRectF(0, 0.5 - self._thin / 2, self._width, self._thin), self._line)
        if self._labels is None:
            return
        for x, tick in self._ticks:
            colour = self._strong if tick.major else self._text
            self._labels.draw(painter, QPointF(x, 6), tick.text, colour, tick.major)
