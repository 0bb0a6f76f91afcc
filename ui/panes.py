"""Which symbols have a chart, from top to bottom."""

from __future__ import annotations

from data.catalog import Kind

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
