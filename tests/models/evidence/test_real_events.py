"""The event study on real prices, where they are at hand: counts that anybody can check with a calendar."""

from __future__ import annotations

import csv

import numpy as np

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import asset_for
from models.breakout import BreakRule, breaks
from models.evidence.alignment import series_of
from models.evidence.event_study import Terms, event_study
from models.evidence.verdict import Verdict, verdict
from models.evidence.words import alert_sentence
from models.highs import running_highs
from tests.support.shared_data import shared


def read(path: str, day: str = "Date", close: str = "Close") -> Bars:
    with shared(f"data/{path}").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row[close] not in ("", "null")]
    session = np.array([row[day][:10] for row in rows], "datetime64[D]")
    prices = np.array([float(row[close]) for row in rows])
    count = len(rows)
    seconds = session.astype("datetime64[s]").astype(np.int64)
    return Bars(seconds, session, prices, prices, prices, prices, np.ones(count), np.ones(count, np.bool_))


def test_that_the_six_breaks_since_2014_tell_nothing_of_bitcoin() -> None:
    calendars, rut = Calendars(), read("market/RUT_1d_yahoo.csv")
    events = [event.session for event in breaks(running_highs(rut, 0.01), BreakRule()).events]
    leader = series_of(asset_for("^RUT"), rut, calendars)
    follower = series_of(asset_for("BTC-USD"), read("crypto/BTC-USD_1d_yahoo.csv"), calendars)
    study = event_study(leader, events, [follower], Terms(horizons=(90, 365), draws=200), with_paths=False)
    cell = study.cell("BTC-USD", 90)
    assert (cell.n, cell.hits, cell.censored) == (6, 2, 0)
    assert alert_sentence(study, "BTC-USD", 90) == (
        "After 6 earlier breaks bitcoin was higher 90 days later in 2 (33 %, interval 10 to 70 %);"
        " on any day it was in 60 %."
    )
    assert verdict(cell, ()).verdict is Verdict.CANNOT_TELL
    assert study.cell("BTC-USD", 365).censored == 1
