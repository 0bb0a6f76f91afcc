"""Breaks within regimes: counted as a plain walk does, by what was known then, and refused where there is nothing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.evidence.refusals import RefusedError
from models.evidence.within import within
from models.macro.regimes import Kind, Regimes
from tests.support.regimes import ETHER, regimes
from tests.support.studied import coin, stock, walk


@given(st.integers(0, 10_000), st.integers(5, 60))
@settings(max_examples=30, deadline=None)
def test_that_each_break_and_each_day_counts_in_the_regime_known_by_then(seed: int, horizon: int) -> None:
    leader, follower, known = stock(walk(seed, 160)), coin(walk(seed + 1, 300), asset=ETHER), regimes(seed)
    chosen = sorted(np.random.default_rng(seed).choice(100, 12, replace=False).tolist())
    events = leader.session[chosen].astype(object).tolist()
    found = within(leader, events, follower, known, [horizon]).splits[0]
    closes = dict(zip(follower.session.tolist(), follower.close.tolist(), strict=True))
    told = {one.kind: [0, 0, 0, 0] for one in found.regimes}
    for day, end in zip(leader.session.tolist(), leader.ends.tolist(), strict=True):
        later = day + dt.timedelta(days=horizon)
        kind = next((k for k, at in reversed(list(zip(known.kind, known.known_at, strict=True))) if at <= end), None)
        if later not in closes or kind is None:
            continue
        rose = int(closes[later] > closes[day])
        told[kind][2] += 1
        told[kind][3] += rose
        if day in events:
            told[kind][0] += 1
            told[kind][1] += rose
    for one in found.regimes:
        n, hits, base_n, base_hits = told[one.kind]
        assert (one.n, one.hits, one.base_n) == (n, hits, base_n)
        assert one.base_rate == (pytest.approx(base_hits / base_n) if base_n else None)


def test_that_a_regime_that_became_known_later_leaves_earlier_breaks_where_they_were() -> None:
    leader, follower = stock(walk(1, 160)), coin(walk(2, 300), asset=ETHER)
    events = leader.session[20:60:5].astype(object).tolist()
    early, late = (within(leader, events, follower, regimes(3, days), [30]).splits[0] for days in (0, 28))
    assert sum(one.n for one in late.regimes) <= sum(one.n for one in early.regimes) == 8


def test_that_two_breaks_are_refused_and_so_are_regimes_that_are_not_stored() -> None:
    leader, follower = stock(walk(1, 160)), coin(walk(2, 300), asset=ETHER)
    events = leader.session[20:60:5].astype(object).tolist()
    with pytest.raises(RefusedError, match="has 2 breaks"):
        within(leader, events[:2], follower, regimes(1), [30])
    with pytest.raises(RefusedError, match="not stored"):
        within(leader, events, follower, Regimes("", *_nothing()), [30])


def _nothing() -> tuple[np.ndarray, tuple[Kind, ...], np.ndarray]:
    return np.zeros(0, "datetime64[D]"), (), np.zeros(0, np.int64)
