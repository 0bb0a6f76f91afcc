"""Rules as TOML that people can read, edit and hand on: percents as percents, lengths of time in words."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch

from models.rules.faults import faults
from models.rules.figures import duration_text, percent_text
from models.rules.reading import Wrong, read_rule
from models.rules.rule import (
    AllOf,
    AnyOf,
    AtHigh,
    Condition,
    Crosses,
    Drawdown,
    Extreme,
    InRegime,
    Move,
    Rule,
    Subject,
    WithinHigh,
)
from models.rules.words import rule_words

_WIDEST = 100


@dataclass(frozen=True, slots=True)
class RulesRead:
    """The good rules of a text in its order, and what was wrong, in sentences that name each rule refused."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()


def write_rules(rules: Iterable[Rule]) -> str:
    """Return rules as TOML, each under its own words as a comment."""
    return "\n".join(map(_written, rules))


def read_rules(text: str) -> RulesRead:
    """Return the rules of a TOML text; never raises.

    A rule with anything wrong, unknown or missing is refused by its name, and the others are kept: half a rule would
    tell something else than was meant.  Of rules with the same key the first counts.
    """
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        return RulesRead(problems=(f"The text cannot be understood as TOML ({error}), so no rule was read.",))
    except RecursionError:
        return RulesRead(problems=("The text is nested too deep, so no rule was read.",))
    problems = [
        f"“{name}” is unknown and was ignored: a rule begins with [[rule]]." for name in table if name != "rule"
    ]
    listed = table.get("rule", [])
    if not isinstance(listed, list):
        return RulesRead(problems=(*problems, "A rule must begin with [[rule]], so no rule was read."))
    kept: dict[str, Rule] = {}
    for place, item in enumerate(listed, 1):
        rule, wrong = _read(item, kept)
        if rule is None or wrong:
            problems.append(f"{_label(item, place)} was left out: {wrong}")
        else:
            kept[rule.key] = rule
    return RulesRead(tuple(kept.values()), tuple(problems))


def _read(item: object, kept: Mapping[str, Rule]) -> tuple[Rule | None, str]:
    try:
        rule = read_rule(item, taken=kept)
    except Wrong as wrong:
        return None, str(wrong)
    doubled = (f"Its key “{rule.key}” is that of another rule in this text.",) if rule.key in kept else ()
    return rule, " ".join(faults(rule) or doubled)


def _label(item: object, place: int) -> str:
    given = item if isinstance(item, Mapping) else {}
    named = next((value for value in (given.get("name"), given.get("key")) if isinstance(value, str) and value), None)
    return f"Rule {place}" if named is None else f"Rule {place}, “{' '.join(named.split())[:80]}”,"


def _written(rule: Rule) -> str:
    lines = [
        f"# {' '.join(rule_words(rule).split())}",
        "[[rule]]",
        f"key = {_text(rule.key)}",
        f"name = {_text(rule.name)}",
        f"scope = {_text(rule.scope)}",
        f"rearm_percent = {_percent(rule.rearm)}",
    ]
    lines += [f"cooldown = {_text(duration_text(rule.cooldown))}"] if rule.cooldown else []
    lines += [f"expires = {rule.expires.isoformat()}"] if rule.expires else []
    lines += [f"channels = {_texts(rule.channels)}"] if rule.channels else []
    lines += ["urgent = true"] if rule.urgent else []
    lines += [] if rule.enabled else ["enabled = false"]
    lines += [f"note = {_text(rule.note)}"] if rule.note else []
    lines += ["[rule.condition]", *_condition_lines(rule.condition)]
    return "\n".join(lines) + "\n"


def _condition_lines(condition: Condition) -> list[str]:
    """Return a condition as the lines of a table of its own."""
    if not isinstance(condition, AllOf | AnyOf):
        return [f"{name} = {value}" for name, value in _values(condition).items()]
    parts = [f"  {_inline(part)}," for part in condition.conditions]
    return [f"kind = {_kind(condition)}", "conditions = [", *parts, "]"]


def _inline(condition: Condition) -> str:
    """Return a condition as a table on one line."""
    if isinstance(condition, AllOf | AnyOf):
        parts = ", ".join(map(_inline, condition.conditions))
        return f"{{ kind = {_kind(condition)}, conditions = [{parts}] }}"
    return "{ " + ", ".join(f"{name} = {value}" for name, value in _values(condition).items()) + " }"


def _kind(condition: AllOf | AnyOf) -> str:
    return '"all of"' if isinstance(condition, AllOf) else '"any of"'


@singledispatch
def _values(leaf: Condition) -> dict[str, str]:
    """Return the names and written values of a condition."""
    raise TypeError(f"no condition: {leaf!r}")


@_values.register
def _(leaf: AtHigh) -> dict[str, str]:
    values = {"kind": '"all-time high"', **_of(leaf.subject), "states": _texts([state.value for state in leaf.states])}
    if leaf.sessions_below is not None:
        values["sessions_below"] = str(leaf.sessions_below)
    if leaf.near is not None:
        values["near_percent"] = _percent(leaf.near)
    if leaf.confirm is not None:
        values["confirm_closes"] = str(leaf.confirm)
    if leaf.buffer:
        values["buffer_percent"] = _percent(leaf.buffer)
    return values | {"basis": _text(leaf.basis)}


@_values.register
def _(leaf: Crosses) -> dict[str, str]:
    values = {"kind": '"level"', **_of(leaf.subject), "side": _text(leaf.side)}
    if leaf.unit == "price":
        return values | {"price": repr(float(leaf.level))}
    return values | {"percent": _percent(leaf.level)} | ({"since": leaf.since.isoformat()} if leaf.since else {})


@_values.register
def _(leaf: WithinHigh) -> dict[str, str]:
    return {"kind": '"within the high"', **_of(leaf.subject), "percent": _percent(leaf.distance)}


@_values.register
def _(leaf: Extreme) -> dict[str, str]:
    return {
        "kind": '"extreme"', **_of(leaf.subject), "extremum": _text(leaf.extremum), "sessions": str(leaf.sessions)
    }  # fmt: skip


@_values.register
def _(leaf: Move) -> dict[str, str]:
    return {
        "kind": '"move"', **_of(leaf.subject), "change_percent": _percent(leaf.change), "sessions": str(leaf.sessions)
    }  # fmt: skip


@_values.register
def _(leaf: Drawdown) -> dict[str, str]:
    return {"kind": '"drawdown"', **_of(leaf.subject), "depth_percent": _percent(leaf.depth)}


@_values.register
def _(leaf: InRegime) -> dict[str, str]:
    return {"kind": '"liquidity"', "regime": _text(leaf.regime)}


def _of(subject: Subject) -> dict[str, str]:
    return {"of": _text(subject.symbol)} | ({"over": _text(subject.over)} if subject.over is not None else {})


def _percent(fraction: float) -> str:
    text = percent_text(fraction)
    return text if "." in text else f"{text}.0"


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's, but for the one control character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
