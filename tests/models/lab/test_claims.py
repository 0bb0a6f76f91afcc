"""The user's own claims: judged beside a second sample, and one without prices stops no other."""

from __future__ import annotations

import datetime as dt

import numpy as np

from data.bars import Bars
from data.claim_book import OwnClaim
from models.evidence.alignment import Series
from models.lab.asking import History, Inputs
from models.lab.claims import ClaimsRequest, _own
from tests.support.studied import coin, stock, walk

NOW = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
MINE = OwnClaim("Mine", "^RUT", "TULIP-USD", 0.5, dt.date(2022, 1, 1))


def history(series: Series) -> History:
    close, whole = series.close, np.ones(len(series), np.bool_)
    return History(Bars(series.ends, series.session, close, close, close, close, close * 0, whole), series)


def test_that_a_claim_on_an_asset_without_prices_says_so_in_its_own_line() -> None:
    request = ClaimsRequest((MINE,))
    assert request.optional == ("TULIP-USD",)
    assert "TULIP-USD" not in request.symbols
    inputs = Inputs({"^RUT": history(stock(walk(1, 300))), "BTC-USD": history(coin(walk(2, 430)))}, NOW)
    judged = _own(MINE, inputs)
    assert judged.finding.verdict.value == "cannot tell"
    assert judged.finding.reason == "No prices of TULIP-USD are stored."
