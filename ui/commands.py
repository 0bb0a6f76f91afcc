"""Everything the window can do, in one table: menus, shortcuts, palette and the list of shortcuts come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do.

    `menu` is its path ("Chart/Range"); an empty `text` separates.  Commands of one `group` exclude each other; one with
    `toggle` is on or off, at the start as `on` says.  A `local` shortcut works only while the watchlist has the focus.
    """

    id: str
    menu: str
    text: str
    shortcut: str = ""
    tip: str = ""
    group: str = ""
    toggle: bool = False
    local: bool = False
    on: bool = False

    @property
    def title(self) -> str:
        """The text without the mark of its access key and without dots."""
        return self.text.replace("&", "").rstrip("…")


COMMANDS: tuple[Command, ...] = (
    Command("add_symbol", "File", "&Add a symbol…", "Ctrl+N", "Search for a symbol and watch it."),
    Command("remove_symbol", "File", "&Remove the symbol", "Del", "Stop watching the chosen symbol.", local=True),
    Command("import", "File", "&Import prices…", "Ctrl+O", "Read a price history from a CSV or Parquet file."),
    Command("save_picture", "File", "Save the &picture…", "Ctrl+S", "Save the charts as a PNG or SVG file."),
    Command("save_prices", "File", "Save the prices in &view…", "Ctrl+Shift+S", "Save the bars in view as a CSV file."),
    Command("settings", "File", "&Settings…", "Ctrl+,", "Change how the app fetches, judges and tells."),
    Command("demo", "File", "Try the si&mulated market", "", "Watch made-up prices, kept apart from your own."),
    Command("quit", "File", "&Quit", "Ctrl+Q", "Stop watching and close the app."),
    Command("palette", "View", "&Search symbols and commands…", "Ctrl+K", "Find a symbol or a command by typing."),
    Command("focus_watchlist", "View", "Go to the &watchlist", "Alt+1", "Move the keyboard to the watchlist."),
    Command("focus_charts", "View", "Go to the &charts", "Alt+2", "Move the keyboard to the charts."),
    Command("focus_breaks", "View", "Go to the &breaks", "Alt+3", "Move the keyboard to the list of breaks."),
    Command("focus_alerts", "View", "Go to the &alerts", "Alt+4", "Move the keyboard to the list of alerts."),
    Command("focus_message", "View", "Go to the &message", "F8", "Move the keyboard to the message on show."),
    Command("show_watchlist", "View", "Show watch&list", "Ctrl+Shift+1", "Show or hide it.", toggle=True, on=True),
    Command("show_cards", "View", "Show &panels", "Ctrl+Shift+2", "Show or hide them.", toggle=True, on=True),
    Command("theme_system", "View/Theme", "As the &system", "", "Follow the desktop's theme.", "theme"),
    Command("theme_dark", "View/Theme", "&Dark", "", "Use the dark theme.", "theme"),
    Command("theme_light", "View/Theme", "&Light", "", "Use the light theme.", "theme"),
    Command("full_screen", "View", "&Full screen", "F11", "Use the whole screen.", toggle=True),
    Command("range_1D", "Chart/Range", "1 &day", "Ctrl+9", "Show the last day of bars shorter than one.", "range"),
    Command("range_5D", "Chart/Range", "5 day&s", "Ctrl+0", "Show the last five such days.", "range"),
    Command("range_1M", "Chart/Range", "&1 month", "Ctrl+1", "Show the last month.", "range"),
    Command("range_3M", "Chart/Range", "&3 months", "Ctrl+2", "Show the last three months.", "range"),
    Command("range_6M", "Chart/Range", "&6 months", "Ctrl+3", "Show the last six months.", "range"),
    Command("range_YTD", "Chart/Range", "&This year", "Ctrl+4", "Show this year so far.", "range"),
    Command("range_1Y", "Chart/Range", "1 &year", "Ctrl+5", "Show the last year.", "range"),
    Command("range_5Y", "Chart/Range", "&5 years", "Ctrl+6", "Show the last five years.", "range", on=True),
    Command("range_10Y", "Chart/Range", "10 y&ears", "Ctrl+7", "Show the last ten years.", "range"),
    Command("range_Max", "Chart/Range", "&All history", "Ctrl+8", "Show every bar there is.", "range"),
    Command("period_1m", "Chart/Period", "&1 minute", "Ctrl+Alt+1", "One bar a minute.", "period"),
    Command("period_5m", "Chart/Period", "&5 minutes", "Ctrl+Alt+2", "One bar every five minutes.", "period"),
    Command("period_15m", "Chart/Period", "15 mi&nutes", "Ctrl+Alt+3", "One bar every quarter of an hour.", "period"),
    Command("period_1h", "Chart/Period", "1 &hour", "Ctrl+Alt+4", "One bar an hour.", "period"),
    Command("period_day", "Chart/Period", "&Day", "Ctrl+Shift+D", "One bar a day.", "period", on=True),
    Command("period_week", "Chart/Period", "&Week", "Ctrl+Shift+W", "One bar a week.", "period"),
    Command("period_month", "Chart/Period", "&Month", "Ctrl+Shift+M", "One bar a month.", "period"),
    Command("style_line", "Chart/Style", "&Line", "Ctrl+Shift+L", "Draw closes as a line.", "style", on=True),
    Command("style_area", "Chart/Style", "&Area", "Ctrl+Shift+A", "Draw closes as a line, filled below.", "style"),
    Command("style_candle", "Chart/Style", "&Candles", "Ctrl+Shift+K", "Draw open, high, low and close.", "style"),
    Command("style_ohlc", "Chart/Style", "&Bars", "Ctrl+Shift+B", "Draw the same as bars with two ticks.", "style"),
    Command("log", "Chart", "&Logarithmic scale", "Ctrl+G", "Equal heights, equal percentages.", toggle=True, on=True),
    Command("percent", "Chart", "Percent scale", "Ctrl+Shift+G", "Count from the clicked or first bar.", toggle=True),
    Command("volume", "Chart", "Show the &volume", "Ctrl+Shift+V", "Draw it along the foot of each pane.", toggle=True),
    Command("bands", "Chart", "Show the re&gimes", "Ctrl+Shift+R", "Tint what is known as one.", toggle=True, on=True),
    Command("exchange_time", "Chart", "Exchange's own time", "", "Tell times of day in its zone.", toggle=True),
    Command("ratio", "Chart/More panes", "&Ratio", "", "Show the second asset in units of the first.", toggle=True),
    Command("drawdown", "Chart/More panes", "&Drawdown", "", "Show how far each is below its high.", toggle=True),
    Command("correlation", "Chart/More panes", "&Correlation", "", "Show how returns move together.", toggle=True),
    Command("ratio_turned", "Chart/More panes", "Turn the ratio &over", "", "Put the first asset on top.", toggle=True),
    Command("window_21", "Chart/Correlation over", "&21 returns", "", "About a month of days.", "window"),
    Command("window_63", "Chart/Correlation over", "&63 returns", "", "About a quarter of days.", "window", on=True),
    Command("window_126", "Chart/Correlation over", "&126 returns", "", "About half a year of days.", "window"),
    Command("window_252", "Chart/Correlation over", "2&52 returns", "", "About a year of days.", "window"),
    Command("add_level", "Chart/Levels", "&Add a level here", "Ctrl+L", "Mark the price at the pointer or crosshair."),
    Command("next_level", "Chart/Levels", "&Choose the next level", "Ctrl+D", "Arrow keys move it, with Shift by ten."),
    Command("type_level", "Chart/Levels", "Type the level's &price…", "", "Put the chosen level at a price."),
    Command("remove_level", "Chart/Levels", "&Remove the level", "", "Remove the chosen level."),
    Command("undo_level", "Chart/Levels", "&Undo the last change", "Ctrl+Z", "Take back what was done to a level."),
    Command("compare", "Chart", "C&ompare in one pane", "Ctrl+E", "Put all panes into one, rebased.", toggle=True),
    Command("", "Chart", ""),
    Command("show_symbol", "Chart", "&Show the chosen symbol", "Ctrl+Return", "Put the chosen symbol into the charts."),
    Command("add_pane", "Chart", "Show it in a pane of its ow&n", "Ctrl+Shift+Return", "Add a pane for the symbol."),
    Command("drop_pane", "Chart", "Remove its pane", "Ctrl+Shift+Backspace", "Remove the symbol from the charts."),
    Command("", "Chart", ""),
    Command("back", "Chart", "&Back", "Alt+Left", "Return to the range before."),
    Command("forward", "Chart", "&Forward", "Alt+Right", "Go on to the range after."),
    Command("zoom_in", "Chart", "Zoom &in", "Ctrl++", "Show a shorter time."),
    Command("zoom_out", "Chart", "Zoom o&ut", "Ctrl+-", "Show a longer time."),
    Command("pan_left", "Chart", "&Earlier", "Ctrl+Shift+Left", "Move to earlier dates."),
    Command("pan_right", "Chart", "La&ter", "Ctrl+Shift+Right", "Move to later dates."),
    Command("bar_before", "Chart", "&Previous bar", "Ctrl+Left", "Read the bar before."),
    Command("bar_after", "Chart", "Ne&xt bar", "Ctrl+Right", "Read the bar after."),
    Command("measure", "Chart", "&Measure from here", "Ctrl+M", "Measure between bars: walk on, or drag with Shift."),
    Command("last_break", "Chart", "Zoom to the latest brea&k", "Ctrl+B", "Show the latest break of the high."),
    Command(
        "table", "Chart", "Show the bars &as a table…", "Ctrl+T", "Read the bars in view, one a row, and copy them."
    ),
    Command("rules", "Alerts", "&Rules…", "Ctrl+R", "See, make, change and try what you are told of."),
    Command("new_rule", "Alerts", "&New rule…", "Ctrl+Shift+N", "Say what you want to be told of."),
    Command("trail", "Alerts", "&Trail of alerts…", "Ctrl+H", "Search what was judged and told, and ask why."),
    Command("forwarders", "Alerts", "&Forwarding…", "", "Pass alerts on to mail, phone or chat."),
    Command("playback", "Alerts", "&Play the past back…", "", "Let the past run through a window of its own."),
    Command("study_0", "Evidence", "&Event study…", "Ctrl+J", "See what followed breaks, beside any day."),
    Command("study_1", "Evidence", "&Lead-lag…", "", "See whose returns come first, and what chance would show."),
    Command("study_2", "Evidence", "&Cycles…", "", "See turning points, and whether they go together."),
    Command("study_3", "Evidence", "&Probability…", "", "See how likely a rise is, and what beats the base rate."),
    Command("study_4", "Evidence", "&Analogs…", "", "See what looked like now, and how often chance does."),
    Command("study_5", "Evidence", "Clai&ms…", "Ctrl+Shift+J", "See what people claim, and what the data say."),
    Command("study_6", "Evidence", "&Scan…", "", "Ask the same of many leaders and followers at once."),
    Command("study_7", "Evidence", "Li&quidity…", "", "See whether net liquidity comes before returns."),
    Command("study_8", "Evidence", "&Within regimes…", "", "See what followed breaks within each regime."),
    Command("economy_0", "Economy", "&Net liquidity…", "Ctrl+U", "See net liquidity, its parts and its regimes."),
    Command("economy_1", "Economy", "&Rates and credit…", "", "See the policy rate, the curve, credit and recessions."),
    Command("economy_2", "Economy", "&Debt…", "", "See the federal debt, its interest and when it matures."),
    Command("economy_3", "Economy", "&Mood…", "", "See fear and greed, and headlines of what you watch."),
    Command("economy_4", "Economy", "&Altcoins…", "", "See the coins but bitcoin together, and how many rise."),
    Command("refresh", "Data", "&Refresh now", "F5", "Fetch the newest prices."),
    Command("cancel", "Data", "&Stop loading", "Shift+F5", "Stop fetching; what has arrived is kept."),
    Command("problems", "Data", "Show &problems…", "F7", "List what is wrong at the moment, and what to do."),
    Command("history", "Data", "Show remarks on the &history…", "F6", "List what the check of this history found."),
    Command("shortcuts", "Help", "&Keyboard shortcuts", "F1", "List every command with its keys."),
    Command("about", "Help", "&About Bellwether", "", "Say what this app is, and what it is not."),
)

