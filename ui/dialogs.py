"""What the dialogs of the window say, and what the palette offers."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction, QKeySequence

from models.snapshot import AssetView, Snapshot
from ui.commands import COMMANDS
from ui.details import Detail
from ui.palette import Entry
from ui.wording import distance_of, percent_text

ABOUT = (
    "Bellwether watches the Russell 2000 against its all-time high and tells you when it breaks out. It takes no side: "
    "it shows what was claimed, what the data say, and how sure one can be. It is not investment advice."
)
ABOUT_LINES = (
    Detail("Prices", "Daily bars from the sources named beside each figure; each says when it was fetched."),
    Detail("Verdicts", "Judged on settled closes only. A bar in progress is shown, and never announced as final."),
    Detail("Licence", "The app is under the MIT licence; the typeface Inter is under the SIL Open Font License."),
)


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
