"""The dialogs of the window: what they say, and what the palette offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from data.admission import Refused
from data.settings import Settings
from models.snapshot import AssetView, Snapshot
from ui.bar_table import BarTable
from ui.chart_commands import Charts
from ui.commands import COMMANDS
from ui.details import Detail, DetailsDialog
from ui.import_dialog import ImportDialog
from ui.palette import Entry
from ui.settings_dialog import SettingsDialog
from ui.status import problem_details
from ui.theme import Theme
from ui.wording import count_text, distance_of, percent_text

MOST_ROWS = 500

ABOUT = (
    "Bellwether watches the Russell 2000 against its all-time high and tells you when it breaks out. It takes no side: "
    "it shows what was claimed, what the data say, and how sure one can be. It is not investment advice."
)
ABOUT_LINES = (
    Detail("Prices", "Daily bars from the sources named beside each figure; each says when it was fetched."),
    Detail("Verdicts", "Judged on settled closes only. A bar in progress is shown, and never announced as final."),
    Detail("Licence", "The app is under the MIT licence; the typeface Inter is under the SIL Open Font License."),
)


class Dialogs(QObject):
    """Opens the dialogs over the window; none of them blocks it for the others' work."""

    settings_chosen = Signal(object)
    forwarders_requested = Signal()
    key_requested = Signal()
    import_requested = Signal(str, str)

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._table: BarTable | None = None

    def set_theme(self, theme: Theme) -> None:
        """Open what comes next in another theme."""
        self._theme = theme

    def open_settings(self, settings: Settings) -> None:
        """Let the user change the settings."""
        dialog = SettingsDialog(settings, self._window)
        dialog.accepted_settings.connect(self.settings_chosen)
        dialog.forwarders_requested.connect(self.forwarders_requested)
        dialog.key_requested.connect(self.key_requested)
        dialog.open()

    def open_import(self, symbols: Sequence[str], chosen: str) -> None:
        """Ask which file holds the prices of which symbol."""
        dialog = ImportDialog(symbols, chosen or symbols[0], self._window)
        dialog.import_requested.connect(self.import_requested)
        dialog.open()

    def open_table(self, charts: Charts) -> None:
        """Show the bars in view as a table, beside the window, which goes on working."""
        if self._table is None:
            self._table = BarTable(charts.shown, self._window)
            charts.range_changed.connect(self._table.follow)
            charts.shown_changed.connect(self._table.follow)
        self._table.open_at_active()

    def open_problems(self, snapshot: Snapshot | None) -> None:
        """List what is wrong at the moment."""
        details = problem_details(snapshot) if snapshot else ()
        intro = "What is wrong at the moment." if details else "Nothing is wrong at the moment."
        self._open("Problems", intro, details)

    def open_refused(self, rows: Sequence[Refused]) -> None:
        """Name the rows that an import left out, each by its line."""
        self._open("Rows that were refused", "Every other row of the file was taken.", refused_lines(rows))

    def open_history(self, view: AssetView | None) -> None:
        """List what the check of an asset's history found."""
        if view is not None:
            intro = "What the check of this price history found. A blocking remark forbids every verdict."
            self._open(f"{view.asset.name}: the history", intro, finding_lines(view))

    def open_shortcuts(self, actions: Mapping[str, QAction]) -> None:
        """List every command with its keys."""
        self._open("Keyboard shortcuts", "Every command, its keys, and what it does.", shortcut_lines(actions))

    def open_about(self) -> None:
        """Say what the app is, and what it is not."""
        self._open("About Bellwether", ABOUT, ABOUT_LINES)

    def _open(self, title: str, intro: str, details: Sequence[Detail]) -> None:
        DetailsDialog(title, intro, details, self._theme, self._window).open()


def native_keys(action: QAction) -> str:
    """Return an action's shortcut as this system writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def shortcut_lines(actions: Mapping[str, QAction]) -> tuple[Detail, ...]:
    """Return every command with its keys, in the order of the menus."""
    return tuple(
        Detail(native_keys(actions[command.id]) or "–", f"{command.title}: {command.tip}")
        for command in COMMANDS
        if command.text
    )


def refused_lines(rows: Sequence[Refused]) -> tuple[Detail, ...]:
    """Return the rows that an import left out, the first of very many."""
    lines = [Detail(f"Line {row.line}", f"{row.reason[:1].upper()}{row.reason[1:]}.") for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(Detail("…", f"{count_text(len(rows) - MOST_ROWS, 'more row', 'more rows')}."))
    return tuple(lines)


def finding_lines(view: AssetView) -> tuple[Detail, ...]:
    """Return what the check of a history found."""
    return tuple(Detail(each.severity.capitalize(), each.message, each.severity) for each in view.audit.findings)


def palette_entries(actions: Mapping[str, QAction], snapshot: Snapshot | None) -> tuple[Entry, ...]:
    """Return the watched symbols and then every command, as the palette offers them."""
    symbols = [_symbol(view) for view in snapshot.assets.values()] if snapshot else []
    commands = [
        Entry("command", command.id, command.title, command.menu.replace("/", " › "), native_keys(actions[command.id]))
        for command in COMMANDS
        if command.text and command.id != "palette" and actions[command.id].isEnabled()
    ]
    return (*symbols, *commands)


def _symbol(view: AssetView) -> Entry:
    distance = distance_of(view)
    way = "" if distance is None else f", {percent_text(distance)} to its high"
    return Entry("symbol", view.asset.symbol, view.asset.name, f"{view.asset.symbol}{way}")
