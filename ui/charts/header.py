"""The line at the top of a pane: what is shown, its value and date, and what the reader must know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from ui.charts.crosshair import Reading, date_text
from ui.charts.look import Look
from ui.charts.painting import pen

HEADER = 34.0
LEFT, TOP = 12.0, 9.0
BREVITY = 3  # how often a header can be made shorter before something must go
NEAR = 7  # days by which sessions of different exchanges may miss each other


@dataclass(frozen=True, slots=True)
class Badge:
    """A short text in a box: why the figures beside it must be read with care; `short` where there is little room."""

    text: str
    role: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    colour: QColor
    strong: bool = False
    gap: float = 8.0
    boxed: bool = False


class Header:
    """The header of one pane; what is said where is worked out again only when it changes."""

    def __init__(self) -> None:
        self._told: tuple[object, ...] = ()
        self._placed: tuple[tuple[float, _Piece], ...] = ()

    def draw(
        self,
        painter: QPainter,
        look: Look,
        width: float,
        readings: tuple[Reading, ...],
        badges: tuple[Badge, ...],
        title: str = "",
    ) -> None:
        """Draw as many pieces as fit into `width` pixels, with the painter's origin at the pane's top left corner."""
        told = (look, width, readings, badges, title)
        if told != self._told:
            self._told, self._placed = told, tuple(_placed(look, width, readings, badges, title))
        for x, piece in self._placed:
            if piece.boxed:
                _draw_box(painter, look, x, piece)
            else:
                look.header.draw(painter, QPointF(x, TOP), piece.text, piece.colour, piece.strong)


def _placed(
    look: Look, width: float, readings: Sequence[Reading], badges: Sequence[Badge], title: str
) -> Iterator[tuple[float, _Piece]]:
    """Yield the pieces that fit and where, shorter ones if need be; badges are first in rank and last in place."""
    for brevity in range(BREVITY + 1):
        pieces, ends = _titled(look, title) + _pieces(look, readings, brevity), _ends(look, badges, brevity)
        if _total(look, pieces) + _total(look, ends) <= width - LEFT:
            break
    room = width - _total(look, ends)
    x = LEFT
    for piece in pieces:
        if x + _width(look, piece) > room:
            break
        yield x, piece
        x += _width(look, piece) + piece.gap
    x += 4
    for piece in ends:
        yield x, piece
        x += _width(look, piece) + piece.gap


def _titled(look: Look, title: str) -> list[_Piece]:
    return [_Piece(title, look.colour("muted"), strong=True, gap=16)] if title else []


def _ends(look: Look, badges: Sequence[Badge], brevity: int) -> list[_Piece]:
    texts = ((badge.short if brevity and badge.short else badge.text, badge.role) for badge in badges)
    return [_Piece(text, look.colour(role), strong=True, boxed=True) for text, role in texts]


def _total(look: Look, pieces: Sequence[_Piece]) -> float:
    return sum(_width(look, piece) + piece.gap for piece in pieces)


def _pieces(look: Look, readings: Sequence[Reading], brevity: int) -> list[_Piece]:
    """Return what is to be said; the higher `brevity`, the less: the high's own figure goes first, then the name."""
    text, muted = look.colour("text"), look.colour("muted")
    pieces: list[_Piece] = []
    for i, reading in enumerate(readings):
        name = reading.symbol if len(readings) > 1 or brevity > 2 else f"{reading.symbol}  {reading.name}"
        pieces.append(_Piece(name, look.series(reading.symbol), strong=True))
        if reading.value is None:
            pieces.append(_Piece(reading.value_text, muted, gap=16))
            continue
        pieces.append(_Piece(reading.value_text, text, strong=True))
        if i + 1 == len(readings) or reading.date_text != readings[i + 1].date_text:
            pieces.append(_Piece(reading.date_text, muted, gap=16))
        else:
            pieces[-1] = _Piece(reading.value_text, text, strong=True, gap=16)
    sinces = sorted({reading.since for reading in readings if reading.since is not None})
    if sinces:
        more = " or their first bar" if len(sinces) > 1 and (sinces[-1] - sinces[0]).days > NEAR else ""
        pieces.append(_Piece(f"since {date_text(sinces[0])}{more}", muted))
    if len(readings) == 1 and readings[0].high_text:
        text = readings[0].high_short if brevity > 1 else readings[0].high_text
        pieces.append(_Piece(text, look.colour("high")))
    return pieces


def _width(look: Look, piece: _Piece) -> float:
    return look.header.width(piece.text, piece.strong) + (14 if piece.boxed else 0)


def _draw_box(painter: QPainter, look: Look, x: float, piece: _Piece) -> None:
    box = QRectF(round(x) + 0.5, TOP - 1.5, round(_width(look, piece)), look.header.height + 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    ground = QColor(piece.colour)
    ground.setAlphaF(0.14)
    painter.setPen(pen(piece.colour))
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    look.header.draw(painter, QPointF(box.left() + 7, TOP), piece.text, piece.colour, piece.strong)
