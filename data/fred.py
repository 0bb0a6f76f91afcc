"""FRED, the figures of the Federal Reserve Bank of St. Louis: without a key as CSV, with one through its API."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from data.figures_wire import KEPT, TIMEOUT, ask, parsed, unknown, unreadable, useless
from data.lane import Clock, Lane
from data.macro import SERIES, MacroSeries, Observed, guard
from data.releases import at_release
from data.source import Cancelled, FetchError

CSV_HOST = "fred.stlouisfed.org"
API_HOST = "api.stlouisfed.org"
KEY_NAME = "fred-key"
"""The name of the key among the secrets."""

_NAME = "FRED"
_HEADS = ("DATE", "observation_date", "date")  # before 2024, since then, and in copies
_KEY = re.compile(r"[0-9a-f]{32}")
_FREQUENCIES = {"D": "daily", "W": "weekly", "M": "monthly", "Q": "quarterly"}
# An answer may span so many vintages at most; a weekly series has a fifth of that in such a stretch.
_VINTAGE_YEARS = (1776, 1990, 2000, 2010, 2020)
_PAGE = 100_000
_NONSENSE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


class FredCsv:
    """What anybody may download: the values as they stand today, in the unit of the catalogue, without vintages."""

    name = _NAME

    def __init__(self, lane: Lane, clock: Clock, *, base_url: str | None = None, timeout: float = TIMEOUT) -> None:
        self._lane = lane
        self._clock = clock
        self._base_url = base_url or f"https://{lane.host}"
        self._timeout = timeout

    def observed(self, series: MacroSeries, cancelled: Cancelled) -> Observed:
        """Return the whole history of a series; raises `FetchError`."""
        text = self._lane.run(partial(self._download, series), cancelled)
        return read_csv(text, series, self._clock())

    def _download(self, series: MacroSeries) -> str:
        answer = ask(_NAME, series.id, f"{self._base_url}/graph/fredgraph.csv", {"id": series.id}, self._timeout)
        if answer.status_code >= 400:
            raise unknown(_NAME, f"{series.id} ({series.title})") from useless(answer)
        return answer.content.decode("utf-8", "replace")


class FredApi:
    """What needs a key: the unit in FRED's own words, and of revised series each value with the day it came out."""

    name = _NAME

    def __init__(
        self, lane: Lane, clock: Clock, key: str, *, base_url: str | None = None, timeout: float = TIMEOUT
    ) -> None:
        self._lane = lane
        self._clock = clock
        self._key = key.strip()
        self._base_url = base_url or f"https://{lane.host}"
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"FredApi({self._lane.host})"

    def observed(self, series: MacroSeries, cancelled: Cancelled) -> Observed:
        """Return the whole history of a series, of a revised one with every vintage; raises `FetchError`."""
        about = self._ask(series, "/fred/series", {}, cancelled)
        unit = _unit(series, about)
        rows: list[Any] = []
        for span in _spans(self._clock().date()) if series.revised else ({},):
            rows += self._pages(series, span, cancelled)
        return read_rows(rows, series, self._clock(), unit, vintages=series.revised)

    def test(self, cancelled: Cancelled) -> None:
        """Ask for something small, so that a wrong key is known before it is kept; raises `FetchError`."""
        self._ask(SERIES["WALCL"], "/fred/series", {}, cancelled)

    def _pages(self, series: MacroSeries, span: dict[str, str], cancelled: Cancelled) -> list[Any]:
        rows: list[Any] = []
        while True:
            asked = span | {"offset": str(len(rows)), "limit": str(_PAGE)}
            answer = self._ask(series, "/fred/series/observations", asked, cancelled)
            try:
                page, count = answer["observations"], int(answer["count"])
            except _NONSENSE as error:
                raise unreadable(_NAME, series.id, "the observations are missing") from error
            rows += page
            if not page or len(rows) >= count:
                return rows

    def _ask(self, series: MacroSeries, path: str, asked: dict[str, str], cancelled: Cancelled) -> Any:  # noqa: ANN401
        return self._lane.run(partial(self._get, series, path, asked), cancelled)

    def _get(self, series: MacroSeries, path: str, asked: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
        if not _KEY.fullmatch(self._key):
            raise _wrong_key()
        query = {"series_id": series.id, "api_key": self._key, "file_type": "json"} | asked
        try:
            answer = ask(_NAME, series.id, f"{self._base_url}{path}", query, self._timeout)
        except FetchError as error:
            if error.kind == "refused" and "turned the request" in error.message:
                raise _wrong_key() from error.__cause__
            raise
        if answer.status_code in (400, 401):
            reason = answer.text.lower()
            if "api_key" in reason:
                raise _wrong_key() from _told(answer.status_code)
            if "does not exist" in reason:
                raise unknown(_NAME, f"{series.id} ({series.title})") from _told(answer.status_code)
        return parsed(_NAME, f"{series.id} ({series.title})", answer)


def tested(source: FredApi, cancelled: Cancelled) -> str | None:
    """Return None where the key of a source works, else the sentence for the user; a passing fault is one, too."""
    try:
        source.test(cancelled)
    except FetchError as error:
        return error.message
    return None


def read_csv(text: str, series: MacroSeries, now: dt.datetime) -> Observed:
    """Read a download of one series: a head of date and name, blanks or points for what is missing."""
    lines = csv.reader(text.lstrip("\ufeff").splitlines())
    head = next(lines, [])
    if len(head) < 2 or head[0] not in _HEADS:
        raise unreadable(_NAME, series.id, "its first line does not name a date and a series")
    if head[1] != series.id:
        raise unreadable(_NAME, series.id, "it is about another series")
    try:
        rows = [{"date": line[0], "value": line[1]} for line in lines if line]
    except IndexError as error:
        raise unreadable(_NAME, series.id, "a line of it is cut off") from error
    return read_rows(rows, series, now)


def read_rows(
    rows: Iterable[dict[str, str]], series: MacroSeries, now: dt.datetime, unit: str = "", *, vintages: bool = False
) -> Observed:
    """Build what was observed from rows of date and value, and of `realtime_start` with vintages; guarded."""
    try:
        kept = [
            (row["date"], row["realtime_start"] if vintages else "", float(row["value"]))
            for row in rows
            if row["value"] not in ("", ".")
        ]
        first = sorted(_news(sorted(kept))) if vintages else sorted(kept)
        distinct = dict.fromkeys(first)
        date = np.array([day for day, _known, _value in distinct], "datetime64[D]")
        known = _known(series, [day for _date, day, _value in distinct]) if vintages else None
    except _NONSENSE as error:
        raise unreadable(_NAME, series.id, "a date or a number in it cannot be read") from error
    if len(date) == 0:
        raise unreadable(_NAME, series.id, "there is no value in it")
    if not vintages and len(np.unique(date)) < len(date):
        raise unreadable(_NAME, series.id, "it has two different values for one date")
    value = np.array([value for _date, _known, value in distinct])
    twice = 0 if vintages else len(first) - len(distinct)
    observed = Observed(series.id, date, value, _NAME, now, known, unit, twice)
    guard(series, observed)
    return observed


def _news(rows: Sequence[tuple[str, str, float]]) -> Iterable[tuple[str, str, float]]:
    """Leave out vintages that say again what the one before them said; rows are in order of date and vintage."""
    last: tuple[str, float] | None = None
    for day, vintage, value in rows:
        if (day, value) != last:
            yield day, vintage, value
        last = (day, value)


def _known(series: MacroSeries, days: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    instants = {day: int(at_release(series.release, dt.date.fromisoformat(day)).timestamp()) for day in set(days)}
    return np.array([instants[day] for day in days], np.int64)


def _spans(today: dt.date) -> Iterable[dict[str, str]]:
    years = [year for year in _VINTAGE_YEARS if year <= today.year] + list(range(2024, today.year + 1, 4))
    ends = [f"{year - 1}-12-31" for year in years[1:]]
    for year, end in zip(years, [*ends, "9999-12-31"], strict=True):
        yield {"realtime_start": f"{year}-07-04" if year == 1776 else f"{year}-01-01", "realtime_end": end}


def _unit(series: MacroSeries, about: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the unit in FRED's words; another frequency than the catalogue's means another series."""
    try:
        (told,) = about["seriess"]
        unit, frequency = str(told["units"]), _FREQUENCIES.get(str(told["frequency_short"])[:1])
    except _NONSENSE as error:
        raise unreadable(_NAME, series.id, "its description is missing") from error
    if frequency != series.frequency:
        raise unreadable(_NAME, series.id, f"it is {frequency or 'of another frequency'} and not {series.frequency}")
    return unit


def _wrong_key() -> FetchError:
    return FetchError(
        "refused",
        "FRED does not accept the key. Please copy it again from your account there: 32 small letters and digits. "
        f"{KEPT}.",
    )


def _told(status: int) -> RuntimeError:
    # FRED quotes the request in its refusals, and the key with it.
    return RuntimeError(f"HTTP {status} from {API_HOST}")
