"""`macro`: the figures of the economy, each with its date, when it was known, and its age."""

from __future__ import annotations

import argparse
import json
import sys

from data.macro_store import MacroStore
from models.desk import Desk
from models.macro.economy import Economy, SeriesRow, read_economy
from models.macro.refreshing import Brought, EconomySources, refresh_economy, refresh_headlines
from models.macro.regimes import Regimes
from ui.terminal.refusal import Refusal
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the table of series and the regimes in force; with `--refresh` everything switched on is fetched first.

    The exit code is 1 when something was asked for and nothing came.
    """
    store = MacroStore(desk.parts.store.database)
    code = _refresh(desk, store) if options.refresh else 0
    economy = read_economy(store, desk.parts.clock())
    if options.json:
        print(json.dumps(as_json(economy), indent=2))
    else:
        _print(economy)
    return code


def as_json(economy: Economy) -> dict[str, object]:
    """Return the stable keys of `macro --json`: ISO 8601 times with zone, missing as null."""
    net = economy.net(first_published=False)
    last = None
    if len(net):
        last = {"date": str(net.date[-1]), "usd_billions": float(net.value[-1]), "account": net.account[-1]}
    share = economy.share_within_a_year()
    return {
        "series": [_row(row) for row in economy.rows()],
        "net_liquidity": last,
        "regimes": {name: _regime(regimes) for name, regimes in _regimes(economy).items()},
        "maturing_within_a_year": None if share is None else {"date": share[0].isoformat(), "share": share[1]},
    }


def _refresh(desk: Desk, store: MacroStore) -> int:
    sources = desk.economy_of(desk.settings)
    if sources == EconomySources():
        raise Refusal(
            "No source of such figures is switched on. Set use_fred, use_treasury, use_mood or use_headlines to true "
            "in the settings; nothing is fetched before."
        )
    print("Fetching the figures of the economy", file=sys.stderr)
    brought = refresh_economy(store, sources, desk.parts.clock, lambda: False, every=True)
    for one in brought:
        _tell(one)
    failed = [one.failure for one in brought if one.failure is not None]
    if sources.news is not None:
        symbols = [asset.symbol for asset in desk.assets]
        new, failure = refresh_headlines(store, sources.news, symbols, desk.parts.clock, lambda: False)
        print(failure.message if failure else f"{new} new headlines.", file=sys.stderr)
    return 1 if brought and len(failed) == len(brought) else 0


def _tell(one: Brought) -> None:
    if one.failure is not None:
        print(one.failure.message, file=sys.stderr)
    elif one.merged is not None:
        for note in one.merged.notes:
            print(note, file=sys.stderr)
        if one.merged.revised:
            print(f"{one.series}: {one.merged.revised} values were revised.", file=sys.stderr)


def _regimes(economy: Economy) -> dict[str, Regimes]:
    return {
        "securities": economy.securities(),
        "balance_sheet": economy.total(),
        "rates": economy.rates(),
        "recession": economy.recessions(),
    }


def _regime(regimes: Regimes) -> dict[str, object] | None:
    phases = regimes.phases()
    if not phases:
        return None
    last = phases[-1]
    return {
        "regime": last.kind,
        "since": last.first.isoformat(),
        "through": last.last.isoformat(),
        "known_at": last.known_at.isoformat(),
    }


def _row(row: SeriesRow) -> dict[str, object]:
    return {
        "series": row.series.id,
        "title": row.series.title,
        "unit": row.series.unit,
        "value": row.value,
        "date": row.date.isoformat() if row.date else None,
        "known_at": row.known_at.isoformat() if row.known_at else None,
        "fetched_at": row.fetched_at.isoformat() if row.fetched_at else None,
        "age_days": row.age.days if row.age is not None else None,
        "stale": row.stale,
        "look_ahead": row.look_ahead,
        "revisions": row.revisions,
        "problem": row.problem or None,
    }


def _print(economy: Economy) -> None:
    heads = ("series", "what", "value", "unit", "date", "known since (UTC)", "age", "")
    print(table(heads, [_cells(row) for row in economy.rows()], right=(2, 6)))
    net = economy.net(first_published=False)
    if len(net):
        print(f"\nNet liquidity on {net.date[-1]}: {net.value[-1]:,.1f} billion dollars ({net.account[-1]}).")
    for regimes in _regimes(economy).values():
        phases = regimes.phases()
        if phases:
            print(f"{regimes.title}: {phases[-1].kind} since {phases[-1].first}, through {phases[-1].last}.")
    for problem in dict.fromkeys(row.problem for row in economy.rows() if row.problem):
        print(problem, file=sys.stderr)


def _cells(row: SeriesRow) -> tuple[str, ...]:
    if row.value is None or row.date is None or row.known_at is None or row.age is None:
        return row.series.id, row.series.title, "", row.series.unit, "", "", "", "nothing stored"
    marks = [text for text, flag in (("old", row.stale), ("revised data", row.look_ahead)) if flag]
    return (
        row.series.id, row.series.title, f"{row.value:,.6g}" if abs(row.value) < 1000 else f"{row.value:,.0f}",
        row.series.unit, str(row.date), f"{row.known_at:%Y-%m-%d %H:%M}", f"{row.age.days} d", ", ".join(marks),
    )  # fmt: skip
