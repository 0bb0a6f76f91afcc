"""The stage with horizontal levels: added, chosen, moved by mouse or keys, removed, and undone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QWidget

from data.levels import Level
from ui.charts.crosshair import shown_decimals
from ui.charts.gestures import Place
from ui.charts.level_keeper import Chosen, LevelKeeper, Levels
from ui.charts.level_menu import Offer, ask_price, level_menu
from ui.charts.levels import Held, rounded_price
from ui.charts.pane import Pane
from ui.charts.stage import ChartStage
from ui.charts.ticks import price_text

FAR = 100  # ticks that a page moves a level


class LevelStage(ChartStage):
    """`level_moved` tells of each level that is elsewhere than before, `levels_changed` of every change.

    `rule_wanted` has a symbol and a level whose crossing the user wants to be told of.
    """

    level_moved = Signal(str, object, object)  # symbol, Level before, Level after
    levels_changed = Signal(str, object)  # symbol, tuple of Level
    rule_wanted = Signal(str, object)  # symbol, Level

    def __init__(self, parent: QWidget | None = None) -> None:
        self._levels = LevelKeeper()
        self._held: Held | None = None
        self._pointed: tuple[int, float] | None = None  # the pane and price that the pointer is at
        super().__init__(parent)

    # What callers ask for

    def set_levels(self, symbol: str, levels: Sequence[Level]) -> None:
        """Draw horizontal levels in the pane of an asset."""
        self._levels.put(symbol, levels)
        self._show_levels()

    def levels(self, symbol: str) -> Levels:
        """Return the levels of an asset."""
        return self._levels.of(symbol)

    def add_level(self, price: float | None = None) -> None:
        """Add a level to the active pane: at a price, else at the pointer, else at the close under the crosshair."""
        pane = self._level_pane()
        if pane is None:
            return
        wanted = self._price_here(pane) if price is None else price
        if wanted is not None and wanted > 0:
            symbol = pane.contents.series[0].asset.symbol
            self._levels.add(symbol, Level(wanted))
            self._changed(symbol)

    def choose_level(self) -> None:
        """Choose the next level, from the highest in the active pane on: arrows up and down move it."""
        panes = self.stack.panes
        around = [*panes[self._active :], *panes[: self._active]]
        symbols = [symbol for pane in around if (symbol := _owner(pane))]
        level = self._levels.choose_next(symbols)
        if level is not None and self._levels.chosen is not None:
            chosen = self._levels.chosen.symbol
            self._active = next(i for i, pane in enumerate(panes) if _owner(pane) == chosen)
        self._show_levels()

    def remove_level(self) -> None:
        """Remove the chosen level; `undo_level` brings it back."""
        level, chosen = self._levels.current, self._levels.chosen
        if level is not None and chosen is not None:
            self._levels.remove(chosen.symbol, level)
            self._changed(chosen.symbol)

    def undo_level(self) -> None:
        """Take back the last thing that was done to a level."""
        undone = self._levels.undo()
        if undone is None:
            return
        symbol, left = undone
        before = {level.id: level for level in left}
        for level in self._levels.of(symbol):
            if level.id in before and before[level.id] != level:
                self.level_moved.emit(symbol, before[level.id], level)
        self._changed(symbol)

    def price_level(self, price: float) -> None:
        """Put the chosen level at a price."""
        self._move_to(price, step=False)

    def type_level(self) -> None:
        """Let the user type the price of the chosen level."""
        ask_price(self, self, self._levels.current)

    # What gestures ask for

    def climb(self, ticks: int) -> None:
        """Move the chosen level by ticks of its asset; without one, make the pane above or below the active one."""
        level, pane = self._levels.current, self._chosen_pane()
        if level is None or pane is None:
            self.change_pane(-1 if ticks > 0 else 1)
            return
        tick = pane.contents.series[0].asset.tick
        self._move_to(round((round(level.price / tick) + ticks) * tick, 10), step=True)

    def page(self, direction: int) -> None:
        """Move most of a screen in time, or the chosen level by a hundred ticks (`direction` -1 is back, or up)."""
        if self._chosen_pane() is not None:
            self.climb(-direction * FAR)
        else:
            (self.pan_left if direction < 0 else self.pan_right)()

    def hover(self, at: QPointF, place: Place) -> None:
        """Let the crosshair follow, and note the price there."""
        super().hover(at, place)
        self._pointed = None
        if place.part == "pane":
            pane = self.stack.panes[place.pane]
            self._pointed = (place.pane, rounded_price(pane.view, at.y() - pane.rect.top()))

    def hold_level(self, at: QPointF, place: Place) -> bool:
        """Take hold of the level under a point, if there is one."""
        self._held = None
        if place.part == "pane":
            pane = self.stack.panes[place.pane]
            row = pane.levels.level_at(at.y() - pane.rect.top())
            self._active = place.pane
            self._held = None if row is None else Held(pane, row)
        if self._held is not None:
            self._levels.chosen = Chosen(_owner(self._held.pane), self._held.level.id)
            self._show_levels()
        return self._held is not None

    def drag_level(self, at: QPointF) -> None:
        """Move the level held to a place down its pane, in steps that the axis shows."""
        if self._held is not None:
            self._held.drag(at.y())
            self.view.refresh()

    def drop_level(self) -> None:
        """Let go of the level held, and tell where it is now."""
        held, self._held = self._held, None
        if held is not None and held.level != held.before:
            symbol = _owner(held.pane)
            self._levels.move(symbol, held.level)
            self.level_moved.emit(symbol, held.before, held.level)
            self._changed(symbol)

    def escape(self) -> None:
        """Let go of the chosen level, or undo what else stands in the way."""
        if self._levels.chosen is not None:
            self._levels.chosen = None
            self._show_levels()
        else:
            super().escape()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with levels where the menu was asked for."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.stack.panes:
            active = self.stack.panes[min(self._active, len(self.stack.panes) - 1)]
            self.level_menu().popup(self.mapToGlobal(QPoint(20, round(active.rect.center().y()))))
        else:
            self.level_menu(QPointF(event.pos())).popup(event.globalPos())

    def level_menu(self, at: QPointF | None = None) -> QMenu:
        """Return the menu for a point of the view, whose level is chosen; None for the active pane's crosshair."""
        if at is not None:
            place = self.stack.place_at(at)
            self.hover(at, place)
            self.hold_level(at, place)
            self._held = None
        return level_menu(self, self, self._level_offer(), self._levels.current)

    # Within

    def ask_rule(self) -> None:
        """Ask to be told when the price crosses the chosen level."""
        level, chosen = self._levels.current, self._levels.chosen
        if level is not None and chosen is not None:
            self.rule_wanted.emit(chosen.symbol, level)

    def clear_crosshair(self) -> None:
        """Take the crosshair away, and forget where the pointer was."""
        self._pointed = None
        super().clear_crosshair()

    def _walk_to(self, instant: float) -> None:
        self._pointed = None
        super()._walk_to(instant)

    def _move_to(self, price: float, *, step: bool) -> None:
        level, chosen = self._levels.current, self._levels.chosen
        if level is None or chosen is None or not price > 0:
            return
        moved = level.moved(price)
        self._levels.move(chosen.symbol, moved, step=step)
        self.level_moved.emit(chosen.symbol, level, moved)
        self._changed(chosen.symbol)

    def _changed(self, symbol: str) -> None:
        self.levels_changed.emit(symbol, self._levels.of(symbol))
        self._show_levels()

    def _show_levels(self) -> None:
        chosen = self._levels.chosen
        for pane in self.stack.panes:
            symbol = _owner(pane)
            pane.levels.levels = self._levels.of(symbol) if symbol else ()
            pane.levels.chosen = chosen.id if chosen is not None and chosen.symbol == symbol else ""
        self._announce()
        self.view.refresh()

    def _level_pane(self) -> Pane | None:
        """Return the pane that a new level would be in: the active one, where it shows the price of one asset."""
        panes = self.stack.panes
        pane = panes[min(self._active, len(panes) - 1)] if panes else None
        return pane if pane is not None and _owner(pane) and len(pane.contents.series[0]) else None

    def _chosen_pane(self) -> Pane | None:
        chosen = self._levels.chosen
        return next((p for p in self.stack.panes if chosen is not None and _owner(p) == chosen.symbol), None)

    def _level_offer(self) -> Offer | None:
        pane = self._level_pane()
        price = self._price_here(pane) if pane is not None else None
        return None if pane is None or price is None or price <= 0 else Offer(price, _price_of(pane, price))

    def _price_here(self, pane: Pane) -> float | None:
        if self._pointed is not None and self.stack.panes[self._pointed[0]] is pane:
            return self._pointed[1]
        instant = self._overlay.readout.instant if self._overlay.readout is not None else np.inf
        return pane.readings(instant)[0].value

    def _measured_words(self) -> str:
        return self._level_words() + super()._measured_words()

    def _level_words(self) -> str:
        level, pane = self._levels.current, self._chosen_pane()
        if level is None or pane is None:
            return ""
        series = pane.contents.series[0]
        ordered = sorted(self._levels.of(series.asset.symbol), key=lambda each: -each.price)
        place = f"Level {ordered.index(level) + 1} of {len(ordered)} of {series.asset.name}"
        named = f", {level.label}," if level.label else ""
        words = f"{place}{named} at {_price_of(pane, level.price)}"
        if len(series) == 0:
            return f"{words}. "
        away = 100 * (level.price / float(series.close[-1]) - 1)
        side = "above" if away > 0 else "below"
        return f"{words}, {abs(away):.1f} % {side} the last price. "


def _owner(pane: Pane) -> str:
    """Return whose levels a pane shows; empty for one that compares assets or shows what follows from prices."""
    contents = pane.contents
    single = len(contents.series) == 1 and not contents.compared and not contents.title
    return contents.series[0].asset.symbol if single else ""


def _price_of(pane: Pane, price: float) -> str:
    return price_text(price, shown_decimals(price, pane.contents.series[0].asset.decimals))
