"""A price file as columns with line numbers, whatever program wrote it, before anything in it is believed."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

_HEAD = 30
# The names of each column in order of preference, spelled as `_plain` leaves them.
_NAMES: Mapping[str, Sequence[str]] = {
    "time": (
        "unix", "unix timestamp", "ts ms", "timestamp", "open time", "time", "datetime", "date time", "snapped at",
        "date", "day", "",
    ),
    "open": ("open", "opening"),
    "high": ("high",),
    "low": ("low",),
    "close": ("close", "close/last", "last", "price", "priceusd", "adj close"),
    "volume": ("volume", "volume usd", "total volume", "vol.", "vol"),
    "final": ("final",),
}  # fmt: skip
_WITHOUT_HEADER = {
    2: ("time", "close"),
    5: ("time", "open", "high", "low", "close"),
    6: ("time", "open", "high", "low", "close", "volume"),
}
_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([ T].*)?|\d{8}"
    r"|[A-Z][a-z]{2} \d{1,2}, \d{4}|\d{1,2}[- ][A-Z][a-z]{2}[- ]\d{4}"
)
_EPOCH = re.compile(r"\d{9,19}(\.0*)?")


class FileRefused(Exception):  # noqa: N818 - a refusal, not an error of the program
    """A price file that cannot be used at all; `message` is for the user, the `__cause__` for the log."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The columns of a price file that mean something here, by role, with the line that each row stands on.

    The roles are time, open, high, low, close, volume and final; `names` says how the file itself calls them.
    """

    columns: Mapping[str, pd.Series]
    names: Mapping[str, str]
    lines: npt.NDArray[np.int64]
    ticker: str = ""
    adjusted: str = ""
    decimal_comma: bool = False
    notes: tuple[str, ...] = field(default=())


def read_sheet(path: Path) -> Sheet:
    """Read CSV (plain or gzip, most separators and headers), Parquet or JSON rows, raising `FileRefused`."""
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused(f"The file {path.name} cannot be read: it is missing, locked or cut short.") from error
    if not content.strip():
        raise FileRefused(f"The file {path.name} is empty.")
    if content.startswith(b"PAR1"):
        return _from_parquet(content, path.name)
    text = _decoded(content, path.name)
    if text.lstrip().startswith(("[", "{")):
        return _from_json(text, path.name)
    return _from_text(text, path.name)


def _decoded(content: bytes, name: str) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # prices and dates are ASCII in every code page
    if "\0" in text:
        raise FileRefused(f"The file {name} is no text: it can be CSV, Parquet or JSON.")
    return text


def _from_text(text: str, name: str) -> Sheet:
    import pandas as pd

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head = text.split("\n", _HEAD)[:_HEAD]
    mark = max(",;\t|", key=lambda sign: sum(line.count(sign) for line in head))
    width = max(line.count(mark) for line in text.split("\n")) + 1
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if text.count('"') % 2 == 0 else csv.QUOTE_NONE
    try:
        table = pd.read_csv(
            io.StringIO(text), sep=mark, header=None, names=range(width), index_col=False, dtype=str,
            na_filter=False, skip_blank_lines=False, skipinitialspace=True, quoting=quoting,
        )  # fmt: skip
    except pd.errors.ParserError as error:
        raise FileRefused(f"The file {name} is no table of values separated by “{mark}”.") from error
    table = table.fillna("")
    lines = np.arange(1, len(table) + 1)
    filled = (table != "").any(axis=1).to_numpy()
    return _with_header(table[filled], lines[filled], name, decimal_comma=mark == ";")


def _from_json(text: str, name: str) -> Sheet:
    import pandas as pd

    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileRefused(f"The file {name} is damaged JSON: line {error.lineno} makes no sense.") from error
    whole = isinstance(rows, list) and len(rows) > 0
    if whole and all(isinstance(row, list) and len(row) >= 6 for row in rows):
        table = pd.DataFrame([row[:6] for row in rows]).astype(str)  # Binance's klines begin with these six
        columns = dict(zip(_WITHOUT_HEADER[6], (table[place] for place in range(6)), strict=True))
        return Sheet(columns, {role: role for role in columns}, np.arange(1, len(table) + 1))
    if whole and all(isinstance(row, dict) for row in rows):
        return _named(pd.DataFrame(rows), name)
    raise FileRefused(f"The file {name} is JSON, and it is no list of price bars.")


def _from_parquet(content: bytes, name: str) -> Sheet:
    import pandas as pd
    import pyarrow

    try:
        table = pd.read_parquet(io.BytesIO(content))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FileRefused(f"The file {name} is a damaged Parquet file.") from error
    return _named(table, name)


def _named(table: pd.DataFrame, name: str) -> Sheet:
    """Take a table whose columns carry names already, its index perhaps being the dates."""
    import pandas as pd

    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index()
    names: list[Any] = table.columns.tolist()
    flat = [column if isinstance(column, tuple) else (column,) for column in names]
    tickers = {str(part[1]) for part in flat if len(part) > 1 and part[1]}
    _refuse_many(tickers, name)
    table.columns = pd.Index(range(len(flat)))
    header = [str(part[0]) for part in flat]
    header = ["date" if _plain(word) == "index" else word for word in header]
    return _mapped(table, np.arange(1, len(table) + 1), header, name, ticker="".join(tickers))


def _with_header(table: pd.DataFrame, lines: npt.NDArray[np.int64], name: str, *, decimal_comma: bool = False) -> Sheet:
    """Find where the rows of data begin, and what the lines before them say of the columns."""
    head = [[cell.strip() for cell in row] for row in table.head(_HEAD).to_numpy().tolist()]
    first = next((number for number, row in enumerate(head) if _is_data(row)), None)
    if first is None:
        raise FileRefused(f"The file {name} holds no line that begins with a date.")
    best = max(head[:first], key=_recognised, default=[])
    body, numbers = table.iloc[first:], lines[first:]
    if not best or _recognised(best) == 0:
        return _unnamed(body, numbers, name, decimal_comma=decimal_comma)
    below = head[head.index(best) + 1 : first]
    tickers = {cell for row in below if row[0].lower() == "ticker" for cell in row[1:] if cell}
    _refuse_many(tickers, name)
    if any(_plain(row[0]) in ("date", "datetime") for row in below):  # yfinance names its date column below
        best = ["date", *best[1:]]
    return _mapped(body, numbers, best, name, ticker="".join(tickers), decimal_comma=decimal_comma)


def _unnamed(table: pd.DataFrame, lines: npt.NDArray[np.int64], name: str, *, decimal_comma: bool) -> Sheet:
    """Take a table without a header, by the usual order of its columns."""
    roles = _WITHOUT_HEADER.get(min(len(table.columns), 6))
    if roles is None:
        raise FileRefused(
            f"The file {name} has no header, and {len(table.columns)} columns could mean several things. "
            "Please add a first line such as Date,Open,High,Low,Close,Volume."
        )
    columns = {role: table[place] for place, role in enumerate(roles)}
    note = f"The file has no header, so its columns were read as {', '.join(roles)}."
    return Sheet(columns, {role: role for role in roles}, lines, decimal_comma=decimal_comma, notes=(note,))


def _mapped(
    table: pd.DataFrame,
    lines: npt.NDArray[np.int64],
    header: Sequence[str],
    name: str,
    *,
    ticker: str = "",
    decimal_comma: bool = False,
) -> Sheet:
    """Choose the column of each role by its name."""
    words = [_plain(word) for word in header]
    places = {
        role: words.index(found)
        for role, names in _NAMES.items()
        if (found := next((word for word in names if word in words), None)) is not None
    }
    for role, meaning in (("time", "dates"), ("close", "closing prices")):
        if role not in places:
            shown = ", ".join(word for word in header if word)
            raise FileRefused(f"The file {name} has no column of {meaning}. Its columns are: {shown}.")
    return Sheet(
        columns={role: table[table.columns[place]] for role, place in places.items()},
        names={role: header[place] for role, place in places.items()},
        lines=lines,
        ticker=ticker,
        adjusted="only" if words[places["close"]] == "adj close" else "beside" if "adj close" in words else "",
        decimal_comma=decimal_comma,
    )


def _is_data(row: Sequence[str]) -> bool:
    return bool(row and _EPOCH.fullmatch(row[0])) or any(_DATE.fullmatch(cell) for cell in row)


def _recognised(row: Sequence[str]) -> int:
    known = {word for names in _NAMES.values() for word in names if word}
    return len({_plain(cell) for cell in row} & known)


def _plain(word: str) -> str:
    """Return a column's name without the ornaments that programs add to it ("1. Open", "Close*", "snapped_at")."""
    return re.sub(r"^\d+[.:] *", "", word.strip().lower()).replace("_", " ").rstrip("* ")


def _refuse_many(tickers: set[str], name: str) -> None:
    if len(tickers) > 1:
        raise FileRefused(
            f"The file {name} holds prices of several symbols ({', '.join(sorted(tickers))}). "
            "Please import one file for each."
        )
