"""A rule in words: for every rule there is a sentence, and no two rules that differ share one."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings

from models.breakout import State, StateParameters
from models.rules.faults import faults
from models.rules.rule import AllOf, AnyOf, AtHigh, Condition, Crosses, Drawdown, Move, Rule, Subject
from models.rules.templates import templates
from models.rules.words import condition_words, rule_words
from tests.support.rules import CONDITIONS, rules

RUSSELL = Subject("^RUT")
RAW = ("_", "BTC-USD", "ETH-USD", "^RUT", "AtHigh", "AllOf", "AnyOf", "State.", "None", "Subject", "percent", "nan")


def said(condition: Condition, **frame: object) -> str:
    return rule_words(Rule(key="k", name="n", condition=condition, **frame))


def plain(condition: Condition) -> object:
    """What a condition means: groups of one are their part, groups in groups of their kind are one."""
    if not isinstance(condition, AllOf | AnyOf):
        if isinstance(condition, AtHigh):
            return dataclasses.replace(condition, states=tuple(sorted(condition.states)))
        return condition
    parts: list[object] = []
    for part in map(plain, condition.conditions):
        parts.extend(part[1] if isinstance(part, tuple) and part[0] is type(condition) else [part])
    return parts[0] if len(parts) == 1 else (type(condition), parts)


def test_that_a_break_is_told_in_one_sentence() -> None:
    assert said(AtHigh(RUSSELL, (State.BREAK,))) == (
        "When the Russell 2000 breaks its all-time high (after at least the usual 63 sessions below it), at the close; "
        "then silent until that no longer holds by a margin of 1 %."
    )


def test_that_everything_that_was_set_is_said() -> None:
    words = said(
        AnyOf((Drawdown(RUSSELL, 0.1), AllOf((Move(Subject("BTC-USD", "^RUT"), -0.125, 5), Drawdown(RUSSELL, 0.2))))),
        rearm=0.0,
        cooldown=dt.timedelta(days=2, hours=6),
        expires=dt.date(2027, 1, 1),
        channels=("mail", "ntfy"),
        urgent=True,
        enabled=False,
    )
    assert words == (
        "When either the Russell 2000 is 10 % or more below its all-time high, or (both the ratio of Bitcoin to the "
        "Russell 2000 falls by 12.5 % or more within 5 sessions, and the Russell 2000 is 20 % or more below its "
        "all-time high), at the close; then silent until that no longer holds, and for at least 2 days 6 hours; until "
        "the end of 1 Jan 2027 (UTC); told by mail and ntfy alone; told in quiet hours too; switched off at present."
    )


def test_that_the_usual_numbers_are_those_in_force() -> None:
    usual = StateParameters(near_in=0.05, confirm_closes=2, sessions_below=21)
    words = condition_words(AtHigh(RUSSELL), usual)
    assert all(part in words for part in ("the usual 5 %", "the usual 2 closes", "the usual 21 sessions"))
    own = condition_words(AtHigh(RUSSELL, sessions_below=63), usual)
    assert "after at least 63 sessions" in own


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (Crosses(RUSSELL, "above", 2718.77), "the Russell 2000 goes above 2,718.77"),
        (
            Crosses(RUSSELL, "below", -0.05, "percent", dt.date(2026, 1, 2)),
            "the Russell 2000 goes below the level 5 % below its close of 2 Jan 2026",
        ),
        (Crosses(Subject("AAPL"), "above", 1.0), "the share AAPL goes above 1"),
    ],
)
def test_that_levels_read_as_people_write_them(level: Crosses, words: str) -> None:
    assert condition_words(level) == words


@settings(deadline=None)
@given(rules())
def test_that_every_rule_has_one_sentence_without_a_programs_words(rule: Rule) -> None:
    assert faults(rule) == ()
    words = rule_words(dataclasses.replace(rule, channels=()))
    assert words.startswith("When ")
    assert words.endswith(".")
    assert "  " not in words
    assert [raw for raw in RAW if raw in words] == []


@settings(deadline=None, max_examples=100)
@given(CONDITIONS, CONDITIONS)
def test_that_conditions_that_differ_in_meaning_differ_in_words(one: Condition, other: Condition) -> None:
    assert (condition_words(one) == condition_words(other)) == (plain(one) == plain(other))


@settings(deadline=None, max_examples=60)
@given(rules(), rules())
def test_that_a_change_of_any_one_thing_changes_the_words(one: Rule, other: Rule) -> None:
    silent = {"key", "name", "note"}
    for field in dataclasses.fields(Rule):
        mixed = dataclasses.replace(one, **{field.name: getattr(other, field.name)})
        same = field.name in silent or getattr(one, field.name) == getattr(other, field.name)
        if field.name == "condition":
            same = plain(one.condition) == plain(other.condition)
        assert (rule_words(mixed) == rule_words(one)) == same, field.name


@settings(deadline=None, max_examples=60)
@given(CONDITIONS)
def test_that_a_change_of_any_number_of_a_leaf_changes_the_words(condition: Condition) -> None:
    for field in dataclasses.fields(condition):
        value = getattr(condition, field.name)
        if isinstance(value, float) and not isinstance(value, bool) and value:
            nearby = dataclasses.replace(condition, **{field.name: value * (1 + 1e-13)})
            assert (condition_words(nearby) == condition_words(condition)) == (nearby == condition)


def test_that_every_template_is_a_good_rule_with_words_of_its_own() -> None:
    made = templates()
    assert [faults(template.rule) for template in made] == [()] * 11
    assert len({rule_words(template.rule) for template in made}) == len(made)
    assert len({template.rule.key for template in made}) == len(made)
    assert all(template.about.endswith(".") for template in made)
