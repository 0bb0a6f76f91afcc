"""The weekly forecasts on real prices, where they are at hand, against the plain loop; no figure is a promise."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from data.calendar import Calendars
from data.catalog import asset_for
from models.evidence.alignment import series_of
from models.evidence.fridays import grid
from models.lab.asking import History, Inputs
from models.lab.forecast_log import breaks_and_distance
from models.lab.probability import ProbabilityRequest
from tests.models.evidence.test_real_events import read
from tests.support.forecast import plain_forecasts


def test_that_forecasts_of_real_prices_are_those_of_the_plain_loop_and_beat_nothing() -> None:
    calendars, files = Calendars(), {"^RUT": "market/RUT_1d_yahoo.csv", "BTC-USD": "crypto/BTC-USD_1d_yahoo.csv"}
    histories = {
        symbol: History(bars := read(path), series_of(asset_for(symbol), bars, calendars, path))
        for symbol, path in files.items()
    }
    found = ProbabilityRequest("^RUT", "BTC-USD", 90).perform(
        Inputs(histories, dt.datetime(2026, 3, 29, tzinfo=dt.UTC)), lambda _done, _doing: None
    )
    leader, target = histories["^RUT"], histories["BTC-USD"].series
    days, distance = breaks_and_distance(leader)
    weeks = grid(target, leader.series, days, distance, 90)
    plain = plain_forecasts(weeks, 90, "newton-cholesky", 1e-13, last=25)
    assert np.abs(found.p[-25:, :3] - plain).max() < 1e-9
    known = weeks.outcome[np.isfinite(weeks.outcome)]
    assert found.headline == pytest.approx(known.mean())
    assert 0.5 < found.headline < 0.75
    assert not any(one.beats for one in found.scores[1:3])
    assert found.sources == ("crypto/BTC-USD_1d_yahoo.csv", "market/RUT_1d_yahoo.csv")
