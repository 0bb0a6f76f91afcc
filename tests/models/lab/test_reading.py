"""What a study is given is settled, whole where the audit says so, and never nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from data.calendar import Calendars
from models.lab.asking import RefusedError
from models.lab.reading import shown_inputs

NOW = dt.datetime(2026, 11, 20, 22, tzinfo=dt.UTC)


def test_that_an_asset_without_prices_is_refused_by_name() -> None:
    with pytest.raises(RefusedError, match="No prices of BTC-USD are stored"):
        shown_inputs({}, ["BTC-USD"], Calendars(), NOW)


def test_that_an_optional_asset_without_prices_is_left_out() -> None:
    assert shown_inputs({}, [], Calendars(), NOW, ["BTC-USD"]).histories == {}
