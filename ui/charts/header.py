"""The line at the top of a pane: what is shown, its value and date, and what the reader must know of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from ui.charts.crosshair import Reading
from ui.charts.look import Look
from ui.charts.painting import pen

HEADER = 34.0
LEFT, TOP = 12.0, 9.0
ROW = 21.0  # from one row of read-outs to the next, where one is not enough
BREVITY = 3  # how often a header can be made shorter before something must go
TERSE = 4  # of several read-outs in too little room only short names and figures are left
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
    room: float = 0.0  # for what must stand beside it


@dataclass(frozen=True, slots=True)
class _Placed:
    x: float
    row: int
    piece: _Piece


class Header:
    """The header of one pane; what is said where is worked out again only when it changes."""

    def __init__(self) -> None:
        self._told: tuple[object, ...] = ()
        self._placed: tuple[_Placed, ...] = ()

    def rows(
        self, look: Look, width: float, readings: tuple[Reading, ...], badges: tuple[Badge, ...], title: str = ""
    ) -> int:
        """Return how many rows all read-outs take in so many pixels."""
        self._place(look, width, readings, badges, title)
        return max((placed.row for placed in self._placed), default=0) + 1

    def texts(self) -> tuple[str, ...]:
        """Return what was drawn last, in order."""
        return tuple(placed.piece.text for placed in self._placed)

    def draw(
        self,
        painter: QPainter,
        look: Look,
        width: float,
        readings: tuple[Reading, ...],
        badges: tuple[Badge, ...],
        title: str = "",
    ) -> None:
        """Draw what fits into `width` pixels, and read-outs that do not in rows below; the origin is the pane's."""
        more = self.rows(look, width, readings, badges, title) - 1
        if more:
            painter.fillRect(QRectF(0, HEADER, width, more * ROW), look.colour("window", 0.85))
        for placed in self._placed:
            at = QPointF(placed.x, TOP + placed.row * ROW)
            if placed.piece.boxed:
                _draw_box(painter, look, at, placed.piece)
            else:
                look.header.draw(painter, at, placed.piece.text, placed.piece.colour, placed.piece.strong)

    def _place(
        self, look: Look, width: float, readings: tuple[Reading, ...], badges: tuple[Badge, ...], title: str
    ) -> None:
        told = (look, width, readings, badges, title)
        if told != self._told:
            self._told, self._placed = told, tuple(_placed(look, width, readings, badges, title))


def _placed(
    look: Look, width: float, readings: Sequence[Reading], badges: Sequence[Badge], title: str
) -> Iterator[_Placed]:
    """Yield the pieces that fit and where, shorter ones if need be; badges are first in rank and last in place."""
    several = len(readings) > 1
    for brevity in range((TERSE if several else BREVITY) + 1):
        pieces, ends = _titled(look, title) + _pieces(look, readings, brevity), _ends(look, badges, brevity)
        if _total(look, pieces) + _total(look, ends) <= width - LEFT:
            break
    x, row, room = LEFT, 0, width - _total(look, ends)
    after = LEFT
    for piece in pieces:
        # A name stays beside its figure, wherever there is room for both.
        wanted = _width(look, piece) + (piece.gap + piece.room if piece.room else 0.0)
        if several and piece.room and x + wanted > room and (row == 0 or x > LEFT):
            x, row, room = LEFT, row + 1, width
        elif not several and x + wanted > room:
            break
        yield _Placed(x, row, piece)
        x += _width(look, piece) + piece.gap
        after = x if row == 0 else after
    x = min(after + 4, max(width - _total(look, ends), LEFT)) if several else after + 4
    for piece in ends:
        yield _Placed(x, 0, piece)
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
    terse = brevity >= TERSE
    for i, reading in enumerate(readings):
        name = reading.symbol if len(readings) > 1 or brevity > 2 else f"{reading.symbol}  {reading.name}"
        if terse:
            name = reading.symbol.removeprefix("^").removesuffix("-USD")
        room = look.header.width(reading.value_text, True) if len(readings) > 1 else 0.0
        pieces.append(
            _Piece(
                name,
                look.series(reading.symbol),
                strong=True,
                room=room if len(readings) > 1 else 0.0,
                gap=5 if terse else 8,
            )
        )
        if reading.value is None:
            pieces.append(_Piece(reading.value_text, muted, gap=16))
            continue
        pieces.append(_Piece(reading.value_text, text, strong=True))
        if terse:
            pieces[-1] = _Piece(reading.value_text, text, strong=True, gap=12)
        elif i + 1 == len(readings) or reading.date_text != readings[i + 1].date_text:
            pieces.append(_Piece(reading.date_text, muted, gap=16))
        else:
            pieces[-1] = _Piece(reading.value_text, text, strong=True, gap=16)
    sinces = sorted((r.since, r.since_text) for r in readings if r.since is not None)
    if sinces and not terse:
        more = " or their first bar" if (sinces[-1][0] - sinces[0][0]).days > NEAR else ""
        pieces.append(_Piece(f"since {sinces[0][1]}{more}", muted))
    if len(readings) == 1 and readings[0].high_text:
        text = readings[0].high_short if brevity > 1 else readings[0].high_text
        pieces.append(_Piece(text, look.colour("high")))
    return pieces


def _width(look: Look, piece: _Piece) -> float:
    return look.header.width(piece.text, piece.strong) + (14 if piece.boxed else 0)


def _draw_box(painter: QPainter, look: Look, at: QPointF, piece: _Piece) -> None:
    box = QRectF(round(at.x()) + 0.5, at.y() - 1.5, round(_width(look, piece)), look.header.height + 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    ground = QColor(piece.colour)
    ground.setAlphaF(0.14)
    painter.setPen(pen(piece.colour))
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    look.header.draw(painter, QPointF(box.left() + 7, at.y()), piece.text, piece.colour, piece.strong)
