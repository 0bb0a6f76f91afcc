"""The specification curve against shifting by hand, and the controls."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from data.catalog import asset_for
from models.breakout import breaks
from models.evidence.alignment import forward
from models.evidence.controls import by_leader, equal_weight
from models.evidence.event_study import Terms
from models.evidence.specification import all_rules, specification_curve
from models.highs import running_highs
from tests.support.histories import history
from tests.support.studied import coin, days_of, stock, walk


def test_that_there_are_150_definitions() -> None:
    assert len(set(all_rules())) == 150


def test_that_the_curve_agrees_with_shifting_every_definition_by_hand() -> None:
    closes = walk(12, 500, drift=0.002)
    leader, follower = stock(closes), coin(walk(8, 760))
    bars = history(closes, sessions=leader.session)
    known = forward(leader, follower, 20)
    rules = all_rules((2, 5), (0.0, 0.01), ("close",), (1, 2))
    curve = specification_curve(bars, 0.01, known, rules)
    logs = known.log.tolist()
    t = len(logs)
    base = known.leader.session[known.base].tolist()
    effects = []
    for rule, found in zip(rules, curve.specifications, strict=True):
        events = {event.session for event in breaks(running_highs(bars, 0.01), rule).events}
        at = [i for i, day in enumerate(base) if day in events]
        assert found.n == len(at) > 0
        effects.append([sum(logs[(a + s) % t] for a in at) / len(at) - sum(logs) / t for s in range(t)])
        assert found.effect == pytest.approx(effects[-1][0])
    middle = [statistics.median(column) for column in zip(*effects, strict=True)]
    scaled = [[value / statistics.pstdev(row) for value in row] for row in effects]
    largest = [max(column) for column in zip(*scaled, strict=True)]
    assert curve.median_effect == pytest.approx(middle[0])
    assert curve.p_median == pytest.approx(sum(value >= middle[0] - 1e-12 for value in middle) / t)
    assert curve.p_largest == pytest.approx(sum(value >= largest[0] - 1e-12 for value in largest) / t)


def test_that_definitions_without_events_have_no_effect() -> None:
    closes = [100.0 - i / 10 for i in range(200)]
    leader = stock(closes)
    bars = history(closes, sessions=leader.session)
    curve = specification_curve(bars, 0.01, forward(leader, coin(walk(8, 400)), 20), all_rules((21,)))
    assert curve.median_effect is None
    assert {found.effect for found in curve.specifications} == {None}


def test_that_a_basket_is_the_mean_of_its_members_returns_and_counts_the_dead() -> None:
    one, two, dead = (
        coin([1.0, 2.0, 2.0, 4.0] + [4.0] * 60),
        coin([10.0, 10.0, 20.0, 20.0] + [20.0] * 60),
        coin([8.0, 4.0]),
    )
    basket = equal_weight(asset_for("ALT-USD"), [one, two, dead, coin([])], least=2)
    assert basket.series.close[:4].tolist() == pytest.approx(
        [1.0, 1 + 0.5 / 3, (1 + 0.5 / 3) * 1.5, (1 + 0.5 / 3) * 2.25]
    )
    assert (len(basket.members), len(basket.died), basket.label) == (3, 1, "survivors only")
    assert "1 of which died" in basket.series.source


def test_that_a_basket_without_enough_members_is_empty() -> None:
    assert len(equal_weight(asset_for("ALT-USD"), [coin([1.0, 2.0])]).series) == 0
    assert len(equal_weight(asset_for("ALT-USD"), [], point_in_time=True).series) == 0


def test_that_each_leader_has_a_study_of_its_own() -> None:
    one, other = stock(walk(1, 300)), stock(walk(2, 300), asset=asset_for("^GSPC"))
    terms = Terms(horizons=(7,), draws=5)
    studies = by_leader(
        [(one, days_of(one, [5, 50, 90])), (other, days_of(other, [6, 70]))], [coin(walk(3, 430))], terms
    )
    assert [study.cells[0].n for study in studies] == [3, 2]
    assert np.array([study.cells[0].figures is None for study in studies]).tolist() == [False, True]
