"""A round of judging forgets old judgements that led to nothing, and never raises."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from data.ledger import Judgement
from data.trail import Trail, Wanted
from models.desk import Desk
from models.verdicts import verdicts
from tests.support.profiles import profile_in
from tests.support.sources import HandClock
from tests.support.staged import SETTLED

YEAR = dt.timedelta(days=365)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = main.build(profile_in(tmp_path, ["^RUT"]), demo=False, seed=0, clock=HandClock(SETTLED))
    yield made
    made.parts.store.close()


def test_that_a_store_that_is_closed_is_a_problem_and_no_crash(desk: Desk) -> None:
    desk.parts.store.close()
    outcome = verdicts(desk.parts, desk.ledger, {}, frozenset(), "real")
    assert (outcome.alerts, outcome.rules) == ((), None)
    assert "closing" in outcome.problem


def test_that_judgements_past_their_keeping_are_forgotten_and_others_stay(desk: Desk) -> None:
    for years in (5, 3, 1, 0):
        at = SETTLED - years * YEAR
        desk.ledger.commit(Judgement("near", "^RUT", at.date(), "holds", {}, at))
    outcome = verdicts(desk.parts, desk.ledger, {}, frozenset({"^RUT"}), "real")
    assert outcome.rules is not None
    kept = Trail(desk.parts.store).entries(Wanted(kinds=("evaluation",), rule="near"))
    assert [entry.session.year for entry in kept] == [SETTLED.year, SETTLED.year - 1]
