"""Bars from Yahoo, daily and shorter, fetched by yfinance."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from data.answers import nothing, unreadable
from data.bars import Bars, Flags, Floats, Sessions
from data.calendar import Calendars
from data.catalog import Asset, Kind
from data.headlines import read_headlines
from data.intraday import REACH, Reach, intraday_bars, joined, windows
from data.lane import Clock, Lane
from data.macro_store import Headline
from data.source import Cancelled, Fetched, FetchError, Match

if TYPE_CHECKING:
    import pandas as pd

    from data.courier import Courier

HOST = "query2.finance.yahoo.com"
TIMEOUT = 10.0  # seconds for one request; it bounds how long an abandoned one lives on

_NAME = "Yahoo"
_HEADLINES = 12
_KINDS: Mapping[str, Kind] = {
    "INDEX": "index",
    "ETF": "fund",
    "MUTUALFUND": "fund",
    "EQUITY": "equity",
    "CRYPTOCURRENCY": "crypto",
}
_STAMPS = re.compile(r'"timestamp":\s*\[([^\]]+)\]')  # a second parse would hold up the window for nothing
_NONSENSE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


class YahooSource:
    """Unadjusted bars of whatever Yahoo lists, daily and within its limits shorter (`intraday.REACH`).

    yfinance keeps its client, configuration and caches per process, so there should be one of these; `cache_folder` is
    where it remembers time zones and cookies.
    """

    def __init__(
        self, lane: Lane, cache_folder: Path, clock: Clock, calendars: Calendars, *, timeout: float = TIMEOUT
    ) -> None:
        self._lane = lane
        self._cache_folder = cache_folder
        self._clock = clock
        self._calendars = calendars
        self._timeout = timeout
        self._courier: Courier | None = None

    @property
    def name(self) -> str:
        """How the source is called on the screen."""
        return _NAME

    @property
    def host(self) -> str:
        """The host of the charts, whose lane all requests share."""
        return self._lane.host

    def covers(self, asset: Asset) -> bool:
        """Yahoo is asked for everything that has a symbol, and says itself what it does not know."""
        return bool(asset.symbol)

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        """Return the bars from session `since` on, missing prices as NaN; raises `FetchError`.

        Bars shorter than a day begin no earlier than Yahoo has them.
        """
        if interval == "1d":
            return self._lane.run(lambda: self._history(asset, since, cancelled), cancelled)
        reach = REACH.get(interval)
        if reach is None:
            raise FetchError("refused", f"{_NAME} is not asked for bars of {interval}, only for {', '.join(REACH)}.")
        return self._shorter(asset, interval, reach, since, cancelled)

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:
        """Return indices, funds, shares and coins that fit the text, best first; raises `FetchError`."""
        text = text.strip()
        return self._lane.run(lambda: self._search(text, cancelled), cancelled) if text else ()

    def headlines(self, symbol: str, cancelled: Cancelled) -> tuple[Headline, ...]:
        """Return the newest headlines about an asset, newest first; raises `FetchError`."""
        return self._lane.run(lambda: self._headlines(symbol, cancelled), cancelled)

    def _headlines(self, symbol: str, cancelled: Cancelled) -> tuple[Headline, ...]:
        import yfinance

        courier = self._begin(symbol, cancelled)
        with _explained(symbol, self._cache_folder):
            found = yfinance.Search(
                symbol,
                max_results=1,
                news_count=_HEADLINES,
                lists_count=0,
                include_cb=False,
                recommended=0,
                session=courier,
                timeout=self._timeout,
            )
            return read_headlines(symbol, found.news)

    def _history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled) -> Fetched:
        import yfinance

        courier = self._begin(asset.symbol, cancelled)
        with _explained(asset.symbol, self._cache_folder):
            ticker = yfinance.Ticker(asset.symbol, session=courier)
            # An end in the past would be answered from a cache for ever; keepna: a missing price is news, too.
            span: dict[str, Any] = {"period": "max"} if since is None else {"start": since}
            frame = ticker.history(
                **span, interval="1d", auto_adjust=False, actions=False, keepna=True, timeout=self._timeout
            )
            told = ticker.history_metadata
            if len(frame) == 0:
                raise nothing(_NAME, asset.symbol)
            now = self._clock()
            return Fetched(
                symbol=asset.symbol,
                bars=self._bars(frame, asset, now),
                source=_NAME,
                fetched_at=now,
                currency=told.get("currency"),
                name=told.get("longName") or told.get("shortName"),
                duplicates=_repeated(courier.answer, told["exchangeTimezoneName"], len(frame)),
            )

    def _shorter(
        self, asset: Asset, interval: str, reach: Reach, since: dt.date | None, cancelled: Cancelled
    ) -> Fetched:
        """Ask for one stretch after the other; one without trades, before a listing or over a holiday, is left out."""
        answers: list[Fetched] = []
        refusal = nothing(_NAME, asset.symbol)
        for start, end in windows(reach, since, self._clock()):
            ask = partial(self._stretch, asset, interval, reach.seconds, start, end, cancelled)
            try:
                answers.append(self._lane.run(ask, cancelled))
            except FetchError as error:
                if error.kind not in ("refused", "unknown"):
                    raise
                refusal = error
        if not answers:
            raise refusal
        return replace(answers[-1], bars=joined([answer.bars for answer in answers]))

    def _stretch(
        self, asset: Asset, interval: str, step: int, start: dt.datetime, end: dt.datetime, cancelled: Cancelled
    ) -> Fetched:
        import yfinance

        courier = self._begin(asset.symbol, cancelled)
        with _explained(asset.symbol, self._cache_folder):
            ticker = yfinance.Ticker(asset.symbol, session=courier)
            frame = ticker.history(
                start=start, end=end, interval=interval, auto_adjust=False, actions=False, keepna=True,
                timeout=self._timeout,
            )  # fmt: skip
            if len(frame) == 0:
                raise nothing(_NAME, asset.symbol)
            now, told = self._clock(), ticker.history_metadata
            index: Any = frame.index
            times = index.tz_convert(None).to_numpy().astype("datetime64[s]").astype(np.int64)
            sessions = index.tz_localize(None).to_numpy().astype("datetime64[D]")
            prices = {name.lower(): _column(frame, name) for name in ("Open", "High", "Low", "Close", "Volume")}
            bars = intraday_bars(times, prices, sessions, asset, self._calendars, step, now)
            return Fetched(asset.symbol, bars, _NAME, now, told.get("currency"), told.get("longName"))

    def _bars(self, frame: pd.DataFrame, asset: Asset, now: dt.datetime) -> Bars:
        # yfinance gives each daily bar the midnight of its session in the exchange's zone.
        sessions = frame.index.tz_localize(None).to_numpy().astype("datetime64[D]")  # type: ignore[attr-defined]
        close = _column(frame, "Close")
        return Bars(
            time=self._calendars.opens(asset.calendar, sessions),
            session=sessions,
            open=_column(frame, "Open"),
            high=_column(frame, "High"),
            low=_column(frame, "Low"),
            close=close,
            volume=_column(frame, "Volume"),
            final=_final(self._calendars, asset, sessions, close, now),
        )

    def _search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:
        import yfinance

        courier = self._begin(text, cancelled)
        with _explained(text, self._cache_folder):
            found = yfinance.Search(
                text,
                max_results=10,
                news_count=0,
                lists_count=0,
                include_cb=False,
                recommended=0,
                session=courier,
                timeout=self._timeout,
            )
            return tuple(
                Match(
                    symbol=quote["symbol"],
                    name=quote.get("longname") or quote.get("shortname") or quote["symbol"],
                    kind=_KINDS[quote["quoteType"]],
                    exchange=quote.get("exchDisp") or quote.get("exchange") or "",
                )
                for quote in found.quotes
                if quote.get("quoteType") in _KINDS
            )

    def _begin(self, subject: str, cancelled: Cancelled) -> Courier:
        """Return the connection, yfinance set up around it; always within the lane."""
        import yfinance
        from pandas.errors import Pandas4Warning
        from yfinance.data import YfData

        from data.courier import Courier

        if self._courier is None:
            # The default calls an outage of Yahoo "possibly delisted".
            yfinance.config.debug.hide_exceptions = False
            yfinance.set_tz_cache_location(str(self._cache_folder))
            self._courier = Courier(_NAME, self._timeout)
        # yfinance is behind pandas in four places; nothing that we could change, and nobody's news.
        warnings.filterwarnings("ignore", category=Pandas4Warning, module=r"yfinance\.")
        YfData.cache_get.cache_clear()
        self._courier.begin(subject, cancelled)
        return self._courier


def _column(frame: pd.DataFrame, name: str) -> Floats:
    return np.array(frame[name], np.float64)


def _final(calendars: Calendars, asset: Asset, sessions: Sessions, close: Floats, now: dt.datetime) -> Flags:
    """A bar whose close is missing is not settled, however late it is: Yahoo fills such gaps in later."""
    final: Flags = calendars.settled(asset.calendar, sessions, now) & np.isfinite(close)
    return final


def _repeated(chart: str, zone: str, kept: int) -> int:
    """Return how many bars came more than once; yfinance keeps one of each without a word.

    The last two bars of a chart may share a day, which is Yahoo's way of adding the last trade and no fault.
    """
    found = _STAMPS.search(chart)
    stamps = found[1].split(",") if found is not None else []
    ends = [dt.datetime.fromtimestamp(int(stamp), ZoneInfo(zone)).date() for stamp in stamps[-2:]]
    return max(0, len(stamps) - kept - (len(ends) > len(set(ends))))


@contextmanager
def _explained(subject: str, cache_folder: Path) -> Iterator[None]:
    """Turn what yfinance raises into `FetchError`; those of the courier pass through it as they are."""
    import peewee
    from yfinance import cache
    from yfinance.exceptions import YFException

    databases = (cache.tz_db_proxy, cache.Cookie_db_proxy)
    try:
        yield
    except YFException as error:
        raise nothing(_NAME, subject) from error
    except peewee.PeeweeException as error:
        if not isinstance(error, peewee.OperationalError):  # no lock and no full disk: the file itself is broken
            for path in cache_folder.glob("*.db*"):
                path.unlink(missing_ok=True)
        raise FetchError(
            "down", "A temporary file could not be used. Check that the disk is not full; fetching is tried again."
        ) from error
    except _NONSENSE as error:
        raise unreadable(_NAME, subject) from error
    finally:
        for database in databases:  # one connection per thread, and nobody else closes them
            if database.obj is not None:
                database.close()
