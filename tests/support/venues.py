"""The answers of Yahoo, Coinbase and Kraken for a served world, in the shapes that were recorded of them."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from data.bars import BarRow, Bars
from tests.support.faults import NOT_FOUND_BODY, Alteration, Payload, Reply, yahoo_error

Venue = Literal["yahoo", "coinbase", "kraken"]
Truth = Callable[[Alteration | None], Reply]

# Yahoo's limits in days: how far back, and how much at once.
_LIMITS = {"1m": (30, 8), "5m": (60, 60), "15m": (60, 60), "1h": (730, 730)}
_LENGTHS = {60: "1m", 300: "5m", 900: "15m", 3600: "1h", 86_400: "1d"}
_KRAKEN_COINS = {"XBT": "BTC", "XDG": "DOGE"}


@dataclass(frozen=True, slots=True)
class Listing:
    """One served asset: its settled bars, and what Yahoo's metadata says of it."""

    bars: Bars
    currency: str
    name: str
    instrument: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that arrived."""

    host: str
    method: str
    path: str
    query: Mapping[str, str]


class World(Protocol):
    """What the venues need to know of the served world."""

    def listing(self, venue: Venue, symbol: str, interval: str = "1d") -> Listing | None: ...

    def time(self) -> dt.datetime: ...

    def listed(self, venue: Venue) -> Mapping[str, Listing]: ...


def truth(world: World, seen: Seen) -> tuple[Venue, str, Truth]:
    """Return the venue and the subject (a symbol, or "search", "crumb", "cookie") of a request, and its true answer."""
    if "/products/" in seen.path:
        return "coinbase", *_coinbase(world, seen)
    if "/0/public/" in seen.path:
        return "kraken", *_kraken(world, seen)
    return "yahoo", *_yahoo(world, seen)


def _json(payload: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(payload))


def rows_of(bars: Bars) -> Iterable[BarRow]:
    columns = (bars.session, bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume, bars.final)
    return (BarRow(*row) for row in zip(*(column.tolist() for column in columns), strict=True))


def _yahoo(world: World, seen: Seen) -> tuple[str, Truth]:
    if seen.path.startswith("/v8/finance/chart/"):
        symbol = unquote(seen.path.rpartition("/")[2])
        interval = seen.query.get("interval", "1d")
        if world.listing("yahoo", symbol) is not None and _beyond(seen.query, world.time()):
            refusal = yahoo_error("Unprocessable Entity", f"{interval} data not available for these dates.")
            return symbol, lambda alter: Reply(422, refusal)
        return symbol, lambda alter: _chart(world.listing("yahoo", symbol, interval), symbol, seen.query, alter)
    if seen.path == "/v1/finance/search":
        return "search", lambda alter: _search(world, seen.query)
    if seen.path == "/v1/test/getcrumb":
        return "crumb", lambda alter: Reply(200, "lOOpBack.crumb", "text/plain")
    if seen.path == "/consent":
        form = '<form><input name="csrfToken" value="t"/><input name="sessionId" value="s"/></form>'
        return "cookie", lambda alter: Reply(200, f"<html>{form}</html>", "text/html")
    cookie = {"Set-Cookie": "A3=d=loopback; Max-Age=31557600; Domain=.yahoo.com; Path=/; Secure"}
    return "cookie", lambda alter: Reply(404, "<html>not here</html>", "text/html", cookie)


def _beyond(query: Mapping[str, str], now: dt.datetime) -> bool:
    """Whether a request goes further back than Yahoo does, or asks for more than it gives at once."""
    limits = _LIMITS.get(query.get("interval", "1d"))
    if limits is None or "period1" not in query:
        return False
    back, window = (days * 86_400 for days in limits)
    start, end = int(query["period1"]), int(query["period2"])
    return start < now.timestamp() - back or end - start > window


def _chart(listing: Listing | None, symbol: str, query: Mapping[str, str], alter: Alteration | None) -> Reply:
    if listing is None:
        return Reply(404, NOT_FOUND_BODY)
    bars = listing.bars
    if "period1" in query:
        bars = bars[bars.time >= int(query["period1"])]  # Yahoo adds the last trade even beyond period2
        if query.get("interval", "1d") != "1d":
            bars = bars[bars.time < int(query["period2"])]
        if len(bars) == 0:
            return Reply(400, yahoo_error("Bad Request", f"Data doesn't exist for startDate = {query['period1']}"))
    elif query.get("range") == "1d":
        bars = bars[-1:]
    meta = _meta(listing, symbol, query.get("interval", "1d"))
    if meta["dataGranularity"] != "1d":
        meta["tradingPeriods"] = [[period] for period in _periods(bars, listing.timezone)]
    result = {
        "meta": meta,
        "timestamp": bars.time.tolist(),
        "indicators": _indicators(bars),
    }
    if alter is not None and len(bars) > 1:
        alter(result)
    return _json({"chart": {"result": [result], "error": None}})


def _meta(listing: Listing, symbol: str, granularity: str) -> Payload:
    bars = listing.bars
    return {
        "currency": listing.currency,
        "symbol": symbol,
        "exchangeName": "CCC" if listing.timezone == "UTC" else "WCB",
        "fullExchangeName": "Loopback",
        "instrumentType": listing.instrument,
        "firstTradeDate": int(bars.time[0]) if len(bars) else None,
        "regularMarketTime": int(bars.time[-1]) if len(bars) else None,
        "hasPrePostMarketData": False,
        "gmtoffset": 0,
        "timezone": "UTC",
        "exchangeTimezoneName": listing.timezone,
        "regularMarketPrice": _number(bars.close[-1]) if len(bars) else None,
        "longName": listing.name,
        "shortName": listing.name,
        "priceHint": 2,
        "dataGranularity": granularity,
        "range": "",
        "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
    }


def _periods(bars: Bars, timezone: str) -> Iterable[Payload]:
    """Yield the regular hours of each day that the bars are of, as Yahoo does beside bars shorter than a day."""
    zone = ZoneInfo(timezone)
    hours = ((0, 0), (23, 59)) if timezone == "UTC" else ((9, 30), (16, 0))
    for day in dict.fromkeys(dt.datetime.fromtimestamp(second, zone).date() for second in bars.time.tolist()):
        start, end = (dt.datetime.combine(day, dt.time(*at), zone) for at in hours)
        offset = start.utcoffset()
        assert offset is not None
        yield {
            "timezone": start.tzname(),
            "start": int(start.timestamp()),
            "end": int(end.timestamp()),
            "gmtoffset": int(offset.total_seconds()),
        }


def _indicators(bars: Bars) -> Payload:
    quote = {name: _numbers(getattr(bars, name)) for name in ("low", "high", "open", "close")}
    volume = [None if value is None else int(value) for value in _numbers(bars.volume)]
    return {"quote": [quote | {"volume": volume}], "adjclose": [{"adjclose": _numbers(bars.close)}]}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [_number(value) for value in values]


def _search(world: World, query: Mapping[str, str]) -> Reply:
    wanted = query.get("q", "").casefold()
    quotes = [
        {
            "exchange": "CCC" if listing.timezone == "UTC" else "WCB",
            "shortname": listing.name,
            "longname": listing.name,
            "quoteType": listing.instrument,
            "symbol": symbol,
            "exchDisp": "Loopback",
            "isYahooFinance": True,
        }
        for symbol, listing in world.listed("yahoo").items()
        if wanted in symbol.casefold() or wanted in listing.name.casefold()
    ]
    return _json({"explains": [], "count": len(quotes), "quotes": [*quotes, {"index": "no symbol here"}], "news": []})


def _coinbase(world: World, seen: Seen) -> tuple[str, Truth]:
    symbol = seen.path.split("/")[2]
    step = int(seen.query.get("granularity", "86400"))
    return symbol, lambda alter: _candles(world.listing("coinbase", symbol, _LENGTHS[step]), seen.query, step)


def _candles(listing: Listing | None, query: Mapping[str, str], step: int) -> Reply:
    if listing is None:
        return _json({"message": "NotFound"}, 404)
    start, end = (int(dt.datetime.fromisoformat(query[name]).timestamp()) for name in ("start", "end"))
    if (end - start) // step > 300:
        return _json({"message": "granularity too small for the requested time range."}, 400)
    bars = listing.bars[(listing.bars.time >= start) & (listing.bars.time <= end)]
    columns = (bars.time, bars.low, bars.high, bars.open, bars.close, bars.volume)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    return _json(rows[::-1][:300])


def _kraken(world: World, seen: Seen) -> tuple[str, Truth]:
    pair = seen.query.get("pair", "").removesuffix("USD")
    symbol = f"{_KRAKEN_COINS.get(pair, pair)}-USD"
    length = _LENGTHS[60 * int(seen.query.get("interval", "1440"))]
    return symbol, lambda alter: _ohlc(world.listing("kraken", symbol, length), seen.query)


def _ohlc(listing: Listing | None, query: Mapping[str, str]) -> Reply:
    if listing is None:
        return Reply(200, '{"error":["EQuery:Unknown asset pair"]}')
    bars = listing.bars[listing.bars.time > int(query.get("since", 0))][-720:]
    rows = [
        [row.time, *(f"{price}" for price in (row.open, row.high, row.low, row.close, row.close)), f"{row.volume}", 7]
        for row in rows_of(bars)
    ]
    last = rows[-2][0] if len(rows) > 1 else 0
    return _json({"error": [], "result": {f"X{query['pair'][:-3]}ZUSD": rows, "last": last}})
