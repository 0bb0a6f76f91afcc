"""Rule searches against the published procedure written out, on noise, and with a planted rule."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from models.breakout import BreakRule
from models.evidence.alignment import Rows, Series
from models.evidence.refusals import RefusedError
from models.evidence.resampling import stationary_rows
from models.evidence.searching import RuleSearch, rule_events, rule_search
from models.evidence.specification import all_rules
from tests.support.histories import history
from tests.support.studied import coin, stock, walk

RULES = tuple(BreakRule(sessions_below=n) for n in range(1, 9))


def random_events(seed: int, rules: int, sessions: int, n: int = 8) -> dict[BreakRule, Rows]:
    generator = np.random.default_rng(seed)
    return {rule: np.sort(generator.choice(sessions, n, replace=False)) for rule in RULES[:rules]}


def slow_gains(leader: Series, follower: Series, rows: Rows, horizon: int) -> list[float]:
    """What a rule gains on each of the follower's days, from dictionaries of dates."""
    closes = dict(zip(follower.session.tolist(), follower.close.tolist(), strict=True))
    days = [day for day in sorted(closes) if day >= leader.session[0].astype(object)]
    returns = [math.log(closes[b] / closes[a]) for a, b in itertools.pairwise(days)]
    usual = sum(returns) / len(returns)
    held = set()
    for row in rows.tolist():
        begin = days.index(leader.session[row].astype(object))
        if begin + horizon < len(days):
            held.update(range(begin, begin + horizon))
    return [r - usual if i in held else 0.0 for i, r in enumerate(returns)]


def slow_spa(gains: list[list[float]], block: int, reps: int, seed: int) -> tuple[float, float, float]:
    """Hansen's p values, resample by resample, each rule in its own standard deviations."""
    t = len(gains[0])
    table = []
    for column in gains:
        usual = sum(column) / t
        spread = math.sqrt(sum((x - usual) ** 2 for x in column) / t)
        table.append([x / spread for x in column])
    means = [sum(column) / t for column in table]
    thresholds = []
    for column, mean in zip(table, means, strict=True):
        centred = [x - mean for x in column]
        variance = sum(x * x for x in centred) / t
        for lag in range(1, t):
            kappa = (1 - lag / t) * (1 - 1 / block) ** lag + lag / t * (1 - 1 / block) ** (t - lag)
            variance += 2 * kappa * sum(a * b for a, b in zip(centred, centred[lag:], strict=False)) / t
        thresholds.append(-math.sqrt(variance / t * 2 * math.log(math.log(t))))
    centres = (
        [max(mean, 0.0) for mean in means],
        [mean if mean >= limit else 0.0 for mean, limit in zip(means, thresholds, strict=True)],
        means,
    )
    above = [0, 0, 0]
    for rows in stationary_rows(t, block, reps, seed):
        drawn = [sum(column[row] for row in rows.tolist()) / t for column in table]
        for which, centre in enumerate(centres):
            above[which] += max(d - c for d, c in zip(drawn, centre, strict=True)) > max(means)
    return above[0] / reps, above[1] / reps, above[2] / reps


def p_values(search: RuleSearch) -> tuple[float, float, float]:
    return search.p_lower, search.p_consistent, search.p_upper


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_that_a_search_agrees_with_hansens_test_written_out(seed: int) -> None:
    leader, follower = stock(walk(seed, 200)), coin(walk(seed + 50, 285))
    events = random_events(seed, 4, 200)
    search = rule_search(leader, follower, events, 10, reps=60, seed=seed)
    gains = [slow_gains(leader, follower, rows, 10) for rows in events.values()]
    assert p_values(search) == pytest.approx(slow_spa(gains, search.block, 60, seed))
    for told, column in zip(search.rules, gains, strict=True):
        on = [x for x in column if x != 0.0]
        assert (told.days, told.gain) == (len(on), pytest.approx(sum(on) / len(on)))


