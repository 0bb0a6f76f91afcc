"""What can go wrong between a client and a source, each as it was seen on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Payload = dict[str, Any]
Alteration = Callable[[Payload], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire; `cut` sends only that share of the promised body and then hangs up."""

    status: int
    body: str
    content_type: str = "application/json;charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: float = 1.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong: an answer of its own, an altered true answer or chart, or what the socket does instead."""

    name: str
    reply: Reply | None = None
    reshape: Callable[[Reply], Reply] | None = None
    alter: Alteration | None = None
    wire: Literal["hang", "reset"] | None = None


def yahoo_error(code: str, description: str) -> str:
    return json.dumps({"chart": {"result": None, "error": {"code": code, "description": description}}})


def _columns(result: Payload) -> list[list[Any]]:
    quote = result["indicators"]["quote"][0]
    return [result["timestamp"], *quote.values(), result["indicators"]["adjclose"][0]["adjclose"]]


def _each_column(change: Callable[[list[Any]], None]) -> Alteration:
    def alter(result: Payload) -> None:
        for column in _columns(result):
            change(column)

    return alter


def _set_in_bar(**values: Callable[[Payload, int], Any]) -> Alteration:
    """Change named prices of the last bar but one."""

    def alter(result: Payload) -> None:
        quote = result["indicators"]["quote"][0]
        for column, value in values.items():
            quote[column][-2] = value(quote, -2)

    return alter


def _other_currency(result: Payload) -> None:
    result["meta"]["currency"] = "EUR"


NOT_FOUND_BODY = yahoo_error("Not Found", "No data found, symbol may be delisted")
_UNAUTHORISED = json.dumps(
    {"finance": {"result": None, "error": {"code": "Unauthorized", "description": "Invalid Crumb"}}}
)
_HTML = "<!DOCTYPE html><html><head><title>Yahoo</title></head><body>Please enable cookies</body></html>"

TOO_MANY = Fault("429", Reply(429, "Edge: Too Many Requests", "text/html"))
TOO_MANY_FOR_LONG = Fault("429 for 40 min", Reply(429, "Too Many Requests\r\n", "text/plain", {"Retry-After": "2400"}))
UNAUTHORISED = Fault("401", Reply(401, _UNAUTHORISED))
FORBIDDEN = Fault("403", Reply(403, _HTML, "text/html"))
NOT_FOUND = Fault("404", Reply(404, NOT_FOUND_BODY))
UNPROCESSABLE = Fault("422", Reply(422, yahoo_error("Unprocessable Entity", "1m data not available.")))
BEFORE_LISTING = Fault("400", Reply(400, yahoo_error("Bad Request", "Data doesn't exist for startDate = 946684800")))
SERVER_FAULT = Fault("500", Reply(500, "Internal Server Error", "text/plain"))
BACK_SOON = Fault("back soon", Reply(200, "<html><body>Will be right back...</body></html>", "text/html"))
EMPTY = Fault("empty", Reply(200, '{"chart":{"result":[],"error":null}}'))
HTML = Fault("html", Reply(200, _HTML, "text/html"))
NOT_AN_OBJECT = Fault("not an object", Reply(200, "[]"))
TRUNCATED = Fault("truncated", reshape=lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2]))
CUT_SHORT = Fault("cut short", reshape=lambda reply: replace(reply, cut=0.5))
HANG = Fault("hang", wire="hang")
RESET = Fault("reset", wire="reset")
KRAKEN_LIMITED = Fault("kraken limited", Reply(200, '{"error":["EGeneral:Too many requests"]}'))
KRAKEN_UNKNOWN = Fault("kraken unknown", Reply(200, '{"error":["EQuery:Unknown asset pair"]}'))
KRAKEN_DOWN = Fault("kraken down", Reply(200, '{"error":["EService:Unavailable"]}'))
KRAKEN_REFUSES = Fault("kraken refuses", Reply(200, '{"error":["EGeneral:Invalid arguments"]}'))

NULL_CLOSE = Fault("null close", alter=_set_in_bar(close=lambda quote, row: None))
NULL_BAR = Fault(
    "null bar",
    alter=_set_in_bar(**dict.fromkeys(("open", "high", "low", "close", "volume"), lambda quote, row: None)),
)
MISSING_SESSION = Fault("missing session", alter=_each_column(lambda column: column.__delitem__(-2)))
REPEATED_BAR = Fault("repeated bar", alter=_each_column(lambda column: column.insert(-2, column[-2])))
UNSORTED = Fault("unsorted", alter=_each_column(lambda column: column.reverse()))
HIGH_BELOW_LOW = Fault("high below low", alter=_set_in_bar(high=lambda quote, row: quote["low"][row] - 1))
HIGH_BELOW_CLOSE = Fault("high below close", alter=_set_in_bar(high=lambda quote, row: quote["close"][row] - 1))
WRONG_CURRENCY = Fault("wrong currency", alter=_other_currency)
NO_TIMESTAMPS = Fault("no timestamps", alter=lambda result: result.pop("timestamp"))