PERIODS = ("1m", "5m", "15m", "1h", "day", "week", "month")
STYLES = ("line", "area", "candle", "ohlc")
WINDOWS = (21, 63, 126, 252)  # returns in a correlation; the settings take any other number


def make_actions(
    window: QWidget,
    local: QWidget,
    handlers: Mapping[str, Callable[[], None]],
    commands: tuple[Command, ...] = COMMANDS,
) -> dict[str, QAction]:
    """Make an action for each command; those with a local shortcut belong to `local`.

    A command without a handler is a mistake and raises KeyError.
    """
    actions: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for command in (each for each in commands if each.text):
        action = QAction(command.text, window)
        action.setObjectName(command.id)
        action.setToolTip(f"{command.tip} ({_keys(command)})" if command.shortcut else command.tip)
        action.setStatusTip(command.tip)
        action.setCheckable(bool(command.group) or command.toggle)
        action.setChecked(command.on)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        if command.local:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        if command.group:
            groups.setdefault(command.group, QActionGroup(window)).addAction(action)
        action.triggered.connect(_plain(handlers[command.id]))
        (local if command.local else window).addAction(action)
        actions[command.id] = action
    return actions


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction], commands: tuple[Command, ...] = COMMANDS) -> None:
    """Put every action into its menu, in the order of the table."""
    menus: dict[str, QMenu] = {}
    for command in commands:
        menu = _menu(bar, menus, command.menu)
        if command.text:
            menu.addAction(actions[command.id])
        else:
            menu.addSeparator()


def _menu(bar: QMenuBar, menus: dict[str, QMenu], path: str) -> QMenu:
    if path not in menus:
        above, _, name = path.rpartition("/")
        owner = _menu(bar, menus, above) if above else bar
        menus[path] = owner.addMenu(f"&{name}")
        menus[path].setToolTipsVisible(True)
    return menus[path]


def _keys(command: Command) -> str:
    return QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _plain(handler: Callable[[], None]) -> Callable[[bool], None]:
    """Drop the checked state that `triggered` carries; a handler reads it from its action where it matters."""

    def call(_checked: bool = False) -> None:
        handler()

    return call
