"""The record of the controls: JSON with stable keys, and never a basket without its dead."""

from __future__ import annotations

import json

import pytest

from data.catalog import asset_for
from models.evidence.controls import by_leader, equal_weight
from models.evidence.controls_record import basket_record, leaders_record
from models.evidence.event_study import Terms
from tests.support.studied import coin, days_of, stock, walk

BASKET = asset_for("ALT-USD")


def test_that_a_basket_tells_its_members_its_dead_and_what_membership_means() -> None:
    members = [coin(walk(i, 300), asset=asset_for(f"C{i}-USD")) for i in range(3)]
    dead = coin(walk(9, 80), asset=asset_for("DEAD-USD"))
    told = basket_record(equal_weight(BASKET, [*members, dead]))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["members_count"], told["died_count"], told["died"]) == (4, 1, ["DEAD-USD"])
    assert told["label"] == "survivors only"
    assert "1 of which died" in str(told["source"])
    assert (told["first"], told["last"]) == ("2020-01-01", "2020-10-26")


def test_that_an_empty_basket_has_no_dates() -> None:
    told = basket_record(equal_weight(BASKET, [], point_in_time=True))
    assert (told["first"], told["last"], told["sessions"], told["died_count"]) == (None, None, 0, 0)
    assert told["label"] == "members of the time"


def test_that_each_leader_has_the_same_keys_and_no_paths() -> None:
    one, other = stock(walk(1, 300)), stock(walk(2, 300), asset=asset_for("^GSPC"))
    events = [(one, days_of(one, [5, 50, 90])), (other, days_of(other, [6, 70]))]
    told = leaders_record(by_leader(events, [coin(walk(3, 430))], Terms(horizons=(7,), draws=5)))
    json.dumps(told, allow_nan=False)
    assert [(row["leader"], row["breaks"]) for row in told] == [("^RUT", 3), ("^GSPC", 2)]
    assert set(told[0]) == set(told[1])
    assert "paths" not in told[0]
    results = [row["results"] for row in told]
    assert results[1][0]["refusal"].startswith("Only two breaks")  # type: ignore[index]


@pytest.mark.parametrize("least", [1, 3])
def test_that_who_died_counts_however_many_are_asked_for(least: int) -> None:
    basket = equal_weight(BASKET, [coin(walk(i, 100 + 100 * i)) for i in range(4)], least=least)
    assert basket_record(basket)["died_count"] == 3
