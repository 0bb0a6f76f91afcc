"""A simulated world: seeded, regime-switching prices that move while one watches, through the same protocol.

Nothing in it is a forecast, and nothing leads anything: coins and shares share the day's market move, no more.  The
world is not bent towards a story either.  It is entered at a moment worth watching, looked for in a long random past.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, replace

import numpy as np

from data.bars import Bars, Floats, Seconds, Sessions
from data.calendar import ROUND_THE_CLOCK, SETTLE_DELAY, Calendars
from data.catalog import CATALOG, RUSSELL_2000, Asset
from data.course import candles, course, edges
from data.intraday import REACH, joined
from data.lane import Clock
from data.simulation import (
    CHARACTERS,
    COIN,
    FIRST,
    MARKET,
    SHARE,
    LogPath,
    as_far_as,
    bridged,
    key_of,
    log_path,
    noise,
    worth_watching,
)
from data.source import Cancelled, Fetched, FetchError, Match

DEMO_START = dt.datetime(2026, 1, 20, 13, 0, tzinfo=dt.UTC)  # a Tuesday morning in New York, four sessions ahead
DEMO_SPEED = 2880.0  # 48 simulated minutes a second: a session settles every 30 seconds

_VOLUME = 1e6
_AHEAD = dt.timedelta(days=300)


class DemoClock:
    """A clock that begins at `started` and runs `speed` times as fast as the real one (UTC)."""

    def __init__(self, real_clock: Clock, started: dt.datetime = DEMO_START, speed: float = DEMO_SPEED) -> None:
        self._real_clock = real_clock
        self._origin = real_clock()
        self._started = started
        self._speed = speed

    def __call__(self) -> dt.datetime:
        """Return the simulated instant."""
        return self._started + (self._real_clock() - self._origin) * self._speed


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """An asset's sessions, past and to come: hours in UTC epoch seconds, prices and spreads as logarithms."""

    key: int
    sessions: Sessions
    opens: Seconds
    closes: Seconds
    opened: Floats
    closed: Floats
    spread: Floats

    def __len__(self) -> int:
        return len(self.sessions)