def test_that_the_best_of_many_random_rules_is_found_by_chance_about_as_often_as_it_says() -> None:
    found = []
    for seed in range(120):
        leader, follower = stock(walk(2 * seed, 220)), coin(walk(2 * seed + 1, 315))
        search = rule_search(leader, follower, random_events(seed, 8, 200), 7, reps=100, seed=seed)
        found.append(search.p_consistent < 0.05)
    assert sum(found) / 120 <= 0.11


def test_that_a_planted_rule_is_found_and_the_others_are_not() -> None:
    events = random_events(4, 6, 280, n=12)
    planted = next(iter(events))
    leader = stock(walk(9, 300))
    returns = 0.01 * np.random.default_rng(8).standard_normal(430)
    first = leader.session[0]
    for row in events[planted].tolist():
        day = int((leader.session[row] - first).astype(int))
        returns[day + 1 : day + 8] += 0.02
    follower = coin((100 * np.exp(np.cumsum(returns))).tolist())
    search = rule_search(leader, follower, events, 7, reps=200)
    assert search.best == planted
    assert search.p_consistent <= 0.01
    assert [told.rule for told in search.rules if told.stands][:1] == [planted]


def test_that_a_search_in_which_every_rule_stands_ends() -> None:
    leader = stock(walk(9, 300))
    events = {RULES[0]: np.array([20, 80, 140]), RULES[1]: np.array([20, 80, 140, 200])}
    returns = 0.002 * np.random.default_rng(8).standard_normal(430)
    for row in (20, 80, 140, 200):
        day = int((leader.session[row] - leader.session[0]).astype(int))
        returns[day + 1 : day + 8] += 0.05
    search = rule_search(leader, coin((100 * np.exp(np.cumsum(returns))).tolist()), events, 7, reps=200)
    assert [told.stands for told in search.rules] == [True, True]


def test_that_the_same_seed_gives_the_same_search() -> None:
    leader, follower = stock(walk(1, 200)), coin(walk(2, 285))
    one, again = (rule_search(leader, follower, random_events(1, 4, 180), 7, reps=50) for _ in range(2))
    assert one == again


def test_that_the_definitions_of_a_break_can_be_searched_and_those_without_breaks_take_no_part() -> None:
    closes = walk(12, 600, drift=0.003)
    leader, follower = stock(closes), coin(walk(8, 900))
    rules = (*all_rules((2, 5), (0.0, 0.01), ("close",), (1,)), BreakRule(sessions_below=500))
    events = rule_events(leader, history(closes, sessions=leader.session), 0.01, rules)
    search = rule_search(leader, follower, events, 20, reps=50)
    assert search.tried == 4
    assert search.rules[-1].gain is None
    assert not search.rules[-1].stands


@pytest.mark.parametrize(
    ("follower", "words"),
    [
        (coin(walk(1, 100)), "end on"),
        (coin([7.0] * 430), "never changes"),
        (coin([]), "no settled prices"),
        (coin(walk(1, 430), "1990-01-01"), "no day in common"),
        (coin([1.01**i for i in range(430)]), "the same every day"),
        (coin(walk(1, 12), "2021-02-20"), "longer than the history"),
    ],
)
def test_that_what_cannot_be_searched_gets_a_sentence(follower: Series, words: str) -> None:
    leader = stock(walk(9, 300))
    with pytest.raises(RefusedError, match=words):
        rule_search(leader, follower, random_events(1, 4, 280), 30, reps=10)


def test_that_rules_with_fewer_than_three_breaks_are_refused() -> None:
    leader = stock(walk(9, 300))
    with pytest.raises(RefusedError, match="No rule has three breaks of the Russell 2000"):
        rule_search(leader, coin(walk(1, 430)), {RULES[0]: np.array([5, 9])}, 30, reps=10)


def test_that_a_horizon_lies_ahead() -> None:
    with pytest.raises(ValueError, match="lies not ahead"):
        rule_search(stock(walk(9, 300)), coin(walk(1, 430)), {}, 0)
