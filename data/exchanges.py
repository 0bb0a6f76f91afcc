"""Bars of coins from two exchanges, daily and shorter, independent of Yahoo: the second opinion."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from data.answers import AnswerError, down, limited, nothing, status_failure, transport_failure, unknown, unreadable
from data.bars import Bars
from data.calendar import ROUND_THE_CLOCK, SETTLE_DELAY, Calendars
from data.catalog import Asset
from data.intraday import Reach
from data.lane import Clock, Lane
from data.source import Cancelled, Fetched, FetchError, Match

COINBASE_HOST = "api.exchange.coinbase.com"
KRAKEN_HOST = "api.kraken.com"
TIMEOUT = 10.0  # seconds for one request; it bounds how long an abandoned one lives on

_DAY = dt.timedelta(days=1)
_COINBASE_PAGE = 300
# As many pages as a look at the recent past is worth; what is kept reaches further back with time.
_REACH = {
    "1m": Reach(60, 3 * _DAY, 300 * dt.timedelta(minutes=1)),
    "5m": Reach(300, 10 * _DAY, 300 * dt.timedelta(minutes=5)),
    "15m": Reach(900, 30 * _DAY, 300 * dt.timedelta(minutes=15)),
    "1h": Reach(3600, 120 * _DAY, 300 * dt.timedelta(hours=1)),
}
_COINBASE_OPENED = dt.date(2015, 7, 20)
_KRAKEN_COINS = {"BTC": "XBT", "DOGE": "XDG"}
_KRAKEN_FAULTS = ("EService:Unavailable", "EService:Busy", "EGeneral:Internal error", "EService:Deadline")
_Row = tuple[Any, ...]  # start, open, high, low, close, volume, as the exchange wrote them
_NONSENSE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


class _CoinExchange:
    """What both exchanges share: coins against the dollar, fetched through the lane of their host."""

    name: str

    def __init__(
        self, lane: Lane, clock: Clock, calendars: Calendars, *, base_url: str | None = None, timeout: float = TIMEOUT
    ) -> None:
        self._lane = lane
        self._clock = clock
        self._calendars = calendars
        self._base_url = base_url or f"https://{lane.host}"
        self._timeout = timeout

    @property
    def host(self) -> str:
        """The host whose lane all requests share."""
        return self._lane.host

    def covers(self, asset: Asset) -> bool:
        """Whether the asset is a coin against the dollar; the exchange itself says which ones it knows."""
        return asset.kind == "crypto" and asset.currency == "USD" and asset.symbol.endswith("-USD")

    def search(self, text: str, cancelled: Cancelled) -> tuple[Match, ...]:  # noqa: ARG002 - the protocol's names
        """Find nothing: what is watched is chosen from Yahoo's symbols."""
        return ()

    def _get(self, symbol: str, path: str, query: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
        """Return the parsed answer; proxies and certificates of the environment are honoured."""
        import requests

        url = f"{self._base_url}{path}"
        try:
            answer = requests.get(url, params=query, timeout=self._timeout, headers={"User-Agent": "Bellwether"})
        except requests.RequestException as error:
            raise transport_failure(self.name, error) from error
        if answer.status_code >= 400:
            cause = AnswerError(answer.status_code, url, answer.text)
            raise status_failure(self.name, symbol, answer.status_code, answer.headers.get("Retry-After")) from cause
        try:
            return answer.json()
        except ValueError as error:
            raise unreadable(self.name, symbol) from error

    def _reach(self, interval: str) -> Reach:
        if interval not in _REACH:
            raise FetchError(
                "refused", f"{self.name} is not asked for bars of {interval}, only for {', '.join(_REACH)}."
            )
        return _REACH[interval]

    def _fetched(self, asset: Asset, rows: Sequence[_Row], now: dt.datetime, step: int | None = None) -> Fetched:
        """Build bars from rows in any order: daily ones, or such as last `step` seconds."""
        if not rows:
            raise nothing(self.name, asset.symbol)
        try:
            table = np.array([[math.nan if value is None else float(value) for value in row] for row in rows])
            starts, kept = np.unique([int(start) for start in table[:, 0]], return_index=True)
        except _NONSENSE as error:
            raise unreadable(self.name, asset.symbol) from error
        sessions = starts.astype("datetime64[s]").astype("datetime64[D]")
        opened, high, low, close, volume = (np.ascontiguousarray(column) for column in table[kept, 1:].T)
        if step is None:
            settled = self._calendars.settled(ROUND_THE_CLOCK, sessions, now)
        else:
            settled = starts + step <= (now - SETTLE_DELAY).timestamp()
        return Fetched(
            symbol=asset.symbol,
            bars=Bars(starts, sessions, opened, high, low, close, volume, settled & np.isfinite(close)),
            source=self.name,
            fetched_at=now,
            currency=asset.currency,
            duplicates=len(rows) - len(starts),
        )


class CoinbaseSource(_CoinExchange):
    """Candles of Coinbase Exchange, in pages of at most 300, newest first, labelled by their start."""

    name = "Coinbase"

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        """Return the bars from session `since` on, page by page; raises `FetchError`.

        Bars shorter than a day go back as far as `_REACH` says: some ten pages.
        """
        now = self._clock()
        if interval != "1d":
            return self._shorter(asset, self._reach(interval), since, now, cancelled)
        oldest = max(since or _COINBASE_OPENED, _COINBASE_OPENED)
        last = now.astimezone(dt.UTC).date()
        rows: list[_Row] = []
        while last >= oldest:
            first = max(last - (_COINBASE_PAGE - 1) * _DAY, oldest)
            ask = partial(self._page, asset.symbol, 86_400, f"{first}T00:00:00+00:00", f"{last}T00:00:00+00:00")
            page = self._lane.run(ask, cancelled)
            if not page:
                break  # before the coin was listed, and so are all earlier pages
            rows += page
            last = first - _DAY
        return self._fetched(asset, rows, now)

    def _shorter(
        self, asset: Asset, reach: Reach, since: dt.date | None, now: dt.datetime, cancelled: Cancelled
    ) -> Fetched:
        step = reach.seconds
        oldest = int((now - reach.back).timestamp())
        if since is not None:
            oldest = max(oldest, int(dt.datetime.combine(since, dt.time(), dt.UTC).timestamp()))
        oldest = -(-oldest // step) * step
        last = int(now.timestamp()) // step * step
        rows: list[_Row] = []
        while last >= oldest:
            first = max(last - (_COINBASE_PAGE - 1) * step, oldest)
            start, end = (dt.datetime.fromtimestamp(second, dt.UTC).isoformat() for second in (first, last))
            page = self._lane.run(partial(self._page, asset.symbol, step, start, end), cancelled)
            if not page and rows:
                break  # before the coin was listed, or the exchange stood still so long that a gap is a gap
            rows += page
            last = first - step
        return self._fetched(asset, rows, now, step)

    def _page(self, symbol: str, granularity: int, start: str, end: str) -> list[_Row]:
        span = {"granularity": str(granularity), "start": start, "end": end}
        page = self._get(symbol, f"/products/{symbol}/candles", span)
        try:
            return [(start, opened, high, low, close, volume) for start, low, high, opened, close, volume in page]
        except _NONSENSE as error:
            raise unreadable(self.name, symbol) from error


class KrakenSource(_CoinExchange):
    """Candles of Kraken: the last 720 of a length at most, and every refusal inside a good answer."""

    name = "Kraken"

    def history(self, asset: Asset, since: dt.date | None, cancelled: Cancelled, interval: str = "1d") -> Fetched:
        """Return the bars from session `since` on, 720 of them at most; raises `FetchError`."""
        step = None if interval == "1d" else self._reach(interval).seconds
        now = self._clock()
        ask = partial(self._candles, asset.symbol, since, (step or 86_400) // 60)
        return self._fetched(asset, self._lane.run(ask, cancelled), now, step)

    def _candles(self, symbol: str, since: dt.date | None, minutes: int) -> list[_Row]:
        coin = symbol.removesuffix("-USD")
        asked = {"pair": f"{_KRAKEN_COINS.get(coin, coin)}USD", "interval": str(minutes)}
        if since is not None:  # Kraken gives what is later than `since`
            asked["since"] = str(int(dt.datetime.combine(since, dt.time(), dt.UTC).timestamp()) - 1)
        answer = self._get(symbol, "/0/public/OHLC", asked)
        try:
            if answer["error"]:
                refusal = str(answer["error"][0])
                raise _kraken_refusal(symbol, refusal) from AnswerError(200, self.host, refusal)
            (rows,) = (value for name, value in answer["result"].items() if name != "last")
            return [(start, opened, high, low, close, volume) for start, opened, high, low, close, _, volume, _ in rows]
        except _NONSENSE as error:
            raise unreadable(self.name, symbol) from error


def _kraken_refusal(symbol: str, error: str) -> FetchError:
    if "Too many requests" in error or "Rate limit" in error:
        return limited("Kraken")
    if "Unknown asset pair" in error:
        return unknown("Kraken", symbol)
    if error.startswith(_KRAKEN_FAULTS):
        return down("Kraken")
    return status_failure("Kraken", symbol, 400)
