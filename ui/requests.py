"""What the user asks of the window, carried out: symbols, imports, settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from data.admission import Refused
from data.catalog import asset_for
from data.settings import Settings, SettingsError, save
from data.source import Cancelled, Fetched
from data.store import Merged, StoreError
from models.desk import Desk
from models.jobs import Jobs
from models.market import Market
from models.refresh import Parts
from ui.wording import count_text


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an import ended: the symbol to show anew, or None, a sentence for the user, and the rows left out."""

    symbol: str | None
    sentence: str
    refused: tuple[Refused, ...] = ()


class Requests(QObject):
    """Carries out what the window asks for.

    `told` has a sentence for the user, `refused` one about an import and the rows (`Refused`) that it left out, and
    `settled` the settings now in force.
    """

    told = Signal(str)
    refused = Signal(str, object)
    settled = Signal(object)

    def __init__(self, desk: Desk, market: Market, jobs: Jobs, restart: tuple[str, ...]) -> None:
        super().__init__()
        self._desk = desk
        self._market = market
        self._jobs = jobs
        self._restart = restart
        self._places: dict[str, int] = {}
        self._unsaved: Settings | None = None
        self._is_saving = False
        self.settings = desk.settings

    @Slot(str)
    def add(self, symbol: str) -> None:
        """Watch one more symbol, in the place where it was when it was removed before."""
        watchlist = list(self.settings.watchlist)
        if symbol not in watchlist:
            watchlist.insert(self._places.pop(symbol, len(watchlist)), symbol)
            self._keep(replace(self.settings, watchlist=tuple(watchlist)))

    @Slot(str)
    def remove(self, symbol: str) -> None:
        """Watch a symbol no longer."""
        if symbol in self.settings.watchlist:
            self._places[symbol] = self.settings.watchlist.index(symbol)
            self._keep(replace(self.settings, watchlist=tuple(s for s in self.settings.watchlist if s != symbol)))

    @Slot(object)
    def show_panes(self, symbols: tuple[str, ...]) -> None:
        """Remember which symbols have a chart."""
        self._keep(replace(self.settings, panes=tuple(symbols)))

    @Slot(object)
    def change(self, settings: Settings) -> None:
        """Put changed settings into force."""
        self._keep(settings)

    @Slot(str, str)
    def bring(self, path: str, symbol: str) -> None:
        """Import a file of prices for a symbol."""
        self._jobs.run(partial(_import, self._desk.parts, Path(path), symbol), self._on_imported)

    @Slot(str, object)
    def save(self, path: str, make: Callable[[], bytes]) -> None:
        """Write a file whose bytes `make` returns, and say how that went."""
        self._jobs.run(partial(_write, Path(path), make), self.told.emit)

    @Slot()
    def open_demo(self) -> None:
        """Open the simulated market in a window of its own, so that it never meets the real profile."""
        self._open_apart("--demo")

    @Slot(object)
    def open_playback(self, start: dt.date) -> None:
        """Play the past of this profile from a day on, in a window of its own that touches nothing of it."""
        self._open_apart("--profile", str(self._desk.profile.folder.resolve()), "--playback", start.isoformat())

    def _open_apart(self, *options: str) -> None:
        program, *arguments = (*self._restart, *options)
        started, _ = QProcess.startDetached(program, arguments)
        if not started:
            self.told.emit("The other window could not be started.")

    def _keep(self, settings: Settings) -> None:
        if settings.watchlist != self.settings.watchlist:
            self._market.watch([asset_for(symbol) for symbol in settings.watchlist])
        if settings.start_at_login != self.settings.start_at_login:
            self._start_at_login(on=settings.start_at_login)
        self.settings = settings
        self.settled.emit(settings)
        self._unsaved = settings
        self._save_next()

    def _start_at_login(self, *, on: bool) -> None:
        command = (*self._restart, "--minimized", "--profile", str(self._desk.profile.folder.resolve()))
        self._jobs.run(partial(_autostart, command, on), self._on_autostart)

    def _on_autostart(self, problem: str) -> None:
        if problem:
            self.told.emit(problem)

    def _save_next(self) -> None:
        """Save one after the other: of two at once in different threads, the older might come out on top."""
        if self._is_saving or self._unsaved is None:
            return
        settings, self._unsaved, self._is_saving = self._unsaved, None, True
        self._jobs.run(partial(_save, self._desk.profile.settings, settings), self._on_saved)

    def _on_saved(self, problem: str) -> None:
        self._is_saving = False
        if problem:
            self.told.emit(problem)
        self._save_next()

    def _on_imported(self, outcome: Outcome) -> None:
        if outcome.refused:
            self.refused.emit(outcome.sentence, outcome.refused)
        else:
            self.told.emit(outcome.sentence)
        if outcome.symbol is None:
            return
        if outcome.symbol in self.settings.watchlist:
            self._market.reload(outcome.symbol)
        else:
            self.add(outcome.symbol)


def _save(path: Path, settings: Settings, _cancelled: Cancelled) -> str:
    try:
        save(path, settings)
    except SettingsError as error:
        return error.message
    return ""


def _autostart(command: tuple[str, ...], on: bool, _cancelled: Cancelled) -> str:
    from data.login import LoginError, config_folder, set_autostart  # late: hardly ever needed

    try:
        set_autostart(command, on=on, folder=config_folder())
    except LoginError as error:
        return error.message
    return ""


def _write(path: Path, make: Callable[[], bytes], _cancelled: Cancelled) -> str:
    from data.chart_file import write_whole  # late: only saving needs it
    from data.sheet import FileRefused

    try:
        write_whole(path, make())
    except FileRefused as error:
        return error.message
    return f"{path.name} was saved in {path.parent}."


def _import(parts: Parts, path: Path, symbol: str, _cancelled: Cancelled) -> Outcome:
    from data.files import FileRefused, read_prices  # late: only an import needs it

    asset = asset_for(symbol)
    now = parts.clock()
    try:
        imported = read_prices(path, asset, parts.calendars, now)
        merged = parts.store.merge(Fetched(symbol, imported.bars, f"import: {path.name}", now))
    except (FileRefused, StoreError) as error:
        return Outcome(None, error.message)
    return Outcome(symbol, _sentence(path, merged, len(imported.refused)), imported.refused)


def _sentence(path: Path, merged: Merged, refused: int) -> str:
    text = f"{path.name}: {count_text(merged.added, 'bar', 'bars')} added"
    return f"{text}, {count_text(refused, 'row', 'rows')} refused." if refused else f"{text}."
