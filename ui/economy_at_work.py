"""The figures of the economy at work: fetched where the user wants it, told to charts, rooms and live rules."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from data.settings import Settings
from data.source import Cancelled
from models.desk import Desk
from models.jobs import Job, Jobs
from models.market import Market
from ui.charts.linked import LinkedCharts
from ui.rooms import Rooms
from ui.window import MainWindow

if TYPE_CHECKING:
    from data.database import StoreError
    from models.economy_market import EconomyMarket
    from models.macro.economy import Economy
    from models.rules.evidence import LiquidityHistory
    from ui.charts.bands import Band
    from ui.economy.key_room import KeyRoom


class EconomyAtWork(QObject):
    """Belongs to one window; everything is made when it is first wanted, as everything else goes first."""

    def __init__(
        self, desk: Desk, jobs: Jobs, market: Market, charts: LinkedCharts, rooms: Rooms, window: MainWindow
    ) -> None:
        super().__init__(window)
        self._desk, self._jobs, self._market = desk, jobs, market
        self._charts, self._rooms, self._window = charts, rooms, window
        self._settings = desk.settings
        self._figures: EconomyMarket | None = None
        self._key_room: KeyRoom | None = None
        self._following: Job | None = None

    @Slot()
    def start(self) -> None:
        """Show what is stored of the economy, and keep it up to date where a source is switched on."""
        from models.economy_market import EconomyMarket

        self._figures = EconomyMarket(self._desk, self._jobs)
        self._figures.change(self._settings)
        self._figures.changed.connect(self.follow)
        self._figures.start()

    def change(self, settings: Settings) -> None:
        """Follow the settings."""
        self._settings = settings
        if self._figures is not None:
            self._figures.change(settings)

    def stop(self) -> None:
        """Begin nothing new."""
        if self._figures is not None:
            self._figures.stop()

    @Slot()
    def open_key(self) -> None:
        """Let the user enter the key of FRED; the sources are made anew once there is another one."""
        if self._key_room is None:
            from data.fred_choice import key_works
            from data.secrets import KeyringSecrets
            from ui.economy.key_room import KeyRoom

            parts = self._desk.parts
            test = partial(key_works, parts.store, parts.clock)
            self._key_room = KeyRoom(KeyringSecrets(), test, self._jobs, self._window)
            self._key_room.changed.connect(self._use_key)
        self._key_room.open()

    @Slot(object)
    def follow(self, economy: Economy | StoreError) -> None:
        """Tell rooms, charts and live rules; in a made-up or played world only the rooms, which say what it is."""
        from data.database import StoreError

        self._rooms.renew()
        if self._desk.world != "real":
            return
        if self._following is not None:  # or what is older might be told last
            self._following.cancel()
        if isinstance(economy, StoreError):
            self._market.know(None)
        else:
            self._following = self._jobs.run(partial(_told, economy), self._tell)

    def _tell(self, told: tuple[tuple[Band, ...], LiquidityHistory | None]) -> None:
        bands, liquidity = told
        self._charts.set_bands(bands)
        self._market.know(liquidity)

    @Slot()
    def _use_key(self) -> None:
        if self._figures is not None:
            self._figures.use_again(self._settings)


def _told(economy: Economy, _cancelled: Cancelled) -> tuple[tuple[Band, ...], LiquidityHistory | None]:
    from ui.economy_bands import bands_of

    return bands_of(economy), economy.liquidity()