class DemoSource:
    """Prices of every asset in a world that `seed` decides; `clock` says how much of it is past.

    Past sessions never change, whenever they are asked for; the session in progress moves with the clock.
    """

    name = "Simulation"
    host = "simulation"

    def __init__(self, seed: int, clock: Clock, calendars: Calendars) -> None:
        self._seed = seed
        self._clock = clock
        self._calendars = calendars
        self._paths: dict[str, _Path] = {}
        self._entry: int | None = None
        self._building = threading.Lock()

    def covers(self, asset: Asset) -> bool:
        """Anything with a symbol can be simulated."""
        return bool(asset.symbol)

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        """Return the simulated bars from session `since` on; raises `FetchError` when cancelled.

        Bars shorter than a day go back as far as `REACH` says, and add up to the daily ones.
        """
        if interval != "1d" and interval not in REACH:
            raise FetchError("refused", f"The simulated market has no bars of {interval}. Choose daily bars.")
        if cancelled():
            raise FetchError("cancelled", "The simulated prices were no longer needed.")
        now = self._clock()
        with self._building:
            path = self._path(asset, now)
        if interval != "1d":
            bars = self._short_bars(path, asset, now, since, interval)
        else:
            bars = self._bars(path, asset, now)
            if since is not None:
                bars = bars[bars.session >= np.datetime64(since)]
        return Fetched(asset.symbol, bars, self.name, now, asset.currency, f"{asset.name} (simulated)")

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:  # noqa: ARG002 - the protocol's names
        """Return what of the catalogue fits the text."""
        wanted = text.strip().casefold()
        return tuple(
            Match(asset.symbol, asset.name, asset.kind, self.name)
            for asset in CATALOG
            if wanted and (wanted in asset.symbol.casefold() or wanted in asset.name.casefold())
        )

    def _bars(self, path: _Path, asset: Asset, now: dt.datetime) -> Bars:
        """Return the sessions that have opened at `now`, the last one as far as it has come."""
        begun = int(np.searchsorted(path.opens, now.timestamp(), "right"))
        opened, closed, spread = path.opened[:begun], path.closed[:begun], path.spread[:begun]
        traces = bridged(noise(self._seed, path.key, 0, begun), opened, closed, spread)
        passed = np.ones(begun)
        first, last, high, low = traces[:, 0], traces[:, -1].copy(), traces.max(axis=1), traces.min(axis=1)
        if begun:
            length = path.closes[begun - 1] - path.opens[begun - 1]
            passed[-1] = min(1.0, (now.timestamp() - path.opens[begun - 1]) / length)
            way = course(self._seed, path.key, begun - 1, traces[-1:], spread[-1:])[0]
            so_far = as_far_as(way, float(passed[-1]))
            last[-1], high[-1], low[-1] = so_far[-1], so_far.max(), so_far.min()
        opens, highs, lows, closes = (np.exp(logs).round(asset.decimals) for logs in (first, high, low, last))
        return Bars(
            time=path.opens[:begun].copy(),
            session=path.sessions[:begun].copy(),
            open=opens,
            high=highs,
            low=lows,
            close=closes,
            volume=np.round(_VOLUME * _business(opened, closed, spread) * passed),
            final=self._calendars.settled(asset.calendar, path.sessions[:begun], now),
        )

    def _short_bars(self, path: _Path, asset: Asset, now: dt.datetime, since: dt.date | None, interval: str) -> Bars:
        """Return the bars of an interval of the sessions that have opened at `now`, as far as they have come."""
        reach = REACH[interval]
        earliest = now.date() - reach.back
        first, begun = (
            int(np.searchsorted(path.sessions, np.datetime64(max(since or earliest, earliest)), "left")),
            int(np.searchsorted(path.opens, now.timestamp(), "right")),
        )
        rows = slice(first, max(begun, first))
        opened, closed, spread = path.opened[rows], path.closed[rows], path.spread[rows]
        coarse = bridged(noise(self._seed, path.key, first, rows.stop), opened, closed, spread)
        ways = course(self._seed, path.key, first, coarse, spread)
        business = _VOLUME * _business(opened, closed, spread)
        days = [
            _day(way, float(share), int(path.opens[row]), int(path.closes[row]), path.sessions[row], reach.seconds, now)
            for way, share, row in zip(ways, business, range(rows.start, rows.stop), strict=True)
        ]
        return _rounded(joined([Bars.empty(), *days]), asset.decimals)

    def _path(self, asset: Asset, now: dt.datetime) -> _Path:
        """Return the asset's path, reaching some way beyond `now`."""
        path = self._paths.get(asset.symbol)
        if path is None or path.opens[-1] <= now.timestamp():
            last = max(now, DEMO_START).date() + _AHEAD
            make = {"^RUT": self._market, "IWM": self._tracker}.get(asset.symbol)
            path = make(last) if make is not None else self._follower(asset, last)
            self._paths[asset.symbol] = path
        return path

    def _market(self, last: dt.date) -> _Path:
        sessions = self._calendars.sessions(RUSSELL_2000.calendar, FIRST, last)
        before = int(np.searchsorted(sessions, np.datetime64(DEMO_START.date())))
        if self._entry is None:
            self._entry = worth_watching(self._seed, before)
        first = self._entry - before
        past = log_path(self._seed, key_of("^RUT"), MARKET, first + len(sessions))
        price = np.log(MARKET.price) - past.closed[first]
        return self._placed("^RUT", RUSSELL_2000.calendar, sessions, past.moved(price, first))

    def _tracker(self, last: dt.date) -> _Path:
        """A fund that follows the index to the hundredth of a percent."""
        index = self._market(last)
        slips = np.random.default_rng([self._seed, key_of("IWM")]).standard_normal(len(index)) * 1e-4
        base = np.log(0.0995)
        opened = index.opened + base + np.concatenate(([0.0], slips[:-1]))
        return _Path(
            index.key, index.sessions, index.opens, index.closes, opened, index.closed + base + slips, index.spread
        )

    def _follower(self, asset: Asset, last: dt.date) -> _Path:
        character = CHARACTERS.get(asset.symbol, COIN if asset.kind == "crypto" else SHARE)
        sessions = self._calendars.sessions(asset.calendar, character.listed, last)
        market = self._paths.get("^RUT")
        if market is None or market.sessions[-1] < sessions[-1]:
            market = self._market(last)
        own = log_path(self._seed, key_of(asset.symbol), character, len(sessions), _moves_on(market, sessions))
        return self._placed(asset.symbol, asset.calendar, sessions, own.moved(float(np.log(character.price)), 0))

    def _placed(self, symbol: str, calendar: str, sessions: Sessions, own: LogPath) -> _Path:
        opens, closes = self._calendars.opens(calendar, sessions), self._calendars.closes(calendar, sessions)
        opened = own.opened if calendar != ROUND_THE_CLOCK else np.concatenate((own.opened[:1], own.closed[:-1]))
        return _Path(key_of(symbol), sessions, opens, closes, opened, own.closed, own.spread)


def _business(opened: Floats, closed: Floats, spread: Floats) -> Floats:
    return 0.6 + np.abs(closed - opened) / spread


def _day(
    way: Floats, traded: float, opened: int, closed: int, session: np.datetime64, step: int, now: dt.datetime
) -> Bars:
    """Return one session's bars, prices as logarithms."""
    begins = edges(opened, closed, step, now.timestamp())
    prices = np.ascontiguousarray(candles(way, opened, closed, begins, step, now.timestamp()).T)
    lengths = np.minimum(begins + step, min(closed, now.timestamp())) - begins
    final = np.minimum(begins + step, closed) <= (now - SETTLE_DELAY).timestamp()
    sessions = np.full(len(begins), session)
    volume = np.round(traded * lengths / (closed - opened))
    return Bars(begins, sessions, prices[0], prices[1], prices[2], prices[3], volume, final)


def _rounded(logs: Bars, decimals: int) -> Bars:
    prices = {name: np.exp(getattr(logs, name)).round(decimals) for name in ("open", "high", "low", "close")}
    return replace(logs, **prices)


def _moves_on(market: _Path, sessions: Sessions) -> Floats:
    """Return the market's log return on each session, 0 where New York is closed."""
    moves = np.diff(market.closed, prepend=market.closed[0])
    place = np.minimum(np.searchsorted(market.sessions, sessions), len(market) - 1)
    return np.where(market.sessions[place] == sessions, moves[place], 0.0)
