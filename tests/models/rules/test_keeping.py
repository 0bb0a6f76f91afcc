"""The rules of a profile: the built-in one comes by itself, edits arm anew, damage costs one rule alone."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from data.ledger import Ledger
from data.rulebook import Rulebook
from data.store import Store
from models.breakout import State
from models.rules.judge import ALL_TIME_HIGH
from models.rules.keeping import keep, keep_all, kept_rules
from models.rules.rule import TOLD_STATES, AtHigh, Drawdown, Rule, Subject
from tests.support.bars import NOW

LATER = NOW + dt.timedelta(hours=1)
MINE = Rule(key="mine", name="Mine", condition=Drawdown(Subject("^RUT"), 0.1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "b.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path, NOW)
    yield opened
    opened.close()


@pytest.fixture
def book(store: Store) -> Rulebook:
    return Rulebook(store)


def test_that_a_new_profile_has_the_rule_that_the_app_brings(book: Rulebook) -> None:
    (kept,) = kept_rules(book, NOW).kept
    assert (kept.rule, kept.armed_at, kept.revision) == (ALL_TIME_HIGH, NOW, 1)
    assert kept.rule.key == "all-time high"
    assert kept.rule.condition == AtHigh(Subject("^RUT"), TOLD_STATES)
    assert kept_rules(book, LATER).kept == (kept,)


def test_that_an_existing_profile_goes_on_where_it_was(book: Rulebook, store: Store) -> None:
    Ledger(store).armed_at("all-time high", "^RUT", NOW)
    (kept,) = kept_rules(book, LATER).kept
    assert kept.armed_at == NOW


def test_that_an_edit_arms_anew_and_a_new_name_does_not(book: Rulebook) -> None:
    assert keep(book, MINE, NOW)
    assert not keep(book, MINE, LATER)
    assert keep(book, replace(MINE, name="Ours", note="why", urgent=True, channels=("mail",)), LATER)
    kept = kept_rules(book, LATER).named("ours")
    assert kept is not None
    assert (kept.armed_at, kept.revision) == (NOW, 2)
    for number, change in enumerate(
        ({"enabled": False}, {"enabled": True}, {"rearm": 0.02}, {"condition": AtHigh(Subject("^RUT"), (State.BREAK,))})
    ):
        now = LATER + dt.timedelta(hours=number)
        assert keep(book, replace(kept.rule, **change), now)
        kept = kept_rules(book, now).named("mine")
        assert kept is not None
        assert kept.armed_at == now


def test_that_a_damaged_row_is_named_and_the_others_work(path: Path, book: Rulebook) -> None:
    assert keep_all(book, [MINE, replace(MINE, key="other", name="Other")], NOW) == ("mine", "other")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE rule_revisions SET definition = substr(definition, 3) WHERE key = 'mine'")
    rules = kept_rules(book, LATER)
    assert [kept.rule.key for kept in rules.kept] == ["other", "all-time high"]
    assert rules.problems == (
        "The rule “mine” cannot be read and is not judged; the others are. Please make it again, or remove it.",
    )
    assert keep(book, MINE, LATER)
    assert kept_rules(book, LATER).problems == ()


def test_that_a_rule_is_found_by_its_key_or_its_only_name(book: Rulebook) -> None:
    keep_all(book, [MINE, replace(MINE, key="Mine")], NOW)
    rules = kept_rules(book, NOW)
    assert [kept and kept.rule.key for kept in map(rules.named, ("mine", "Mine", "MINE", "nothing"))] == [
        "mine",
        "Mine",
        None,
        None,
    ]


def test_that_a_rule_with_faults_is_not_kept(book: Rulebook) -> None:
    with pytest.raises(ValueError, match="The depth below the high"):
        keep(book, replace(MINE, condition=Drawdown(Subject("^RUT"), 2.0)), NOW)
    assert book.entries() == ()
