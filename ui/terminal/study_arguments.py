"""The grammar of `study`: a kind of study, a function."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from ui.terminal.values import count, day, percent, positive, symbol

Kinds: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_studies(verbs: Kinds) -> None:
    """Add the verb with all its kinds."""
    studies = verbs.add_parser("study", help="what followed, with n and the base rate beside each share")
    kinds = studies.add_subparsers(dest="study", metavar="STUDY", required=True)
    _event(kinds)
    _lead_lag(kinds)
    _cycle(kinds)
    _probability(kinds)
    _analog(kinds)
    _liquidity(kinds)
    _within(kinds)


def _event(kinds: Kinds) -> None:
    verb = kinds.add_parser("event", help="what followed the breaks of an asset's all-time high")
    verb.add_argument("--leader", type=symbol, default="^RUT", metavar="S")
    verb.add_argument("--followers", type=symbol, nargs="+", default=["BTC-USD", "ETH-USD"], metavar="S")
    verb.add_argument("--sessions-below", type=count, default=63, metavar="N", help="sessions below the high before")
    verb.add_argument("--basis", choices=("close", "high"), default="close", help="judged on closes or intraday highs")
    verb.add_argument("--buffer", type=percent, default=0.0, metavar="PCT", help="how far above the high, in percent")
    verb.add_argument("--confirm", type=positive, default=1, metavar="K", help="closes in a row above the high")
    verb.add_argument("--horizons", type=positive, nargs="+", metavar="DAYS", help="calendar days; 7 30 90 180 365")
    verb.add_argument(
        "--outcome", choices=("A", "B", "C", "D"), default="A",
        help="A higher at the end; B by 20 %% or more; C a close that high on the way; D that before a fall as deep",
    )  # fmt: skip
    verb.add_argument("--claimed", type=percent, default=0.65, metavar="PCT", help="the share to hold it against, 65")
    verb.add_argument("--from", dest="first", type=day, metavar="DATE", help="count sessions from this day on")
    verb.add_argument("--to", dest="last", type=day, metavar="DATE", help="count sessions up to this day")
    verb.add_argument("--curve", action="store_true", help="also 150 other definitions of a break, tried together")
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _lead_lag(kinds: Kinds) -> None:
    verb = kinds.add_parser("leadlag", help="whether one asset's returns come before another's")
    _pair(verb)
    verb.add_argument("--frequency", choices=("weekly", "daily"), default="weekly")


def _cycle(kinds: Kinds) -> None:
    verb = kinds.add_parser("cycle", help="whether two assets turn together, with the economy, and every four years")
    _pair(verb)
    verb.add_argument(
        "--method", choices=("size", "duration"), default="size",
        help="turns by falls and rises of a size, or by how long phases last; size",
    )  # fmt: skip


def _liquidity(kinds: Kinds) -> None:
    verb = kinds.add_parser("liquidity", help="whether the growth of net liquidity comes before an asset's returns")
    verb.add_argument("--symbol", type=symbol, default="BTC-USD", metavar="S")
    verb.add_argument("--weeks", type=positive, nargs="+", default=[1, 4, 13, 26], metavar="W", help="1 4 13 26")
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _within(kinds: Kinds) -> None:
    verb = kinds.add_parser("within", help="what followed breaks within each regime, as it was known at the time")
    verb.add_argument("--leader", type=symbol, default="^RUT", metavar="S")
    verb.add_argument("--follower", type=symbol, default="BTC-USD", metavar="S")
    verb.add_argument(
        "--by", choices=("total", "securities", "rates", "recessions"), default="total",
        help="regimes of the whole balance sheet, of the securities held, of the policy rate, or recessions; total",
    )  # fmt: skip
    verb.add_argument("--sessions-below", type=count, default=63, metavar="N", help="sessions below the high before")
    verb.add_argument("--outcome", choices=("A", "B", "C", "D"), default="A", help="as of study event")
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _probability(kinds: Kinds) -> None:
    verb = kinds.add_parser("probability", help="how likely a rise is, and whether anything beats the base rate")
    _pair(verb)
    verb.add_argument("--horizon", type=positive, default=90, metavar="DAYS", help="calendar days; 90")
    verb.add_argument("--at-least", type=percent, default=0.0, metavar="PCT", help="a rise of so much counts; any")


def _analog(kinds: Kinds) -> None:
    verb = kinds.add_parser("analog", help="which stretch of a history looks like now, and how often chance does")
    verb.add_argument("--query", type=symbol, default="BTC-USD", metavar="S", help="the asset as it stands now")
    verb.add_argument("--history", type=symbol, metavar="S", help="where to look; its own past unless given")
    verb.add_argument("--length", type=positive, metavar="BARS", help="90 days of its own past, 104 weeks of another's")
    verb.add_argument("--horizon", type=positive, metavar="BARS", help="how long after; 90 days, 26 weeks of another's")
    _report(verb)
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _pair(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--leader", type=symbol, default="^RUT", metavar="S")
    verb.add_argument("--follower", type=symbol, default="BTC-USD", metavar="S")
    _report(verb)
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


def add_claims(verbs: Kinds) -> None:
    """Add the verb that judges the claims."""
    verb = verbs.add_parser("claims", help="what people claim, each with its test, verdict and the date of the data")
    verb.add_argument(
        "--outcome", dest="meant", choices=("A", "B", "C", "D"), default="A",
        help="what the claimed 65 %% is taken to mean, as of study event",
    )  # fmt: skip
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")
    _report(verb)
    actions = verb.add_subparsers(dest="action", metavar="ACTION")
    add = actions.add_parser("add", help="keep a claim of your own, to be judged by the same rule")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--leader", type=symbol, default="^RUT", metavar="S")
    add.add_argument("--follower", type=symbol, default="BTC-USD", metavar="S")
    add.add_argument("--share", type=percent, default=0.65, metavar="PCT", help="how often it is claimed to come")
    add.add_argument("--horizon", type=positive, default=90, metavar="DAYS")
    add.add_argument("--outcome", choices=("A", "B", "C", "D"), default="A", help="as of study event")
    add.add_argument("--sessions-below", type=count, default=63, metavar="N")
    actions.add_parser("remove", help="drop a claim of your own").add_argument("name", metavar="NAME")


def add_scan(verbs: Kinds) -> None:
    """Add the verb that asks the same of many at once."""
    verb = verbs.add_parser("scan", help="the same study of many leaders, followers and definitions; is one special?")
    verb.add_argument("--leaders", type=symbol, nargs="+", metavar="S", help="all watched that are no coins")
    verb.add_argument("--followers", type=symbol, nargs="+", metavar="S", help="all watched coins")
    verb.add_argument("--sessions-below", type=count, nargs="+", metavar="N", help="21 63 126 252")
    verb.add_argument("--horizons", type=positive, nargs="+", metavar="DAYS", help="calendar days; 7 30 90 180 365")
    verb.add_argument("--outcome", choices=("A", "B", "C", "D"), default="A", help="as of study event")
    verb.add_argument("--from", dest="first", type=day, metavar="DATE", help="count sessions from this day on")
    verb.add_argument("--to", dest="last", type=day, metavar="DATE", help="count sessions up to this day")
    verb.add_argument("--special", type=symbol, default="^RUT", metavar="S", help="the leader to rank among the others")
    verb.add_argument("--top", type=positive, default=20, metavar="ROWS", help="how many answers to print, 20")
    where = verb.add_mutually_exclusive_group()
    where.add_argument("--scheduler", metavar="ADDRESS", help="work on this Dask cluster, such as tcp://192.0.2.1:8786")
    where.add_argument("--workers", type=positive, metavar="COUNT", help="processes here; all cores")
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _report(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--report", type=Path, metavar="FILE.html", help="write pictures, tables and sources to one file")
