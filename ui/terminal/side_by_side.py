"""`export` of several symbols: their closes side by side, as the charts show them."""

from __future__ import annotations

import argparse

from data.catalog import asset_for
from data.chart_file import ChartColumn, chart_csv, write_whole
from data.intervals import INTRADAY
from data.sheet import FileRefused
from models.desk import Desk
from models.resample import Period, is_intraday, resample
from ui.terminal.refusal import Refusal
from ui.terminal.spans import span_of


def is_asked_for(options: argparse.Namespace) -> bool:
    """Whether the options speak of what a chart shows, rather than of the stored bars of one asset."""
    return bool(options.beside or options.range or options.period)


def give(desk: Desk, options: argparse.Namespace) -> int:
    """Write closes of a range as CSV, one column for each symbol."""
    spacing = _spacing(options)
    span = span_of(options, "Max")
    if options.to.suffix != ".csv":
        raise Refusal(f"{options.to.name} must end in .csv: closes side by side are written as CSV alone.")
    columns = _in_range(_columns(desk, options, spacing), span)
    try:
        write_whole(options.to, chart_csv(columns, spacing).encode())
    except FileRefused as error:
        raise Refusal(error.message) from error
    bars = sum(len(column.bars) for column in columns)
    print(f"{', '.join(column.symbol for column in columns)}: {bars:,} bars written to {options.to}")
    return 0


def _spacing(options: argparse.Namespace) -> Period:
    """Return how long each bar is: an interval below a day, or days and what is made out of them."""
    short = next((each for each in INTRADAY if each == options.interval), None)
    if options.interval != "1d" and (short is None or options.period):
        allowed = ", ".join(INTRADAY)
        raise Refusal(f"Side by side there are bars of {allowed}, or a --period of days: choose one of them.")
    return short or options.period or "day"


def _columns(desk: Desk, options: argparse.Namespace, spacing: Period) -> list[ChartColumn]:
    columns = []
    for symbol in dict.fromkeys((options.symbol, *options.beside)):
        asset, stored = asset_for(symbol), desk.parts.store.bars(symbol, options.interval)
        if len(stored.bars) == 0:
            raise Refusal(f"No {options.interval} prices of {symbol} are stored, so there is nothing to export.")
        bars = stored.bars if is_intraday(spacing) else resample(stored.bars, spacing, asset.calendar)
        columns.append(ChartColumn(symbol, asset.currency, stored.source, bars))
    return columns


def _in_range(columns: list[ChartColumn], name: str) -> list[ChartColumn]:
    """Return the columns within a range counted back from the last bar of all of them, as the range buttons do."""
    from ui.charts.presets import preset_range, session_starts

    first = min(float(column.bars.time[0]) for column in columns)
    last = max(float(column.bars.time[-1]) for column in columns)
    leader = columns[0].bars
    begin = preset_range(name, first, last, session_starts(leader.time, leader.session)).first
    return [
        ChartColumn(column.symbol, column.unit, column.source, column.bars[column.bars.time >= begin])
        for column in columns
    ]
