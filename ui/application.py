"""The running window: market, panels, tray and alerts, connected to each other, and ended in order."""

from __future__ import annotations

import logging
import sys
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from data.ledger import Alert
from data.playback import PlaybackClock
from data.settings import Settings
from data.source import Cancelled
from models.ahead import Loaded
from models.desk import Desk
from models.intraday_market import IntradayMarket
from models.jobs import Jobs
from models.live import LiveFeed
from models.market import Market
from ui.chart_feed import ChartFeed
from ui.charts.linked import LinkedCharts
from ui.charts.spoken import chart_interface
from ui.collector import Collector
from ui.economy_at_work import EconomyAtWork
from ui.requests import Requests
from ui.rooms import Rooms
from ui.stop_signals import StopSignals
from ui.theme import ThemeName, apply_theme, load_theme, system_theme_name
from ui.window import Closing, MainWindow

if TYPE_CHECKING:
    from ui.alerting import Alerting
    from ui.rules.rule_room import RuleRoom

STOP_MILLISECONDS = 3000
ALERTING_MILLISECONDS = 300
ECONOMY_MILLISECONDS = 5000  # figures come once a day or a week, so everything else goes first
TRAY_PATIENCE_MILLISECONDS = 10_000


class Application(QObject):
    """Builds the window around a desk and connects everything; `start` begins, `quit` ends.

    Quitting goes in order, outermost first: nothing new is begun, nothing is shown any more, then the workers are
    waited for; a request that is under way bounds that.
    """

    def __init__(
        self, app: QApplication, desk: Desk, restart: tuple[str, ...], ahead: Future[Loaded] | None = None
    ) -> None:
        super().__init__()
        self._app = app
        self.desk = desk
        self.collector = Collector(self)
        self.jobs = Jobs(parent=self)
        self.market = Market(desk, self.jobs, ahead=ahead)
        self.requests = Requests(desk, self.market, self.jobs, restart)
        self.theme = load_theme(self._theme_name(desk.settings))
        apply_theme(app, self.theme)
        QAccessible.installFactory(chart_interface)
        self.charts = LinkedCharts(work=self.jobs.run)
        self.window = MainWindow(
            self.charts,
            theme=self.theme,
            settings=desk.settings,
            clock=desk.parts.clock,
            layout=QSettings(str(desk.profile.window_state), QSettings.Format.IniFormat),
            on_close=self._closing,
        )
        self.charts.set_theme(self.theme)
        self.intraday, self.live = IntradayMarket(desk, self.jobs), LiveFeed(desk, self.jobs)
        self.feed = ChartFeed(self.window, self.charts, self.intraday, self.live)
        self.alerting: Alerting | None = None
        self._rule_room: RuleRoom | None = None
        self.rooms = Rooms(desk, self.jobs, self.market, self.theme, self.window)
        self.economy = EconomyAtWork(desk, self.jobs, self.market, self.charts, self.rooms, self.window)
        if desk.playback is not None:
            self._add_playback(desk.playback)
        self._connect_market()
        self._connect_window()

    def start(self, *, hidden: bool) -> None:
        """Show the window, unless it starts hidden in a tray, and set everything going."""
        self.collector.start()
        if hidden:
            QTimer.singleShot(TRAY_PATIENCE_MILLISECONDS, self, self._surface_without_tray)
        else:
            self.window.show()
        self.market.start()
        self._refresh_alerts()
        QTimer.singleShot(0 if hidden else ALERTING_MILLISECONDS, self, self._start_alerting)
        QTimer.singleShot(ECONOMY_MILLISECONDS, self, self.economy.start)

    @Slot()
    def open(self) -> None:
        """Bring the window to the front."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    @Slot()
    def _surface_without_tray(self) -> None:
        """Show what started hidden where no tray has come up to bring it back."""
        if not self._can_hide() and not self.window.isVisible():
            self.window.showMinimized()

    @Slot()
    def quit(self) -> None:
        """End everything; returns when no worker is left, or after three seconds."""
        self.market.stop()
        self.intraday.rest()
        self.live.stop()
        self.economy.stop()
        if self.alerting is not None:
            self.alerting.stop()
        self.window.save_layout()
        self.window.hide()
        self.rooms.stop()
        self.jobs.stop(STOP_MILLISECONDS)
        self.collector.stop()
        self._app.quit()

    def dispose(self) -> None:
        """Let the window go; call it after `quit` where the process lives on."""
        self.window.deleteLater()
        self.deleteLater()
        self.desk.parts.store.close()

    def _add_playback(self, clock: PlaybackClock) -> None:
        from ui.playback_bar import PlaybackBar  # late: only a past that is played has it

        bar = PlaybackBar(clock)
        bar.moved.connect(self.market.refresh)
        self.window.frame.add_controls(bar)

    # -- connections

    def _connect_market(self) -> None:
        self.market.changed.connect(self.window.show_snapshot)
        self.market.progressed.connect(self.window.show_progress)
        self.market.scheduled.connect(self.window.show_next_refresh)
        self.market.found.connect(self.window.show_matches)
        self.market.search_failed.connect(self.window.show_search_failure)
        self.market.announced.connect(self._refresh_alerts)
        self.jobs.crashed.connect(self._on_crash)

    def _connect_window(self) -> None:
        self.window.refresh_requested.connect(self.market.refresh)
        self.window.refresh_requested.connect(self.intraday.refresh)
        self.window.cancel_requested.connect(self.market.cancel)
        self.window.search_requested.connect(self.market.search)
        self.window.symbol_added.connect(self.requests.add)
        self.window.symbol_removed.connect(self.requests.remove)
        self.window.panes_changed.connect(self.requests.show_panes)
        self.window.settings_changed.connect(self.requests.change)
        self.window.import_requested.connect(self.requests.bring)
        self.window.save_requested.connect(self.requests.save)
        self.window.demo_requested.connect(self.requests.open_demo)
        self.window.quit_requested.connect(self.quit)
        self.window.rules_requested.connect(lambda: self._rules().open_rules())
        self.window.forwarders_requested.connect(self._open_forwarders)
        self.window.dialogs.key_requested.connect(self.economy.open_key)
        self.window.new_rule_requested.connect(lambda: self._rules().make_rule())
        self.window.trail_requested.connect(lambda: self._rules().open_trail())
        self.window.playback_requested.connect(self._ask_playback)
        self.charts.rule_wanted.connect(lambda symbol, level: self._rules().make_rule_at(symbol, level))
        self.charts.level_moved.connect(lambda symbol, _, level: self._rules().follow_level(symbol, level))
        self.requests.told.connect(self.window.toast)
        self.requests.refused.connect(self.window.show_refused)
        self.requests.settled.connect(self._on_settings)
        self._app.styleHints().colorSchemeChanged.connect(self._on_scheme)

    @Slot()
    def _start_alerting(self) -> None:
        """Bring up the tray and the notifications, after the first paint."""
        from models.live_watch import LiveWatch
        from ui.alerting import Alerting

        live_watch = LiveWatch(self.desk, self.jobs, self.market, self.live)
        live_watch.troubled.connect(self.window.toast)
        alerting = Alerting(self.desk, self.jobs, self.window, self)
        self.market.changed.connect(alerting.tray.show_snapshot)
        self.market.judged.connect(alerting.deliver_waiting)
        alerting.delivery.recorded.connect(self._refresh_alerts)
        alerting.forwarding.recorded.connect(self._refresh_alerts)
        alerting.forwarding.troubled.connect(self.window.toast)
        alerting.delivery.activated.connect(self._on_activated)
        alerting.delivery.troubled.connect(self.window.toast)
        alerting.delivery.asked_why.connect(self._on_why)
        alerting.settings_changed.connect(self.requests.change)
        alerting.tray.open_requested.connect(self.open)
        alerting.tray.refresh_requested.connect(self.market.refresh)
        alerting.tray.quit_requested.connect(self.quit)
        alerting.tray.asset_requested.connect(self._on_asset)
        alerting.start(self.requests.settings, self.market.snapshot)
        self.alerting = alerting
        self._start_studying()

    def _start_studying(self) -> None:
        """Answer what the card on earlier breaks asks, from now on."""
        from models.forecast_keeper import ForecastKeeper
        from ui.study_desk import StudyDesk

        studies, card = StudyDesk(self.desk.parts.calendars, self.jobs, self), self.window.panels.after
        card.asked.connect(studies.ask)
        studies.answered.connect(card.show_answer)
        if card.question is not None:
            studies.ask(card.question)
        self.forecasts = ForecastKeeper(self.desk, self.jobs, self.market, self)

    @Slot()
    def _open_forwarders(self) -> None:
        if self.alerting is not None:
            self.alerting.open_forwarders(self.requests.settings)

    def _rules(self) -> RuleRoom:
        """Return the windows of rules, which are made when the first of them is wanted."""
        if self._rule_room is None:
            from ui.rules.rule_room import RuleRoom

            room = RuleRoom(self.desk, self.jobs, self.market, self.theme, self.window)
            room.told.connect(self.window.toast)
            room.changed.connect(self.market.judge_again)
            room.zoom_requested.connect(self.window.zoom_to)
            room.playback_wanted.connect(lambda _: self._ask_playback())
            self.market.judged.connect(room.refresh)
            self._rule_room = room
        return self._rule_room

    @Slot()
    def _ask_playback(self) -> None:
        from ui.playback_dialog import PlaybackDialog  # late: hardly ever needed

        view = next((view for view in self.market.snapshot.assets.values() if len(view.highs)), None)
        if view is None:
            self.window.toast("No prices are stored yet, so there is no past to play.")
            return
        first, last = (session.astype(object) for session in view.highs.session[[0, -1]])
        dialog = PlaybackDialog([event.session for event in view.breaks], first, last, self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.requests.open_playback)
        dialog.open()

    # -- what happens

    @Slot()
    def _refresh_alerts(self) -> None:
        self.jobs.run(self._read_alerts, self.window.show_alerts)

    def _read_alerts(self, _cancelled: Cancelled) -> object:
        return self.desk.ledger.history()

    @Slot(object)
    def _on_activated(self, alert: Alert) -> None:
        self.open()
        self.window.zoom_to(alert.symbol, alert.session)

    @Slot(object)
    def _on_why(self, alert: Alert) -> None:
        self.open()
        self._rules().ask_why(alert.rule, alert.symbol, alert.session)

    @Slot(str)
    def _on_asset(self, symbol: str) -> None:
        self.open()
        self.window.watchlist.select(symbol)

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        self.window.show_settings(settings)
        if self.alerting is not None:
            self.alerting.change(settings)
        self.market.change(settings)
        self.intraday.change(settings)
        self.live.change(settings)
        self.economy.change(settings)
        self._set_theme(self._theme_name(settings))

    @Slot()
    def _on_scheme(self) -> None:
        self._set_theme(self._theme_name(self.requests.settings))

    @Slot(object)
    def _on_crash(self, error: Exception) -> None:
        logging.getLogger("bellwether").error("a job failed unexpectedly", exc_info=error)
        self.window.toast(
            "Something went wrong in the background. What is stored is safe; the log of this profile has the details.",
            "warning",
        )

    def _closing(self) -> Closing:
        """Say what closing the window means now; the app never hides where nothing could bring it back."""
        if self.desk.world == "playback":
            return "quit"
        wish = self.requests.settings.on_close
        if wish == "tray":
            return "hide" if self._can_hide() else "minimise"
        return wish

    def _can_hide(self) -> bool:
        return self.alerting is not None and self.alerting.tray.can_hide

    def _theme_name(self, settings: Settings) -> ThemeName:
        return system_theme_name(self._app) if settings.theme == "system" else settings.theme

    def _set_theme(self, name: ThemeName) -> None:
        if name != self.theme.name:
            self.theme = load_theme(name)
            apply_theme(self._app, self.theme)
            self.window.set_theme(self.theme)
            if self._rule_room is not None:
                self._rule_room.set_theme(self.theme)
            self.rooms.set_theme(self.theme)


def run(desk: Desk, *, hidden: bool, restart: tuple[str, ...], ahead: Future[Loaded]) -> int:
    """Open the window and stay until it is closed; a second launch on the same profile raises the first one.

    `ahead` has what the panes show first, being read while this module was imported.
    """
    from ui.instance import take_place

    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("Bellwether")
    app.setDesktopFileName("bellwether")
    app.setQuitOnLastWindowClosed(False)
    first = take_place(desk.profile.folder)
    if first is None:
        return 0
    signals = StopSignals()
    application = Application(app, desk, restart, ahead)
    first.raised.connect(application.open)
    signals.caught.connect(application.quit)
    application.start(hidden=hidden)
    code = app.exec()
    signals.close()
    first.close()
    return code
