"""The composition root and the command line: builds the parts, hands them to each other, starts."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gc
import logging
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from tempfile import TemporaryDirectory

from data.calendar import Calendars
from data.catalog import asset_for
from data.database import StoreError
from data.lane import Lane
from data.ledger import Ledger
from data.profile import Profile, default_profile
from data.settings import Settings, load
from data.source import PriceSource
from data.store import Store
from models.ahead import read_ahead
from models.desk import Desk, adjusted, no_economy
from models.macro.refreshing import EconomySources
from models.refresh import Clock, Parts
from models.snapshot import World
from ui.display import NO_DISPLAY, has_display
from ui.terminal.arguments import parser
from ui.terminal.encoding import speak_plainly

# A worker that reckons lets the window in after this long; Python's own 5 ms, several times a frame, would be seen.
SWITCH_SECONDS = 0.0005


def utc_now() -> dt.datetime:
    """The one place where the time is read."""
    return dt.datetime.now(dt.UTC)


def live_sources(profile: Profile, store: Store, calendars: Calendars, clock: Clock) -> tuple[PriceSource, ...]:
    """Return every real source, the primary one first; each asks its host through a lane of its own.

    `clock` says which bars are settled; the pace of requests is kept by real time.
    """
    from data.exchanges import COINBASE_HOST, KRAKEN_HOST, CoinbaseSource, KrakenSource
    from data.yahoo import HOST, YahooSource

    lane = partial(Lane, breakers=store, clock=utc_now)
    return (
        YahooSource(lane(HOST, per_minute=60, burst=20, name="Yahoo"), profile.cache, clock, calendars),
        CoinbaseSource(lane(COINBASE_HOST, per_minute=120, burst=10, name="Coinbase"), clock, calendars),
        KrakenSource(lane(KRAKEN_HOST, per_minute=30, burst=5, name="Kraken"), clock, calendars),
    )


def economy_sources(store: Store, sources: tuple[PriceSource, ...], clock: Clock, settings: Settings) -> EconomySources:
    """Return the sources of figures that the user switched on; the key of FRED is looked for with the first request."""
    if not any((settings.use_fred, settings.use_treasury, settings.use_mood, settings.use_headlines)):
        return EconomySources()
    from data import fred, mood, treasury
    from data.fred_choice import Fred
    from data.secrets import KeyringSecrets
    from data.yahoo import YahooSource

    lane = partial(Lane, per_minute=30, burst=5, breakers=store, clock=utc_now)
    csv, api = lane(fred.CSV_HOST, name="FRED"), lane(fred.API_HOST, name="FRED")
    yahoo = next((source for source in sources if isinstance(source, YahooSource)), None)
    return EconomySources(
        Fred(csv, api, KeyringSecrets(), clock) if settings.use_fred else None,
        treasury.TreasurySource(lane(treasury.HOST, name="The Treasury"), clock) if settings.use_treasury else None,
        mood.MoodSource(lane(mood.HOST, name="alternative.me"), clock) if settings.use_mood else None,
        yahoo if settings.use_headlines else None,
    )


def build(profile: Profile, *, demo: bool, seed: int, clock: Clock = utc_now) -> Desk:
    """Wire the parts together; starts nothing.  Raises `StoreError`."""
    profile.create()
    settings, problems = load(profile.settings)
    store = Store.open(profile.database, clock())
    store.notices = (*store.notices, *problems)
    calendars = Calendars()
    if demo:
        from data.demo import DemoClock, DemoSource

        clock = DemoClock(clock)
        sources: tuple[PriceSource, ...] = (DemoSource(seed, clock, calendars),)
    else:
        sources = live_sources(profile, store, calendars, clock)
    economy_of = no_economy if demo else partial(economy_sources, store, sources, clock)
    parts = adjusted(Parts(store, calendars, clock), sources, settings)
    assets = tuple(asset_for(symbol) for symbol in settings.watchlist)
    world: World = "simulated" if demo else "real"
    return Desk(profile, settings, sources, parts, Ledger(store), assets, world, economy_of=economy_of)


class LogFile(RotatingFileHandler):
    """The log of a profile.  Where it cannot be written, on a full disk, the app goes on without."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own spelling
        """Keep the traceback that logging would print off the user's terminal."""


@contextlib.contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Send the log to this file, which is made with the first line."""
    handler = LogFile(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
        handler.close()


def main(arguments: Sequence[str] | None = None, clock: Clock = utc_now) -> int:
    """Run the window or a verb; returns the exit code."""
    speak_plainly(sys.stdout, sys.stderr)
    options = parser().parse_args(arguments)
    if options.verb is None and not has_display():
        sys.stderr.write(f"{NO_DISPLAY}\n")
        return 1
    with contextlib.ExitStack() as ending:
        if options.demo:
            # A simulated world must never be found in a real profile, not even the next time.
            profile = Profile(Path(ending.enter_context(TemporaryDirectory(prefix="bellwether-simulated-"))))
        else:
            profile = Profile(options.profile) if options.profile else default_profile()
        try:
            desk = build(profile, demo=options.demo, seed=options.seed, clock=clock)
        except StoreError as error:
            sys.stderr.write(f"{error.message}\n")
            return 1
        ending.callback(desk.parts.store.close)
        ending.enter_context(logging_to(profile.log))
        if options.playback and options.verb is None:
            from models.playback import NothingToPlayError, lay_out_past

            played = Profile(Path(ending.enter_context(TemporaryDirectory(prefix="bellwether-playback-"))))
            try:
                desk = lay_out_past(desk, played, options.playback, clock)
            except (StoreError, NothingToPlayError) as error:
                sys.stderr.write(f"{error}\n")
                return 1
            ending.callback(desk.parts.store.close)
        return run(desk, options)


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Open the window, or run the verb that was asked for."""
    if options.verb is None:
        gc.disable()  # imports and widgets make much that stays and no garbage; the window's own collector follows
        sys.setswitchinterval(SWITCH_SECONDS)
        ahead = read_ahead(desk)
        from ui.application import run as run_window

        restart = (sys.executable, str(Path(__file__).resolve()))
        return run_window(desk, hidden=options.minimized or desk.settings.start_hidden, restart=restart, ahead=ahead)
    from ui.terminal.verbs import run as run_verb

    return run_verb(desk, options)


if __name__ == "__main__":
    sys.exit(main())
