"""The event study against plain loops over dates, with known truth, and with nothing read from the future."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import BarRow, Bars
from data.calendar import Calendars
from data.catalog import asset_for
from models.evidence.alignment import Outcome, Series, Status, forward, series_of
from models.evidence.event_study import Terms, event_study, nonoverlapping
from models.evidence.paths import average_path
from models.evidence.placebo import poisson_binomial, random_dates
from models.evidence.record import as_record
from models.evidence.words import alert_sentence, sentence
from tests.support.studied import FUND, coin, days_of, stock, walk

QUICK = Terms(horizons=(7, 30), draws=50)


def slow_outcome(leader: Series, follower: Series, row: int, h: int, outcome: str) -> tuple[str, float | None, bool]:
    """What became of one session, from a dictionary of dates."""
    prices = dict(zip(follower.session.tolist(), follower.close.tolist(), strict=True))
    day = leader.session[row].astype(object)
    due = day + dt.timedelta(days=h)
    if day not in prices:
        return "no_price", None, False
    if due > max(prices):
        return "censored", None, False
    back = 0 if follower.round_the_clock else 7
    left = next((due - dt.timedelta(days=i) for i in range(back + 1) if due - dt.timedelta(days=i) in prices), None)
    if left is None or left <= day:
        return "no_price", None, False
    between = [prices[d] / prices[day] for d in sorted(prices) if day < d <= left]
    simple = prices[left] / prices[day] - 1
    if outcome in ("A", "B"):
        return "counted", simple, simple > 0 if outcome == "A" else simple >= 0.2 - 1e-9
    up = next((i for i, x in enumerate(between) if x >= 1.2 - 1e-9), math.inf)
    down = next((i for i, x in enumerate(between) if x <= 0.8 + 1e-9), math.inf)
    if outcome == "D":
        return ("undecided", simple, False) if up == down else ("counted", simple, up < down)
    return "counted", simple, up < math.inf


@settings(max_examples=40)
@given(
    st.integers(0, 10_000), st.integers(20, 160), st.integers(20, 220), st.integers(-40, 40), st.integers(1, 60),
    st.sampled_from(["A", "B", "C", "D"]), st.booleans(),
)  # fmt: skip
def test_that_every_outcome_agrees_with_a_walk_over_the_dates(
    seed: int, ours: int, theirs: int, late: int, h: int, outcome: Outcome, round_the_clock: bool
) -> None:
    leader = stock(walk(seed, ours))
    first = str(np.datetime64("2020-01-01") + late)
    follower = (coin if round_the_clock else stock)(walk(seed + 1, theirs), first)
    if not round_the_clock:
        follower = Series(FUND, follower.session, follower.close, follower.ends)
    holes = np.random.default_rng(seed).random(len(follower)) > 0.1
    holes[-1] = True
    follower = follower[holes]
    known = forward(leader, follower, h, outcome)
    for row in range(len(leader)):
        status, simple, hit = slow_outcome(leader, follower, row, h, outcome)
        assert Status(int(known.status[row])).name.lower() == status
        assert (simple is None and math.isnan(known.simple[row])) or known.simple[row] == pytest.approx(simple)
        assert bool(known.hit[row]) is hit


def test_that_the_counts_and_placebos_agree_with_loops() -> None:
    leader, follower = stock(walk(1, 400)), coin(walk(2, 600))
    events = days_of(leader, [20, 31, 60, 61, 150, 222, 390, 399])
    study = event_study(leader, events, [follower], QUICK)
    for h in (7, 30):
        cell = study.cell("BTC-USD", h)
        told = [slow_outcome(leader, follower, row, h, "A") for row in range(len(leader))]
        base = [row for row, (status, _, _) in enumerate(told) if status == "counted"]
        at = [base.index(row) for row in range(len(leader)) if leader.session[row].astype(object) in events
              and row in base]  # fmt: skip
        logs = [math.log1p(told[row][1] or 0.0) for row in base]
        hits = [told[row][2] for row in base]
        figures, rate = cell.figures, cell.base
        assert figures is not None
        assert rate is not None
        t = len(base)
        assert (cell.n, cell.hits, rate.sessions) == (len(at), sum(hits[a] for a in at), t)
        assert cell.n + cell.censored + cell.no_price == len(events)
        assert rate.rate == pytest.approx(sum(hits) / t)
        shifts = [sum(logs[(a + s) % t] for a in at) / len(at) for s in range(t)]
        assert figures.shift_returns.upper == pytest.approx(sum(v >= shifts[0] - 1e-12 for v in shifts) / t)
        assert figures.shift_returns.lower == pytest.approx(sum(v <= shifts[0] + 1e-12 for v in shifts) / t)
        days = [leader.session[row].astype(object) for row in base]
        eras = []
        for a in at:
            era = [hits[i] for i in range(t) if abs((days[i] - days[a]).days) <= 182]
            eras.append(sum(era) / len(era))
        chance = 0.0
        for outcome in itertools.product((0, 1), repeat=len(at)):
            if sum(outcome) >= (cell.hits or 0):
                chance += math.prod(p if hit else 1 - p for p, hit in zip(eras, outcome, strict=True))
        assert figures.era.upper == pytest.approx(chance)
        assert figures.median == pytest.approx(statistics.median(told[base[a]][1] or 0.0 for a in at))


def test_that_the_average_path_agrees_with_loops() -> None:
    leader, follower = stock(walk(3, 120)), coin(walk(4, 200), "2019-12-20")
    rows = np.array([10, 40, 70, 118])
    path = average_path(leader, rows, follower, before=5, after=12)
    prices = dict(zip(follower.session.tolist(), follower.close.tolist(), strict=True))
    ways = []
    for day in leader.session.tolist():
        around = [prices.get(day + dt.timedelta(days=o)) for o in range(-5, 13)]
        ways.append([math.log(p / prices[day]) if p else math.nan for p in around])
    whole = [way for way in ways if not any(map(math.isnan, way))]
    at = [i for i, way in enumerate(whole) if any(way is ways[row] for row in rows.tolist())]
    t = len(whole)
    means = [[sum(whole[(a + s) % t][o] for a in at) / len(at) for o in range(18)] for s in range(t)]
    assert path.mean is not None
    assert path.low is not None
    assert path.mean.tolist() == pytest.approx(means[0])
    assert path.low.tolist() == pytest.approx(
        [float(np.percentile([m[o] for m in means], 2.5)) for o in range(18)], abs=1e-6
    )
    spread = [statistics.pstdev([m[o] for m in means]) for o in range(18)]
    centre = [statistics.fmean([m[o] for m in means]) for o in range(18)]
    greatest = [max(abs(m[o] - centre[o]) / spread[o] for o in range(18) if o != 5) for m in means]
    assert path.p == pytest.approx(sum(g >= greatest[0] - 1e-12 for g in greatest) / t)
    assert len(path.ways) == 4


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(30, 390), st.sampled_from(["A", "B", "C", "D"]))
def test_that_cutting_or_changing_the_future_changes_no_earlier_number(seed: int, cut: int, outcome: Outcome) -> None:
    leader, follower = stock(walk(seed, 250)), coin(walk(seed + 1, 400))
    day = follower.session[cut]
    spoilt = follower.close.copy()
    spoilt[cut + 1 :] *= 3
    changed = Series(follower.asset, follower.session, spoilt, follower.ends)
    shorter = follower[: cut + 1]
    for other, ours in ((changed, leader), (shorter, leader), (shorter, leader[leader.session <= day])):
        whole, part = forward(leader, follower, 30, outcome), forward(ours, other, 30, outcome)
        over = ours.session + np.timedelta64(30, "D") <= day
        both = np.flatnonzero(over)
        assert whole.simple[both].tolist() == pytest.approx(part.simple[both].tolist(), nan_ok=True)
        assert whole.hit[both].tolist() == part.hit[both].tolist()
        assert whole.status[both].tolist() == part.status[both].tolist()


@pytest.mark.parametrize(("session", "hours"), [("2025-09-18", 4), ("2020-11-13", 3), ("2025-11-28", 6)])
def test_that_the_coin_is_entered_hours_after_new_york_has_closed(session: str, hours: int) -> None:
    day = dt.date.fromisoformat(session)
    start = int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
    rows = [BarRow(day + dt.timedelta(days=i), start + i * 86_400, 1, 1, 1, 1.0 + i) for i in (-1, 0, 1)]
    calendars = Calendars()
    leader = series_of(asset_for("^RUT"), Bars.of(rows[1:2]), calendars)
    follower = series_of(asset_for("BTC-USD"), Bars.of(rows), calendars)
    known = forward(leader, follower, 1)
    assert follower.session[known.entry[0]] == np.datetime64(session)
    assert (int(follower.ends[known.entry[0]]) - int(leader.ends[0])) == hours * 3600


def test_that_a_market_that_closed_before_new_york_is_entered_the_next_day() -> None:
    london = stock(walk(1, 20), asset=asset_for("HSBA.L"), ends=59_400)
    leader = stock(walk(2, 20))
    assert forward(leader, london, 1).entry[:5].tolist() == [1, 2, 3, 4, 5]
    new_york = Series(FUND, leader.session, leader.close, leader.ends)
    assert forward(coin(walk(3, 10)), new_york, 1).entry[:3].tolist() == [1, 2, 3]


def test_that_a_bar_in_progress_is_no_price() -> None:
    day = dt.date(2025, 9, 18)
    bars = Bars.of([BarRow(day, 0, 1, 1, 1, 1), BarRow(day + dt.timedelta(1), 86_400, 1, 1, 1, 2, final=False)])
    assert len(series_of(asset_for("BTC-USD"), bars, Calendars())) == 1


@pytest.mark.parametrize(
    ("follower", "events", "words"),
    [
        (coin(walk(1, 600)), [5, 50], "Only two breaks of the Russell 2000 can be followed by bitcoin for 30 days"),
        (coin(walk(1, 600), "1990-01-01"), [5, 50, 90], "no day in common"),
        (coin(walk(1, 300)), [5, 50, 90], "end on 26 Oct 2020"),
        (coin([7.0] * 600), [5, 50, 90], "never changes"),
        (coin([]), [5, 50, 90], "no settled prices"),
        (coin(walk(1, 20), "2021-06-30"), [5, 50, 90], "longer than the history"),
    ],
)
def test_that_bad_input_gets_a_sentence_and_no_number(follower: Series, events: list[int], words: str) -> None:
    leader = stock(walk(9, 400))
    study = event_study(leader, days_of(leader, events), [follower], Terms(horizons=(30,), draws=20))
    cell = study.cell("BTC-USD", 30)
    assert cell.figures is None
    assert cell.hits is None
    assert words in alert_sentence(study, "BTC-USD", 30) == sentence(study, "BTC-USD", 30)
    json.dumps(as_record(study), allow_nan=False)


def test_that_the_sentence_of_an_alert_holds_n_share_interval_and_base_rate() -> None:
    leader, follower = stock(walk(1, 400)), coin(walk(2, 600))
    study = event_study(leader, days_of(leader, [20, 60, 150, 222]), [follower], QUICK)
    cell = study.cell("BTC-USD", 7)
    assert cell.figures is not None
    assert cell.base is not None
    assert alert_sentence(study, "BTC-USD", 7) == (
        f"After 4 earlier breaks bitcoin was higher 7 days later in {cell.hits} ({cell.figures.share:.0%}, interval "
        f"{cell.figures.wilson.low * 100:.0f} to {cell.figures.wilson.high * 100:.0f} %); on any day it was in "
        f"{cell.base.rate:.0%}."
    ).replace("%,", " %,").replace("%.", " %.")
    json.dumps(as_record(study), allow_nan=False)


def test_that_a_horizon_never_asked_for_is_no_cell() -> None:
    leader = stock(walk(1, 100))
    with pytest.raises(KeyError):
        event_study(leader, [], [coin(walk(2, 100))], QUICK).cell("BTC-USD", 8)


@given(st.lists(st.integers(0, 500), unique=True, max_size=25).map(sorted), st.integers(1, 90))
def test_that_nonoverlapping_events_lie_a_horizon_apart(days: list[int], h: int) -> None:
    taken: list[int] = []
    for day in days:
        if not taken or day - taken[-1] >= h:
            taken.append(day)
    assert nonoverlapping(np.array(days, np.int64), h) == len(taken)


def test_that_the_poisson_binomial_of_equal_shares_is_binomial() -> None:
    assert poisson_binomial(np.full(3, 0.5)).tolist() == [0.125, 0.375, 0.375, 0.125]


def test_that_the_placebo_finds_nothing_in_random_dates_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(5)
    found = []
    for seed in range(150):
        leader, follower = stock(walk(2 * seed, 300)), coin(walk(2 * seed + 1, 430))
        rows = sorted(generator.choice(290, 8, replace=False).tolist())
        study = event_study(leader, days_of(leader, rows), [follower], Terms(horizons=(7,), draws=2), with_paths=False)
        figures = study.cells[0].figures
        assert figures is not None
        found.append(figures.p.upper < 0.05)
    assert 0.0 <= sum(found) / 150 <= 0.11


def test_that_random_dates_are_the_same_for_the_same_seed_and_find_a_planted_effect() -> None:
    closes = np.full(430, 0.0)
    closes[[30, 90, 150, 210, 270, 330]] = 0.2
    follower = coin((100 * np.exp(np.cumsum(closes))).tolist())
    leader = stock(walk(1, 300))
    known = forward(leader, follower, 7)
    before = np.flatnonzero(known.hit[known.base])[::5][:6]
    one, again = (random_dates(known, 6, before, 300, 4) for _ in range(2))
    assert one == again
    assert one.returns.upper < 0.01
