"""Regimes become bands over their own dates, named by whose they are; what is flat is left clear."""

from __future__ import annotations

import datetime as dt

import numpy as np

from models.macro.economy import Economy
from models.macro.regimes import Regimes
from ui.economy_bands import bands, bands_of


def test_that_each_stretch_has_a_band_from_its_first_day_through_its_last_week() -> None:
    day = np.datetime64("2020-01-01") + 7 * np.arange(6)
    kinds = ("flat", "expanding", "expanding", "flat", "shrinking", "shrinking")
    found = bands(Regimes("", day, kinds, day.astype("datetime64[s]").astype(np.int64)), "Fed securities")
    assert [band.label for band in found] == ["Fed securities expanding", "Fed securities shrinking"]
    first = dt.datetime(2020, 1, 8, tzinfo=dt.UTC).timestamp()
    assert (found[0].first, found[0].last) == (first, first + 14 * 86_400)
    assert len({band.role for band in found}) == 2


def test_that_nothing_stored_draws_nothing() -> None:
    assert bands_of(Economy({}, dt.datetime(2026, 11, 24, tzinfo=dt.UTC))) == ()
