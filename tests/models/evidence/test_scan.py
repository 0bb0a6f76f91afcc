"""The scan against the single event study and against loops, with planted effects, and with nothing from the future."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.catalog import asset_for
from models.evidence.alignment import Outcome, Series
from models.evidence.event_study import Terms, event_study
from models.evidence.placebo import Tails
from models.evidence.scan import Finding, Scan, ScanTerms, followed, gathered, leading, scan_pair
from models.evidence.standing import share_special, standing
from tests.support.studied import coin, days_of, stock, walk

TERMS = ScanTerms((21, 63, 252), (7, 30))


def some_days(leader: Series, seed: int, count: int) -> list[dt.date]:
    rows = np.random.default_rng(seed).choice(len(leader) - 20, count, replace=False)
    return days_of(leader, sorted(rows.tolist()))


def pair(
    leader: Series, follower: Series, events: Sequence[Sequence[dt.date]], terms: ScanTerms
) -> tuple[Finding, ...]:
    return scan_pair(leading(leader, events, terms), followed(follower), terms)


@pytest.mark.parametrize("outcome", ["A", "B", "C", "D"])
def test_that_each_answer_is_the_one_of_the_single_study(outcome: Outcome) -> None:
    leader, follower = stock(walk(1, 400)), coin(walk(2, 600))
    events = [some_days(leader, seed, count) for seed, count in ((1, 12), (2, 6), (3, 2))]
    terms = replace(TERMS, outcome=outcome)
    found = iter(pair(leader, follower, events, terms))
    for horizon, days in itertools.product(terms.horizons, events):
        single = event_study(leader, days, [follower], Terms(horizons=(horizon,), outcome=outcome, draws=3))
        cell, one = single.cells[0], next(found)
        assert (one.horizon, one.n, one.hits) == (horizon, cell.n, cell.hits)
        assert (one.nonoverlapping, one.censored) == (cell.nonoverlapping, cell.censored)
        assert one.refusal == cell.refusal
        if cell.figures is None or cell.base is None:
            assert (one.p, one.z, one.joint, one.effect) == (None,) * 4
            continue
        assert one.p == cell.figures.p
        assert (one.share, one.wilson, one.rate) == (cell.figures.share, cell.figures.wilson, cell.base.rate)
        assert one.sessions == cell.base.sessions
        own = (cell.figures.mean_log - cell.base.mean_log) if outcome == "A" else cell.figures.share - cell.base.rate
        assert one.effect == pytest.approx(own, abs=1e-14)


def test_that_z_and_the_joint_p_agree_with_shifting_by_hand() -> None:
    leader, follower = stock(walk(3, 260)), coin(walk(4, 420))
    events = [some_days(leader, 1, 9), some_days(leader, 2, 5), some_days(leader, 3, 3)]
    found = [one for one in pair(leader, follower, events, TERMS) if one.horizon == 30]
    closes = dict(zip(follower.session.tolist(), follower.close.tolist(), strict=True))
    month = dt.timedelta(days=30)
    base = [day for day in leader.session.tolist() if day + month in closes]
    logs = [math.log(closes[day + month] / closes[day]) for day in base]
    t, usual = len(base), statistics.fmean(logs)
    scaled = []
    for days in events:
        at = [i for i, day in enumerate(base) if day in days]
        effects = [sum(logs[(a + s) % t] for a in at) / len(at) - usual for s in range(t)]
        scaled.append([effect / statistics.pstdev(effects) for effect in effects])
    best = [max(column) for column in zip(*scaled, strict=True)]
    for one, row in zip(found, scaled, strict=True):
        assert one.z == pytest.approx(row[0])
        assert one.joint == pytest.approx(sum(value >= row[0] - 1e-12 for value in best) / t)
        assert one.p is not None
        assert one.joint is not None
        assert one.joint >= one.p.upper - 1e-12


@settings(max_examples=25)
@given(st.integers(0, 1000), st.integers(60, 390))
def test_that_cutting_or_changing_the_future_changes_no_earlier_answer(seed: int, cut: int) -> None:
    leader, follower = stock(walk(seed, 250)), coin(walk(seed + 1, 400))
    day = follower.session[cut]
    bound = (day - np.timedelta64(30, "D")).astype(object)
    terms = ScanTerms((21,), (30,), last=bound)
    events = [some_days(leader, seed, 10)]
    spoilt = follower.close.copy()
    spoilt[cut + 1 :] *= 3
    whole = pair(leader, follower, events, terms)
    changed = Series(follower.asset, follower.session, spoilt, follower.ends)
    assert pair(leader, changed, events, terms) == whole
    assert pair(leader[leader.session <= day], follower[: cut + 1], events, terms) == whole


def test_that_the_order_of_the_pieces_changes_nothing() -> None:
    leaders = [stock(walk(i, 300), asset=asset_for(name)) for i, name in enumerate(("^RUT", "^GSPC"))]
    coins = [coin(walk(9 + i, 500), asset=asset_for(name)) for i, name in enumerate(("BTC-USD", "ETH-USD"))]
    pieces = [
        pair(leader, follower, [some_days(leader, n, 8) for n in (1, 2, 3)], TERMS)
        for leader, follower in itertools.product(leaders, coins)
    ]
    one = gathered(TERMS, ("^RUT", "^GSPC"), ("BTC-USD", "ETH-USD"), pieces)
    for turned in itertools.permutations(pieces):
        assert gathered(TERMS, ("^RUT", "^GSPC"), ("BTC-USD", "ETH-USD"), turned) == one
    assert one.asked == 24
    values = [row.finding.p.upper for row in one.rows if row.finding.p]
    assert values == sorted(values)
    assert all(row.by >= row.bh >= value - 1e-12 for row, value in zip(one.rows, values, strict=True))


def test_that_a_planted_leader_is_found_among_noise_and_the_noise_is_not() -> None:
    names = ("^RUT", "^GSPC", "^NDX", "IWM", "SPY")
    leaders = [stock(walk(i, 900), asset=asset_for(name)) for i, name in enumerate(names)]
    events = {name: [some_days(leader, i, 14)] for i, (name, leader) in enumerate(zip(names, leaders, strict=True))}
    returns = 0.015 * np.random.default_rng(3).standard_normal(1300)
    for day in events["^RUT"][0]:
        at = (day - leaders[0].first).days
        returns[at + 1 : at + 8] += 0.02
    follower = coin((100 * np.exp(np.cumsum(returns))).tolist())
    terms = ScanTerms((63,), (7,))
    found = [pair(leader, follower, events[leader.asset.symbol], terms) for leader in leaders]
    scan = gathered(terms, names, ("BTC-USD",), found)
    assert scan.rows[0].finding.leader == "^RUT"
    assert scan.stand_by == scan.stand_bh == 1
    place = standing(scan, "^RUT").overall
    assert place is not None
    assert (place.rank, place.of, place.as_well, place.p) == (1, 5, 0, 0.2)


def test_that_a_scan_of_noise_finds_about_as_many_by_chance_as_it_says_and_none_that_stand() -> None:
    small = expected = stand = 0.0
    for seed in range(40):
        leader = stock(walk(seed, 500))
        followers = [coin(walk(1000 + 5 * seed + i, 740), asset=asset_for(f"C{i}-USD")) for i in range(5)]
        events = [some_days(leader, seed, 8), some_days(leader, seed + 99, 8), some_days(leader, seed + 999, 8)]
        scan = gathered(TERMS, ("^RUT",), (), [pair(leader, one, events, TERMS) for one in followers])
        small, expected, stand = small + scan.small, expected + scan.expected, stand + (scan.stand_by > 0)
    assert 0.6 <= small / expected <= 1.4
    assert stand / 40 <= 0.1


@pytest.mark.parametrize(
    ("follower", "rows", "words"),
    [
        (coin(walk(1, 600)), [5, 50], "Only two breaks"),
        (coin(walk(1, 600), "1990-01-01"), [5, 50, 90], "no day in common"),
        (coin(walk(1, 300)), [5, 50, 90], "end on 26 Oct 2020"),
        (coin([7.0] * 600), [5, 50, 90], "never changes"),
        (coin([]), [5, 50, 90], "no settled prices"),
        (coin(walk(1, 20), "2021-06-30"), [5, 50, 90], "longer than the history"),
    ],
)
def test_that_bad_input_gets_a_sentence_and_no_number(follower: Series, rows: list[int], words: str) -> None:
    leader, terms = stock(walk(9, 400)), ScanTerms((63,), (30,))
    (one,) = pair(leader, follower, [days_of(leader, rows)], terms)
    assert words in (one.refusal or "")
    assert (one.hits, one.share, one.wilson, one.rate, one.effect, one.z, one.p, one.joint) == (None,) * 8
    scan = gathered(terms, ("^RUT",), ("BTC-USD",), [(one,)])
    assert (scan.rows, scan.expected, scan.small) == ((), 0.0, 0)


def test_that_a_follower_that_always_rises_has_no_effect_and_no_small_p() -> None:
    leader, terms = stock(walk(9, 200)), ScanTerms((63,), (7,))
    (one,) = pair(leader, coin([1.01**i for i in range(300)]), [some_days(leader, 1, 5)], terms)
    assert (one.z, one.p) == (0.0, Tails(1.0, 1.0))


def test_that_lists_of_breaks_go_with_definitions() -> None:
    with pytest.raises(ValueError, match="1 lists of breaks for 3 definitions"):
        leading(stock(walk(1, 50)), [[]], TERMS)


def finding(leader: str, z: float, follower: str = "BTC-USD", horizon: int = 7) -> Finding:
    return Finding(leader, follower, 63, horizon, 8, 8, 0, 500, 4, 0.5, None, 0.5, z / 10, z, Tails(0.5, 0.5), 0.5)


def scan_of(*found: Finding, leaders: tuple[str, ...] = ("^RUT", "^GSPC", "^NDX")) -> Scan:
    return gathered(ScanTerms((63,), (7, 30)), leaders, ("BTC-USD",), [found])


def test_that_a_leader_is_ranked_among_those_asked_the_same() -> None:
    scan = scan_of(
        finding("^RUT", 1.0), finding("^GSPC", 2.0), finding("^NDX", -1.0),
        finding("^RUT", 0.5, horizon=30), finding("^GSPC", 0.1, horizon=30),
        finding("^NDX", 9.0, follower="ETH-USD"),
    )  # fmt: skip
    told = standing(scan, "^RUT")
    assert told.scores == (("^GSPC", 1.05, 2), ("^RUT", 0.75, 2), ("^NDX", -1.0, 1))
    assert told.overall is not None
    assert (told.overall.rank, told.overall.of, told.overall.share) == (2, 3, 0.5)
    assert told.overall.p == pytest.approx(2 / 3)
    first, later = told.place(("BTC-USD", 63, 7)), told.place(("BTC-USD", 63, 30))
    assert first is not None
    assert later is not None
    assert (first.rank, first.of, later.rank, later.of) == (2, 3, 1, 2)
    assert share_special([first, later]) == 0.5
    assert told.place(("ETH-USD", 63, 7)) is None


def test_that_a_tie_counts_against_the_leader() -> None:
    place = standing(scan_of(finding("^RUT", 1.0), finding("^GSPC", 1.0)), "^RUT").overall
    assert place is not None
    assert (place.rank, place.as_well, place.p) == (1, 1, 1.0)


def test_that_a_leader_without_rivals_or_answers_stands_nowhere() -> None:
    alone = standing(scan_of(finding("^RUT", 1.0)), "^RUT")
    assert (alone.overall, alone.questions, alone.left_out) == (None, (), ("^GSPC", "^NDX"))
    nobody = standing(scan_of(finding("^GSPC", 1.0)), "^RUT")
    assert (nobody.overall, nobody.scores) == (None, ())
    assert share_special([]) == 0.0


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12))
def test_that_rank_and_share_are_what_counting_gives(scores: list[float]) -> None:
    names = tuple(f"L{i}" for i in range(len(scores)))
    scan = scan_of(*(finding(name, z) for name, z in zip(names, scores, strict=True)), leaders=names)
    place = standing(scan, "L0").overall
    assert place is not None
    as_well = [z for z in scores[1:] if z >= scores[0] - 1e-12]
    assert (place.of, place.as_well) == (len(scores), len(as_well))
    assert 1 <= place.rank <= 1 + len(as_well)
    assert place.p == (1 + len(as_well)) / len(scores)
