"""Rules as TOML: what is written comes back the same, and nonsense is refused by name while the others stay."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.breakout import State
from models.rules.figures import duration_text, fraction_of, percent_text, read_duration
from models.rules.rule import AllOf, AtHigh, Crosses, InRegime, Move, Rule, Subject
from models.rules.templates import templates
from models.rules.toml import read_rules, write_rules
from tests.support.rules import rules

GOOD = """
[[rule]]
key = "good"
name = "Good"
[rule.condition]
kind = "drawdown"
of = "^RUT"
depth_percent = 10
"""
WRONG = '[[rule]]\nname = "Mine"\n{frame}\n[rule.condition]\n{condition}\n'
LEVEL = 'kind = "level"\nof = "^RUT"\nside = "above"\nprice = 2500.0'


@settings(deadline=None, max_examples=200)
@given(rules())
def test_that_every_rule_comes_back_as_it_was(rule: Rule) -> None:
    read = read_rules(write_rules([rule]))
    assert read.problems == ()
    assert read.rules == (rule,)


@settings(deadline=None, max_examples=30)
@given(st.lists(rules(), max_size=4, unique_by=lambda rule: rule.key))
def test_that_many_rules_come_back_in_their_order(several: list[Rule]) -> None:
    assert read_rules(write_rules(several)).rules == tuple(several)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6))
def test_that_percents_lose_nothing(fraction: float) -> None:
    assert fraction_of(Decimal(percent_text(fraction))) == fraction


@given(st.timedeltas(dt.timedelta(0), dt.timedelta(days=36500)))
def test_that_lengths_of_time_come_back(length: dt.timedelta) -> None:
    assert read_duration(duration_text(length)) == length


def test_that_a_file_reads_as_a_person_would_write_it() -> None:
    rule = Rule(
        key="k",
        name="Break “with” bitcoin",
        condition=AllOf(
            (
                AtHigh(Subject("^RUT"), (State.BREAK,), sessions_below=63, buffer=0.01),
                Move(Subject("BTC-USD"), -0.1, 5),
                InRegime("expanding"),
            )
        ),
        cooldown=dt.timedelta(days=2),
        expires=dt.date(2027, 1, 31),
        note="two\nlines",
    )
    assert write_rules([rule]).split("\n", 1)[1] == (
        '[[rule]]\nkey = "k"\nname = "Break “with” bitcoin"\nscope = "close"\nrearm_percent = 1.0\n'
        'cooldown = "2 days"\nexpires = 2027-01-31\nnote = "two\\nlines"\n[rule.condition]\nkind = "all of"\n'
        'conditions = [\n  { kind = "all-time high", of = "^RUT", states = ["break"], sessions_below = 63, '
        'buffer_percent = 1.0, basis = "close" },\n  { kind = "move", of = "BTC-USD", change_percent = -10.0, '
        'sessions = 5 },\n  { kind = "liquidity", regime = "expanding" },\n]\n'
    )


def test_that_every_template_can_be_handed_on() -> None:
    made = tuple(template.rule for template in templates())
    assert read_rules(write_rules(made)) == read_rules(write_rules(made))
    assert read_rules(write_rules(made)).rules == made


@pytest.mark.parametrize(
    ("frame", "condition", "sentence"),
    [
        ("", 'kind = "hope"', "“kind” must be one of “all of”, “any of”"),
        ("", "", "“kind” is missing in a condition."),
        ("", LEVEL + "\nbuffer_precent = 1", "“buffer_precent” is unknown in the condition “level”."),
        ("urgnt = true", LEVEL, "“urgnt” is unknown in the rule."),
        ("rearm_percent = 80", LEVEL, "armed again must be from 0 to 50 %."),
        ("rearm_percent = nan", LEVEL, "“rearm_percent” must be a number of percent"),
        ("cooldown = 5", LEVEL, "“cooldown” must be a text in quotes"),
        ('cooldown = "soon"', LEVEL, "“cooldown” must be a length of time such as"),
        ('expires = "2027"', LEVEL, "“expires” must be a date"),
        ("expires = 2027-01-01T00:00:00Z", LEVEL, "“expires” must be a date"),
        ('scope = "weekly"', LEVEL, "“scope” must be one of “close”, “live”"),
        ('key = "a|b"', LEVEL, "without “|”"),
        ("channels = [1]", LEVEL, "“channels” must be a list of texts"),
        ("urgent = 1", LEVEL, "“urgent” must be true or false"),
        ('note = 1', LEVEL, "“note” must be a text"),
        ("", LEVEL.replace("2500.0", "-1.0"), "A level must be a price above 0."),
        ("", LEVEL.replace("2500.0", "true"), "“price” must be a number"),
        ("", LEVEL.replace("price = 2500.0", "percent = 5.0"), "“since” is missing"),
        ("", LEVEL.replace("^RUT", "^ RUT"), "“^ RUT” is no symbol"),
        ("", 'kind = "liquidity"\nregime = "flat"', "must look at the price of an asset"),
        ("", 'kind = "all of"\nconditions = []', "need at least one condition each"),
        ("", 'kind = "all of"\nconditions = [1]', "must be a table"),
        ("", 'kind = "all of"\nconditions = 1', "“conditions” must be a list"),
        ("", 'kind = "drawdown"\nof = "^RUT"\nover = "^RUT"\ndepth_percent = 5', "to itself is always 1"),
        ("", 'kind = "all-time high"\nof = "^RUT"\nstates = ["brake"]', "“states” must be a list of some of"),
        ("", 'kind = "all-time high"\nof = "^RUT"\nstates = ["above"]', "could never be told"),
        ("", 'kind = "all-time high"\nof = "^RUT"\nsessions_below = 6.5', "“sessions_below” must be a whole number"),
        ('scope = "live"', 'kind = "all-time high"\nof = "^RUT"\nstates = ["confirmed"]', "only tell a touch"),
    ],
)  # fmt: skip
def test_that_nonsense_is_refused_by_name_and_the_others_are_kept(frame: str, condition: str, sentence: str) -> None:
    read = read_rules(WRONG.format(frame=frame, condition=condition) + GOOD)
    assert [rule.key for rule in read.rules] == ["good"]
    (problem,) = read.problems
    assert problem.startswith("Rule 1, “Mine”, was left out: ")
    assert sentence in problem


def test_that_a_key_given_twice_leaves_the_first() -> None:
    read = read_rules(GOOD + GOOD.replace('"Good"', '"Again"'))
    assert [rule.name for rule in read.rules] == ["Good"]
    assert read.problems == ("Rule 2, “Again”, was left out: Its key “good” is that of another rule in this text.",)


def test_that_a_rule_without_a_key_is_given_one_like_its_name() -> None:
    text = WRONG.format(frame="", condition=LEVEL)
    assert [rule.key for rule in read_rules(text + text).rules] == ["mine", "mine-2"]


@pytest.mark.parametrize(
    "text", ["rule = 1", "[rule]\nname = 'x'", "key = [", "[[rule]]\n[[rule]]\nname = ''", "x = 1"]
)
def test_that_whatever_the_text_is_there_is_a_sentence(text: str) -> None:
    read = read_rules(text)
    assert read.rules == ()
    assert read.problems
    assert all(problem.endswith(".") for problem in read.problems)


@settings(deadline=None)
@given(st.text() | st.lists(st.sampled_from(GOOD.splitlines()), max_size=12).map("\n".join))
def test_that_no_text_is_too_odd(text: str) -> None:
    read = read_rules(text)
    assert all(problem.endswith(".") for problem in read.problems)


def test_that_levels_keep_their_price_to_the_last_digit() -> None:
    rule = Rule(key="k", name="n", condition=Crosses(Subject("^RUT"), "below", 0.1 + 0.2))
    assert read_rules(write_rules([rule])).rules == (rule,)
