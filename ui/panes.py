"""Which symbols have a chart, from top to bottom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from data.catalog import Kind
from models.snapshot import AssetView

Panes = tuple[str, ...]
MOST = 8


def panes_with(panes: Panes, symbol: str, kind: Kind) -> Panes:
    """Return the panes with a symbol shown in them: a leader takes the top one, a coin the bottom one."""
    if symbol in panes:
        return panes
    if kind == "crypto":
        return (*panes[:-1], symbol) if len(panes) > 1 else (*panes, symbol)
    return (symbol, *panes[1:])


def panes_and(panes: Panes, symbol: str) -> Panes:
    """Return the panes with one more at the bottom; unchanged when there is no room or it is there."""
    return panes if symbol in panes or len(panes) >= MOST else (*panes, symbol)


def panes_without(panes: Panes, symbol: str) -> Panes:
    """Return the panes without a symbol; the last one stays."""
    rest = tuple(pane for pane in panes if pane != symbol)
    return rest or panes


class PaneChoice(QObject):
    """Keeps which symbols have a chart, and tells when the user changed that."""

    changed = Signal(object)

    def __init__(self, panes: Panes, show: Callable[[Panes], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.panes = panes
        self._show = show

    def take(self, panes: Panes) -> None:
        """Show panes that were chosen elsewhere."""
        if panes != self.panes:
            self.panes = panes
            self._show(panes)

    def choose(self, panes: Panes) -> None:
        """Show panes that the user chose."""
        if panes != self.panes:
            self.take(panes)
            self.changed.emit(panes)

    def open(self, view: AssetView | None) -> None:
        """Give an asset a pane; nothing happens without one."""
        if view is not None:
            self.choose(panes_with(self.panes, view.asset.symbol, view.asset.kind))

    def add(self, symbol: str) -> None:
        """Give a symbol a pane of its own."""
        self.choose(panes_and(self.panes, symbol))

    def drop(self, symbol: str) -> None:
        """Take a symbol's pane away."""
        self.choose(panes_without(self.panes, symbol))
