"""The main window: puts the panels together, turns commands into requests, and decides nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import QSettings, QSize, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow

from data.admission import Refused
from data.levels import Level, levels_of, lines_of
from data.settings import Settings
from data.source import Match
from models.progress import Progress
from models.snapshot import AssetView, Snapshot
from ui.alerts_card import Told
from ui.chart_bar import TopBar
from ui.chart_commands import Charts, PeriodMark, RangeMark, chart_handlers
from ui.chart_memory import ChartMemory
from ui.commands import WINDOWS, fill_menus, make_actions
from ui.dialogs import Dialogs, palette_entries
from ui.first_minute import FirstMinute
from ui.frame import Frame
from ui.icons import app_icon
from ui.palette import Entry, Palette
from ui.panels import Panels
from ui.panes import PaneChoice
from ui.saving import Saving
from ui.search_dialog import SearchDialog
from ui.status import Clock, StatusLine
from ui.theme import Theme
from ui.toast import Act, Message, Toasts
from ui.watchlist import Watchlist

Closing = Literal["hide", "minimise", "quit"]
# What a small screen must leave for the title bar.
TITLE_BAR = 32


class MainWindow(QMainWindow):
    """Shows what it is given and asks for what the user wants; all its signals are requests.

    `charts` is the chart engine (a `Charts` and a QWidget), `layout` where geometry is kept, `on_close` says what
    closing the window means at that moment.
    """

    refresh_requested = Signal()
    symbol_added = Signal(str)
    symbol_removed = Signal(str)
    search_requested = Signal(str)
    import_requested = Signal(str, str)
    settings_changed = Signal(object)
    demo_requested = Signal()
    quit_requested = Signal()
    cancel_requested = Signal()
    panes_changed = Signal(object)
    notice_dismissed = Signal(object)
    save_requested = Signal(str, object)
    rules_requested = Signal()
    study_requested = Signal(int)
    economy_requested = Signal(int)
    forwarders_requested = Signal()
    new_rule_requested = Signal()
    trail_requested = Signal()
    playback_requested = Signal()

    def __init__(
        self,
        charts: Any,  # noqa: ANN401 - a QWidget that is also a `Charts`; Python has no type for both
        *,
        theme: Theme,
        settings: Settings,
        clock: Clock,
        layout: QSettings,
        on_close: Callable[[], Closing],
    ) -> None:
        super().__init__()
        self.setWindowTitle("Bellwether")
        self.setWindowIcon(app_icon())
        self._settings, self._layout, self._on_close = settings, layout, on_close
        self._snapshot: Snapshot | None = None
        self.charts: Charts = charts
        self.panes = PaneChoice(settings.panes, self.charts.set_panes, self)
        self.watchlist = Watchlist(theme)
        self.panels = Panels(theme)
        self.status = StatusLine(theme, clock)
        self.first_minute = FirstMinute(theme)
        self.search = SearchDialog(self)
        self.dialogs = Dialogs(self, theme)
        self.saving = Saving(charts, self, theme)
        self.actions_by_id: dict[str, QAction] = {}
        self.actions_by_id |= make_actions(self, self.watchlist, self._handlers())
        self.top = TopBar(theme, self.actions_by_id)
        fill_menus(self.top.menus, self.actions_by_id)
        self.frame = Frame(
            self.top, self.watchlist, charts, self.first_minute, self.panels, self.status, self.actions_by_id, theme
        )
        self.setCentralWidget(self.frame)
        self.palette_box = Palette(theme, self)
        self.toasts = Toasts(theme, self)
        self._connect()
        self._restore()
        RangeMark(self.charts, self.actions_by_id, self)
        PeriodMark(self.charts, self.actions_by_id, self)
        charts.set_panes(settings.panes)
        charts.set_scale("log")
        self._show_window(settings.correlation_window)
        for symbol, levels in levels_of(settings.levels).items():
            charts.set_levels(symbol, levels)
        self._memory = ChartMemory(layout, charts, self.actions_by_id)
        self._memory.restore()
        self.watchlist.view.setFocus()

    @Slot(int)
    def show_unseen(self, count: int) -> None:
        """Say in the title how many alerts nobody has looked at."""
        self.setWindowTitle(f"({count}) Bellwether" if count else "Bellwether")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show everything that is known at one moment."""
        self._snapshot = snapshot
        self.frame.show_world(snapshot.world)
        self.watchlist.show_snapshot(snapshot)
        self._show_chosen()
        self.status.show_snapshot(snapshot)
        self.first_minute.show_snapshot(snapshot)
        self.charts.show_snapshot(snapshot)
        self.frame.show_charts(any(len(view.bars) for view in snapshot.assets.values()))

    def show_progress(self, progress: Progress) -> None:
        """Show how far the loading is."""
        self.status.show_progress(progress)
        self.first_minute.show_progress(progress)
        self.actions_by_id["cancel"].setEnabled(bool(progress.text) and not progress.finished)

    def show_alerts(self, alerts: Sequence[Told]) -> None:
        """Show the latest alerts with their receipts, newest first."""
        self.panels.show_alerts(alerts)

    def show_matches(self, matches: Sequence[Match]) -> None:
        """Show what the search found."""
        self.search.show_matches(matches)

    def show_search_failure(self, message: str) -> None:
        """Say why the search found nothing."""
        self.search.show_failure(message)

    def show_next_refresh(self, at: dt.datetime | None) -> None:
        """Count down to the next refresh; None when none is planned."""
        self.status.show_next_refresh(at)

    def show_settings(self, settings: Settings) -> None:
        """Take settings that were changed elsewhere."""
        self._settings = settings
        self.actions_by_id[f"theme_{settings.theme}"].setChecked(True)
        self._show_window(settings.correlation_window)
        self.panes.take(settings.panes)
        self._show_chosen()

    def toast(
        self, text: str, kind: str = "note", action: str = "", act: Act | None = None, stays: bool = False
    ) -> None:
        """Show a short message, with at most one thing to do about it."""
        self.toasts.tell(Message(text, kind, action, act, stays))

    def show_refused(self, text: str, rows: Sequence[Refused]) -> None:
        """Say that an import left rows out, and offer to name them."""
        self.toast(text, "warning", "Show them", partial(self.dialogs.open_refused, rows), stays=True)

    def zoom_to(self, symbol: str, session: dt.date) -> None:
        """Bring all charts to a session of a symbol, which gets a pane when it has none."""
        self._open_symbol(symbol)
        self.watchlist.select(symbol)
        self.charts.zoom_to(symbol, session)

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        parts = (self.top, self.watchlist, self.panels, self.status, self.first_minute, self.palette_box)
        for part in (*parts, self.frame.bar, self.toasts, self.dialogs, self.saving, self.charts):
            part.set_theme(theme)

    def _connect(self) -> None:
        trigger = {name: action.trigger for name, action in self.actions_by_id.items()}
        self.watchlist.selected.connect(self._show_chosen)
        self.watchlist.open_requested.connect(self._open_symbol)
        self.watchlist.add_requested.connect(trigger["add_symbol"])
        self.watchlist.set_menu(
            [self.actions_by_id[i] for i in ("show_symbol", "add_pane", "drop_pane", "remove_symbol")]
        )
        self.panels.zoom_requested.connect(self.zoom_to)
        self.panels.history_requested.connect(trigger["history"])
        self.status.problems_requested.connect(trigger["problems"])
        self.status.cancel_requested.connect(self.cancel_requested)
        self.first_minute.fetch_requested.connect(self.refresh_requested)
        self.first_minute.import_requested.connect(trigger["import"])
        self.first_minute.demo_requested.connect(self.demo_requested)
        self.search.search_requested.connect(self.search_requested)
        self.search.symbol_chosen.connect(self._on_match)
        self.palette_box.chosen.connect(self._on_entry)
        self.palette_box.search_requested.connect(self.search.open_with)
        self.dialogs.settings_chosen.connect(self._on_settings)
        self.dialogs.forwarders_requested.connect(self.forwarders_requested)
        self.dialogs.import_requested.connect(self.import_requested)
        self.saving.requested.connect(self.save_requested)
        self.saving.refused.connect(self.toast)
        self.panes.changed.connect(self._on_panes)
        self.toasts.dismissed.connect(self.notice_dismissed)
        self.charts.marker_clicked.connect(self._on_marker)
        self.charts.levels_changed.connect(self._on_levels)

    def _handlers(self) -> dict[str, Callable[[], None]]:
        lists = {"watchlist": self.watchlist.view, "breaks": self.panels.breaks.view, "alerts": self.panels.alerts.view}
        handlers = chart_handlers(self.charts, self.actions_by_id)
        handlers |= {f"focus_{name}": view.setFocus for name, view in lists.items()}
        handlers |= {f"theme_{name}": partial(self._choose_theme, name) for name in ("system", "dark", "light")}
        handlers |= {f"window_{number}": partial(self._choose_window, number) for number in WINDOWS}
        return handlers | {
            "add_symbol": self.search.open_with,
            "remove_symbol": self._remove_symbol,
            "import": lambda: self.dialogs.open_import(self._settings.watchlist, self.watchlist.symbol),
            "save_picture": self.saving.ask_picture,
            "save_prices": self.saving.ask_prices,
            "settings": lambda: self.dialogs.open_settings(self._settings),
            "demo": self.demo_requested.emit,
            "quit": self.quit_requested.emit,
            "palette": lambda: self.palette_box.open(palette_entries(self.actions_by_id, self._snapshot)),
            "focus_charts": lambda: self.frame.focus_charts(),
            "focus_message": lambda: self.toasts.take_focus(),
            "show_watchlist": lambda: self.watchlist.setVisible(self._on("show_watchlist")),
            "show_cards": lambda: self.frame.show_panels(self._on("show_cards")),
            "full_screen": lambda: self.showFullScreen() if self._on("full_screen") else self.showNormal(),
            "show_symbol": lambda: self._open_symbol(self.watchlist.symbol),
            "add_pane": lambda: self.panes.add(self.watchlist.symbol),
            "drop_pane": lambda: self.panes.drop(self.watchlist.symbol),
            "last_break": self._zoom_to_last_break,
            "table": lambda: self.dialogs.open_table(self.charts),
            "rules": self.rules_requested.emit,
            **{f"study_{number}": partial(self.study_requested.emit, number) for number in range(9)},
            **{f"economy_{number}": partial(self.economy_requested.emit, number) for number in range(5)},
            "forwarders": self.forwarders_requested.emit,
            "new_rule": self.new_rule_requested.emit,
            "trail": self.trail_requested.emit,
            "playback": self.playback_requested.emit,
            "refresh": self.refresh_requested.emit,
            "cancel": self.cancel_requested.emit,
            "problems": lambda: self.dialogs.open_problems(self._snapshot),
            "history": lambda: self.dialogs.open_history(self._view_of(self.watchlist.symbol)),
            "shortcuts": lambda: self.dialogs.open_shortcuts(self.actions_by_id),
            "about": self.dialogs.open_about,
        }

    def _restore(self) -> None:
        room = self.screen().availableSize() - QSize(0, TITLE_BAR)
        self.resize(QSize(1440, 900).boundedTo(room))
        for name, restore in (("geometry", self.restoreGeometry), ("panels", self.frame.restore)):
            kept = self._layout.value(name)
            if kept is not None:
                restore(kept)
        self.actions_by_id[f"theme_{self._settings.theme}"].setChecked(True)
        self.actions_by_id["cancel"].setEnabled(False)

    def save_layout(self) -> None:
        """Keep the window's geometry for the next start."""
        self._layout.setValue("geometry", self.saveGeometry())
        self._layout.setValue("panels", self.frame.state())
        self._memory.save()
        self._layout.sync()  # now: left to itself it would write when the profile's folder may be gone already

    def closeEvent(self, event: QCloseEvent) -> None:
        """Do what closing means now: hide, minimise or ask to quit."""
        self.save_layout()
        closing = self._on_close()
        event.setAccepted(closing == "quit")
        if closing == "quit":
            self.quit_requested.emit()
        elif closing == "minimise":
            self.showMinimized()
        else:
            self.hide()

    def _on(self, name: str) -> bool:
        return self.actions_by_id[name].isChecked()

    def _view_of(self, symbol: str) -> AssetView | None:
        return self._snapshot.assets.get(symbol) if self._snapshot else None

    @Slot()
    def _show_chosen(self) -> None:
        if self._snapshot is not None:
            self.panels.show_asset(self.watchlist.symbol, self._snapshot, self._settings.sessions_below)

    @Slot(str)
    def _open_symbol(self, symbol: str) -> None:
        self.panes.open(self._view_of(symbol))

    @Slot(object)
    def _on_panes(self, panes: tuple[str, ...]) -> None:
        self._settings = replace(self._settings, panes=panes)
        self.panes_changed.emit(panes)

    def _remove_symbol(self) -> None:
        view, panes = self._view_of(self.watchlist.symbol), self.panes.panes
        if view is None:
            return
        symbol = view.asset.symbol
        self.panes.drop(symbol)
        self.symbol_removed.emit(symbol)
        undo = partial(self._bring_back, symbol, panes)
        self.toast(f"{view.asset.name} is no longer watched.", "note", "Undo", undo)

    def _bring_back(self, symbol: str, panes: tuple[str, ...]) -> None:
        self.symbol_added.emit(symbol)
        self.panes.choose(panes)

    @Slot(object)
    def _on_match(self, match: Match) -> None:
        self.symbol_added.emit(match.symbol)

    @Slot(object)
    def _on_entry(self, entry: Entry) -> None:
        if entry.kind == "command":
            self.actions_by_id[entry.id].trigger()
        else:
            self.watchlist.select(entry.id)
            self._open_symbol(entry.id)

    @Slot(str, object)
    def _on_marker(self, symbol: str, _session: dt.date) -> None:
        self.watchlist.select(symbol)

    @Slot(str, object)
    def _on_levels(self, symbol: str, levels: tuple[Level, ...]) -> None:
        kept = levels_of(self._settings.levels) | {symbol: levels}
        self._settings = replace(self._settings, levels=lines_of(kept))
        self.settings_changed.emit(self._settings)

    def _choose_window(self, returns: int) -> None:
        self._on_settings(replace(self._settings, correlation_window=returns))

    def _show_window(self, returns: int) -> None:
        for number in WINDOWS:
            self.actions_by_id[f"window_{number}"].setChecked(number == returns)
        self.charts.set_correlation_window(returns)

    def _choose_theme(self, name: str) -> None:
        self._on_settings(replace(self._settings, theme=name))  # type: ignore[arg-type]

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        if settings != self._settings:
            self.show_settings(settings)
            self.settings_changed.emit(settings)

    def _zoom_to_last_break(self) -> None:
        session = self.panels.breaks.latest()
        if session is not None:
            self.zoom_to(self.watchlist.symbol, session)
