"""The command line's grammar."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from data.intervals import INTRADAY
from ui.ranges import RANGES
from ui.terminal.study_arguments import add_claims, add_scan, add_studies
from ui.terminal.values import count, day, interval, percent, positive, size, symbol


def parser() -> argparse.ArgumentParser:
    """Return the parser; without a verb the window opens."""
    top = argparse.ArgumentParser(
        prog="main.py",
        description="Watches the Russell 2000 against its all-time high. Without a verb the window opens.",
    )
    top.add_argument("--profile", type=Path, metavar="DIR", help="keep everything in this folder")
    top.add_argument("--minimized", action="store_true", help="start hidden in the tray")
    top.add_argument("--demo", action="store_true", help="a simulated market, kept apart from the real profile")
    top.add_argument("--seed", type=count, metavar="N", default=20260821, help="the simulated market's seed")
    top.add_argument(
        "--playback", type=day, metavar="DATE", help="play the stored past from this day on, touching nothing real"
    )
    verbs = top.add_subparsers(dest="verb", metavar="VERB")
    _status(verbs)
    _refresh(verbs)
    _watch(verbs)
    _files(verbs)
    _breakouts(verbs)
    add_studies(verbs)
    add_scan(verbs)
    add_claims(verbs)
    _macro(verbs)
    _rules(verbs)
    _alerts(verbs)
    _rehearse(verbs)
    _snapshot(verbs)
    _doctor(verbs)
    return top


Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _json(verb: argparse._ActionsContainer) -> None:
    verb.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _doctor(verbs: Verbs) -> None:
    verb = verbs.add_parser(
        "doctor", help="screen, tray, notifications, keyring, forwarders, sources, age of the data, service"
    )
    verb.add_argument("--send", action="store_true", help="send a test message through each forwarder as well")
    _json(verb)


def _macro(verbs: Verbs) -> None:
    verb = verbs.add_parser("macro", help="figures of the economy: value, date, when it was known, age; regimes")
    verb.add_argument("--refresh", action="store_true", help="fetch first, from the sources that are switched on")
    _json(verb)


def _status(verbs: Verbs) -> None:
    verb = verbs.add_parser("status", help="each watched asset: last price, all-time high, state, freshness")
    verb.add_argument("--refresh", action="store_true", help="fetch first")
    _json(verb)


def _refresh(verbs: Verbs) -> None:
    verb = verbs.add_parser("refresh", help="fetch now, and say what changed")
    verb.add_argument("symbols", type=symbol, nargs="*", metavar="SYMBOL")
    verb.add_argument(
        "--interval",
        choices=("1d", *INTRADAY),
        default="1d",
        help="bars shorter than a day, kept beside the daily ones",
    )
    _json(verb)


def _watch(verbs: Verbs) -> None:
    verb = verbs.add_parser("watch", help="refresh, judge and notify without a window, until stopped")
    service = verb.add_mutually_exclusive_group()
    service.add_argument("--install", action="store_true", help="let systemd run it, now and at each login")
    service.add_argument("--uninstall", action="store_true", help="end that, and remove the service")


def _files(verbs: Verbs) -> None:
    bring = verbs.add_parser("import", help="read bars from a CSV or Parquet file")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--symbol", type=symbol, required=True, metavar="S")
    bring.add_argument("--interval", type=interval, default="1d", metavar="1d")
    give = verbs.add_parser(
        "export",
        help="write an asset's bars to a CSV or Parquet file",
        description="Writes the stored bars of one asset as CSV or Parquet. With more symbols, a range or a period: "
        "closes side by side as CSV, as the charts show them. "
        "Times of bars shorter than a day are in UTC.",
    )
    give.add_argument("symbol", type=symbol, metavar="SYMBOL")
    give.add_argument("beside", type=symbol, nargs="*", metavar="SYMBOL", help="further symbols, closes side by side")
    give.add_argument("--to", type=Path, required=True, metavar="FILE")
    give.add_argument("--interval", type=interval, default="1d", metavar="1d")
    give.add_argument("--range", choices=RANGES, help="closes of this range, counted back from the last bar")
    give.add_argument("--period", choices=("day", "week", "month"), help="closes, one for each")


def _breakouts(verbs: Verbs) -> None:
    verb = verbs.add_parser("breakouts", help="every break of an asset's all-time high")
    verb.add_argument("symbol", type=symbol, metavar="SYMBOL")
    verb.add_argument("--sessions-below", type=count, default=63, metavar="N", help="sessions below the high before")
    verb.add_argument("--basis", choices=("close", "high"), default="close", help="judged on closes or intraday highs")
    verb.add_argument("--buffer", type=percent, default=0.0, metavar="PCT", help="how far above the high, in percent")
    verb.add_argument("--confirm", type=positive, default=1, metavar="K", help="closes in a row above the high")
    _json(verb)


def _rules(verbs: Verbs) -> None:
    verb = verbs.add_parser("rules", help="what is watched for, in words; add, export and remove rules")
    _json(verb)
    actions = verb.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("add", help="keep the rules of a TOML file").add_argument("file", type=Path, metavar="FILE.toml")
    give = actions.add_parser("export", help="write all rules to a TOML file")
    give.add_argument("file", type=Path, metavar="FILE")
    for name, about in (
        ("remove", "take a rule out; what it told is kept"),
        ("enable", "switch a rule on, armed from now"),
        ("disable", "switch a rule off"),
    ):
        actions.add_parser(name, help=about).add_argument("key", metavar="KEY")


def _alerts(verbs: Verbs) -> None:
    verb = verbs.add_parser("alerts", help="everything that was told, and what became of it")
    verb.add_argument("--rule", metavar="KEY", help="of this rule alone")
    verb.add_argument("--symbol", type=symbol, metavar="S", help="of this asset alone")
    verb.add_argument("--since", type=day, metavar="DATE", help="of sessions from this day on")
    verb.add_argument(
        "--outcome", choices=("waiting", "delivered", "unknown", "failed", "clicked", "dismissed"), help="that ended so"
    )
    form = verb.add_mutually_exclusive_group()
    _json(form)
    form.add_argument("--csv", action="store_true", help="print CSV instead of a table")


def _rehearse(verbs: Verbs) -> None:
    verb = verbs.add_parser("rehearse", help="what a rule would have told over history")
    verb.add_argument("rule", metavar="RULE", help="a rule's key or name, or a TOML file with one rule")
    verb.add_argument("--from", dest="start", type=day, metavar="DATE", help="as if armed at the start of this day")
    _json(verb)


def _snapshot(verbs: Verbs) -> None:
    verb = verbs.add_parser("snapshot", help="the window as a picture; needs no screen")
    verb.add_argument("out", type=Path, metavar="OUT.png|OUT.svg")
    verb.add_argument("--range", choices=RANGES, help="how far back; five years of days, less of shorter bars")
    verb.add_argument("--interval", choices=("1d", *INTRADAY), default="1d", help="stored bars of this length")
    verb.add_argument("--theme", default="dark", choices=("dark", "light"))
    verb.add_argument("--size", type=size, default=(1600, 960), metavar="1600x960")
