"""`study`: what followed the breaks of an asset's high, beside how often the same came on any day."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from data.bars import Bars
from data.catalog import asset_for
from models.breakout import BreakRule, breaks
from models.dates import date_text
from models.desk import Desk
from models.highs import running_highs
from models.refresh import stored_view
from ui.terminal.refusal import Refusal
from ui.terminal.table import table

if TYPE_CHECKING:
    from models.evidence.event_study import Cell, EventStudy, Terms
    from models.evidence.specification import SpecificationCurve


def event(desk: Desk, options: argparse.Namespace) -> int:
    """Print the event study of the stored prices; progress and what is wrong with the data go to standard error."""
    from models.evidence.alignment import series_of
    from models.evidence.event_study import event_study

    leader, *followers = (asset_for(symbol) for symbol in (options.leader, *options.followers))
    bars = {asset.symbol: _settled(desk, asset.symbol) for asset in (leader, *followers)}
    _report(f"Looking at what {len(followers)} followers did after the breaks of {leader.name} …")
    sources = {symbol: desk.parts.store.bars(symbol).source for symbol in bars}
    series = {
        symbol: series_of(asset_for(symbol), kept, desk.parts.calendars, sources[symbol])
        for symbol, kept in bars.items()
    }
    rule = BreakRule(
        sessions_below=options.sessions_below, basis=options.basis, buffer=options.buffer, confirm=options.confirm
    )
    found = breaks(running_highs(bars[leader.symbol], leader.tick, rule.basis), rule).events
    study = event_study(
        series[leader.symbol],
        [each.session for each in found],
        [series[asset.symbol] for asset in followers],
        _terms(options),
    )
    curves = _curves(study, bars[leader.symbol], leader.tick) if options.curve else {}
    if options.json:
        print(json.dumps(_record(study, rule, curves), indent=2))
    else:
        _print(study, rule, curves)
    return 0


def _settled(desk: Desk, symbol: str) -> Bars:
    view = stored_view(desk.parts, asset_for(symbol), calendars=desk.parts.calendars)
    settled = view.bars.settled()
    if len(settled) == 0:
        raise Refusal(f"No prices of {symbol} are stored. 'refresh' fetches them, 'import' reads a file.")
    for finding in view.audit.findings:
        if finding.severity == "blocking":
            _report(f"{symbol}: {finding.message}")
    return settled


def _terms(options: argparse.Namespace) -> Terms:
    from models.evidence.event_study import HORIZONS, Terms

    return Terms(
        horizons=tuple(options.horizons or HORIZONS),
        outcome=options.outcome,
        claimed=options.claimed,
        first=options.first,
        last=options.last,
    )


def _curves(study: EventStudy, bars: Bars, tick: float) -> dict[tuple[str, int], SpecificationCurve]:
    """Return the effect under every definition of a break, by follower and horizon, where there is anything to say."""
    from models.evidence.event_study import baselines
    from models.evidence.specification import all_rules, specification_curve

    rules = all_rules()
    found = {}
    for base in baselines(study.leader, study.followers, study.terms):
        if base.refusal is None:
            name, horizon = base.known.follower.asset.name, base.known.horizon
            _report(f"Trying {len(rules)} definitions of a break: {name}, {horizon} days …")
            curve = specification_curve(bars, tick, base.known, rules)
            found[base.known.follower.asset.symbol, horizon] = curve
    return found


def _record(study: EventStudy, rule: BreakRule, curves: dict[tuple[str, int], SpecificationCurve]) -> dict[str, object]:
    from models.evidence.record import as_record, curve_record, plain

    told = as_record(study) | {"break": plain(rule)}
    if curves:
        told["specification_curves"] = [
            {"follower": symbol} | curve_record(curve) for (symbol, _), curve in curves.items()
        ]
    return told


def _print(study: EventStudy, rule: BreakRule, curves: dict[tuple[str, int], SpecificationCurve]) -> None:
    from models.evidence.words import percent, sentence

    leader = study.leader
    print(
        f"{len(study.events)} breaks of {leader.asset.name} after {rule.sessions_below} or more sessions below its"
        f" {rule.basis} high, {date_text(leader.first)} to {date_text(leader.last)}."
    )
    heads = ("follower", "days", "n", "apart", "higher", "share", "interval", "any day", "of days", "p", "adjusted")
    rows = [_row(cell) for cell in study.cells]
    print(table(heads, rows, right=tuple(range(1, len(heads)))))
    print(
        "apart: how many of the n do not overlap. any day: the base rate. p: how often breaks at other times did as"
        " well; adjusted for all questions in this table.\n"
    )
    for cell in study.cells:
        print(f"{cell.symbol}, {cell.horizon} days: {sentence(study, cell.symbol, cell.horizon)}")
    for (symbol, horizon), curve in curves.items():
        if curve.median_effect is not None and curve.p_median is not None and curve.p_largest is not None:
            print(
                f"{symbol}, {horizon} days, under {len(curve.specifications)} definitions of a break: middle effect"
                f" {curve.median_effect:+.3f} (log), as large by chance in {percent(curve.p_median)};"
                f" the largest by chance in {percent(curve.p_largest)}."
            )


def _row(cell: Cell) -> tuple[str, ...]:
    from models.evidence.words import percent, span

    figures, base = cell.figures, cell.base
    start = (cell.symbol, str(cell.horizon), str(cell.n), str(cell.nonoverlapping))
    if figures is None or base is None:
        return (*start, *("–",) * 7)
    return (
        *start,
        str(cell.hits),
        percent(figures.share),
        span(figures.wilson),
        percent(base.rate),
        f"{base.sessions:,}",
        f"{figures.p.upper:.3f}",
        f"{figures.adjusted.upper:.3f}",
    )


def _report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
