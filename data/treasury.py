"""The Treasury's Fiscal Data: the debt to the penny, what matures when, and the cash balance.  Free, without a key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from data.figures_wire import TIMEOUT, ask, parsed, unreadable
from data.lane import Clock, Lane
from data.macro import SERIES, Observed, guard
from data.macro_store import Maturity
from data.source import Cancelled

HOST = "api.fiscaldata.treasury.gov"

_NAME = "The Treasury"
_BASE = "/services/api/fiscal_service"
_DEBT = "/v2/accounting/od/debt_to_penny"
_CASH = "/v1/accounting/dts/operating_cash_balance"
_OUTSTANDING = "/v1/debt/mspd/mspd_table_1"
_SECURITIES = "/v1/debt/mspd/mspd_table_3_market"
_PAGE = 10_000
_MOST_PAGES = 50
_MILLION = 1e6
_YEAR = dt.timedelta(days=365)
_KINDS = {
    "Bills": "MSPD_BILLS",
    "Notes": "MSPD_NOTES",
    "Bonds": "MSPD_BONDS",
    "Treasury Inflation-Protected Securities": "MSPD_TIPS",
    "Floating Rate Notes": "MSPD_FRN",
    "Total Marketable": "MSPD_TOTAL",
}
# The account's name and the column of its balance have changed over the years.
_ACCOUNTS = (
    ("Treasury General Account (TGA) Closing Balance", "open_today_bal"),
    ("Treasury General Account (TGA)", "close_today_bal"),
    ("Federal Reserve Account", "close_today_bal"),
)
_NONSENSE = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)
Row = Mapping[str, str]


class TreasurySource:
    """Debt and cash, all in USD millions but for the debt to the penny, which comes in dollars."""

    name = _NAME

    def __init__(self, lane: Lane, clock: Clock, *, base_url: str | None = None, timeout: float = TIMEOUT) -> None:
        self._lane = lane
        self._clock = clock
        self._base_url = (base_url or f"https://{lane.host}") + _BASE
        self._timeout = timeout

    def debt(self, since: dt.date | None, cancelled: Cancelled) -> Observed:
        """Return the whole public debt, one value a business day; raises `FetchError`."""
        rows = self._rows(_DEBT, "the federal debt", {"fields": "record_date,tot_pub_debt_out_amt"}, since, cancelled)
        pairs = _pairs(rows, "tot_pub_debt_out_amt", "the federal debt")
        return self._observed("DEBT", {day: value / _MILLION for day, value in pairs}, len(pairs))

    def cash(self, since: dt.date | None, cancelled: Cancelled) -> Observed:
        """Return what the Treasury's account held at the close of each business day; raises `FetchError`."""
        subject = "the Treasury’s account"
        fields = "record_date,account_type,open_today_bal,close_today_bal"
        rows = self._rows(_CASH, subject, {"fields": fields}, since, cancelled)
        kept: dict[dt.date, float] = {}
        try:
            for account, column in reversed(_ACCOUNTS):
                chosen = [row for row in rows if row["account_type"] == account]
                kept |= dict(_pairs(chosen, column, subject))
        except _NONSENSE as error:
            raise unreadable(_NAME, subject, "the account is missing") from error
        return self._observed("TGA", kept, len(kept))

    def outstanding(self, since: dt.date | None, cancelled: Cancelled) -> tuple[Observed, ...]:
        """Return the marketable debt of each kind at the ends of months; raises `FetchError`."""
        subject = "the debt by kind"
        fields = "record_date,security_type_desc,security_class_desc,total_mil_amt"
        rows = self._rows(_OUTSTANDING, subject, {"fields": fields}, since, cancelled)
        found: dict[str, dict[dt.date, float]] = {}
        try:
            for row in rows:
                kind = row["security_class_desc"] if row["security_type_desc"] == "Marketable" else ""
                series = _KINDS.get(row["security_type_desc"]) or _KINDS.get(kind)
                if series is not None and row["total_mil_amt"] != "null":
                    found.setdefault(series, {})[_date(row)] = float(row["total_mil_amt"])
        except _NONSENSE as error:
            raise unreadable(_NAME, subject, "a date or a number in it cannot be read") from error
        return tuple(self._observed(series, values, len(values)) for series, values in found.items())

    def maturities(self, since: dt.date, cancelled: Cancelled) -> tuple[Maturity, ...]:
        """Return which marketable debt matures when, of every month's end from `since` on; raises `FetchError`."""
        subject = "the maturities of the debt"
        fields = "record_date,security_class1_desc,maturity_date,outstanding_amt"
        rows = self._rows(_SECURITIES, subject, {"fields": fields}, since, cancelled)
        sums: dict[tuple[dt.date, str, dt.date], float] = {}
        try:
            for row in rows:
                if "null" in (row["maturity_date"], row["outstanding_amt"]) or "Total" in row["security_class1_desc"]:
                    continue  # a line that sums others up
                key = (_date(row), row["security_class1_desc"], dt.date.fromisoformat(row["maturity_date"]))
                sums[key] = sums.get(key, 0.0) + float(row["outstanding_amt"])
        except _NONSENSE as error:
            raise unreadable(_NAME, subject, "a date or a number in it cannot be read") from error
        return tuple(
            Maturity(record, kind, matures, amount) for (record, kind, matures), amount in sorted(sums.items())
        )

    def within_a_year(self, maturities: Sequence[Maturity]) -> Observed:
        """Return how much of the marketable debt matures within twelve months of each month's end, USD millions."""
        sums: dict[dt.date, float] = {}
        for one in maturities:
            near = one.record < one.matures <= one.record + _YEAR
            sums[one.record] = sums.get(one.record, 0.0) + (one.amount if near else 0.0)
        return self._observed("MSPD_12M", sums, len(sums))

    def _observed(self, series: str, values: Mapping[dt.date, float], came: int) -> Observed:
        days = sorted(values)
        if not days:
            raise unreadable(_NAME, SERIES[series].title, "there is no value in it")
        observed = Observed(
            series,
            np.array(days, "datetime64[D]"),
            np.array([values[day] for day in days]),
            _NAME,
            self._clock(),
            duplicates=came - len(days),
        )
        guard(SERIES[series], observed)
        return observed

    def _rows(
        self, path: str, subject: str, query: Mapping[str, str], since: dt.date | None, cancelled: Cancelled
    ) -> list[Row]:
        rows: list[Row] = []
        for number in range(1, _MOST_PAGES + 1):
            asked = dict(query) | {"sort": "record_date", "page[size]": str(_PAGE), "page[number]": str(number)}
            if since is not None:
                asked["filter"] = f"record_date:gte:{since}"
            answer = self._lane.run(partial(self._get, path, subject, asked), cancelled)
            try:
                rows += answer["data"]
                pages = int(answer["meta"]["total-pages"])
            except _NONSENSE as error:
                raise unreadable(_NAME, subject, "the rows or their number are missing") from error
            if number >= pages:
                break
        return rows

    def _get(self, path: str, subject: str, asked: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
        return parsed(_NAME, subject, ask(_NAME, subject, self._base_url + path, asked, self._timeout))


def _pairs(rows: Sequence[Row], column: str, subject: str) -> list[tuple[dt.date, float]]:
    """Return date and value of rows; "null" is Fiscal Data's word for a missing one."""
    try:
        return [(_date(row), float(row[column])) for row in rows if row[column] != "null"]
    except _NONSENSE as error:
        raise unreadable(_NAME, subject, "a date or a number in it cannot be read") from error


def _date(row: Row) -> dt.date:
    return dt.date.fromisoformat(row["record_date"])
