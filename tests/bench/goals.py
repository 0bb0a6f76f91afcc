"""Which goals the frames met: per goal, how many of its cells, and the cells that missed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

Check = Callable[[float, float], bool]


class Measured(Protocol):
    """A row of the table of frames."""

    stack: str
    kind: str
    bars: int
    gesture: str
    median_ms: float
    p99_ms: float
    ratio_median: float


Cell = tuple[str, int, str]  # kind, bars, gesture


def goals(rows: Sequence[Measured]) -> Iterator[str]:
    """Yield a sentence for each goal."""
    table = {(row.stack, row.kind, row.bars, row.gesture): row for row in rows}
    ours = [row for row in rows if row.stack == "bellwether"]
    moves = [row for row in ours if row.gesture in ("zoom", "pan", "close up")]
    of = {(stack, *_cell(row)): table.get((stack, *_cell(row))) for row in moves for stack in ("floor", "pyqtgraph")}
    floor = [(row, of["floor", *_cell(row)]) for row in moves]
    plain = [(row, of["pyqtgraph", *_cell(row)]) for row in moves]
    yield _told("median at most 1.3x or +0.5 ms", [
        (row, row.median_ms <= max(1.3 * f.median_ms, f.median_ms + 0.5)) for row, f in floor if f
    ])  # fmt: skip
    yield _told("p99 at most 1.75x or +1 ms", [
        (row, row.p99_ms <= max(1.75 * f.p99_ms, f.p99_ms + 1)) for row, f in floor if f
    ])  # fmt: skip
    least = {"line": 5, "candle": 30}
    yield _told("5x (lines) or 30x (candles) faster than plain pyqtgraph", [
        (row, p.median_ms >= least[row.kind] * row.median_ms) for row, p in plain if p
    ])  # fmt: skip
    small = {(row.kind, row.gesture): row.ratio_median for row in moves if row.bars == 10_000}
    yield _told("ratio no worse at 1 million bars than at 10 thousand", [
        (row, row.ratio_median <= small[row.kind, row.gesture]) for row in moves if row.bars == 1_000_000
    ])  # fmt: skip
    pans = {(row.kind, row.bars): row.median_ms for row in ours if row.gesture == "pan at the end"}  # the same view
    for gesture in ("crosshair", "live tick"):
        yield _told(f"{gesture} no dearer than a pan", [
            (row, row.median_ms <= pans[row.kind, row.bars]) for row in ours if row.gesture == gesture
        ])  # fmt: skip


def _cell(row: Measured) -> Cell:
    return row.kind, row.bars, row.gesture


def _told(goal: str, cells: Sequence[tuple[Measured, bool]]) -> str:
    missed = [f"{row.kind} {row.bars:,} {row.gesture}" for row, met in cells if not met]
    return f"{goal}: met in {len(cells) - len(missed)} of {len(cells)}" + (
        f"; missed: {', '.join(missed)}" if missed else ""
    )
