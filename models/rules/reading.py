"""One rule out of a table of plain values, as TOML gives them; what does not fit is named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from models.breakout import State
from models.rules.figures import fraction_of, read_duration
from models.rules.rule import (
    TOLD_STATES,
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

_MISSING = object()
_DEEPEST = 20


class Wrong(ValueError):  # noqa: N818 - what is wrong with a rule, as a sentence
    """A value that does not fit; the text is a sentence for the user."""


class Fields:
    """The values of one table, each taken once; what is left over at the end was unknown."""

    def __init__(self, table: object, where: str) -> None:
        if not isinstance(table, Mapping):
            raise Wrong(f"{where} must be a table of names and values.")
        self._left = dict(table)
        self._where = where

    def text(self, name: str, default: object = _MISSING) -> str:
        """Return a text."""
        return cast("str", self._take(name, default, "a text in quotes", lambda value: isinstance(value, str)))

    def choice(self, name: str, choices: tuple[str, ...], default: object = _MISSING) -> Any:  # noqa: ANN401 - as checked, or the default
        """Return one of a few words."""
        return self._take(name, default, f"one of {_quoted(choices)}", lambda value: value in choices)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        return bool(self._take(name, default, "true or false", lambda value: isinstance(value, bool)))

    def count(self, name: str, default: object = _MISSING) -> Any:  # noqa: ANN401 - as checked, or the default
        """Return a whole number, or the default."""
        return self._take(
            name, default, "a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)
        )

    def number(self, name: str) -> float:
        """Return a number."""
        return float(self._take(name, _MISSING, "a number", _is_number))

    def percent(self, name: str, default: object = _MISSING) -> Any:  # noqa: ANN401 - as checked, or the default
        """Return a number of percent as a fraction, or the default."""
        value = self._take(name, default, "a number of percent", _is_number)
        return value if value is default else fraction_of(value)

    def day(self, name: str, default: object = _MISSING) -> Any:  # noqa: ANN401 - as checked, or the default
        """Return a date, or the default."""
        return self._take(name, default, "a date such as 2027-01-31", lambda value: type(value) is dt.date)

    def duration(self, name: str) -> dt.timedelta:
        """Return a length of time; none where it is left out."""
        found = read_duration(self.text(name, "0 days"))
        if found is None:
            raise Wrong(f'“{name}” must be a length of time such as "2 days" or "6 hours 30 minutes".')
        return found

    def texts(
        self, name: str, default: tuple[str, ...] = (), choices: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Return a list of texts."""
        expected = "a list of texts in quotes" if choices is None else f"a list of some of {_quoted(choices)}"

        def fits(value: object) -> bool:
            return isinstance(value, list) and all(
                isinstance(item, str) and (choices is None or item in choices) for item in value
            )

        return tuple(self._take(name, list(default), expected, fits))

    def tables(self, name: str) -> list[object]:
        """Return a list of tables, unread."""
        return cast("list[object]", self._take(name, _MISSING, "a list", lambda value: isinstance(value, list)))

    def value(self, name: str) -> object:
        """Return whatever there is."""
        return self._take(name, _MISSING, "there", lambda _value: True)

    def has(self, name: str) -> bool:
        """Whether there is such a value, not taken yet."""
        return name in self._left

    def done(self) -> None:
        """Refuse what was not asked for: a misspelt name would change what the rule means."""
        if self._left:
            verb = "is" if len(self._left) == 1 else "are"
            raise Wrong(f"{_quoted(tuple(self._left))} {verb} unknown in {self._where}.")

    def _take(self, name: str, default: object, expected: str, fits: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - as `fits` checked
        value = self._left.pop(name, default)
        if value is _MISSING:
            raise Wrong(f"“{name}” is missing in {self._where}.")
        if value is not default and not fits(value):
            raise Wrong(f"“{name}” must be {expected}, in {self._where}.")
        return value


def read_rule(table: object, taken: Container[str]) -> Rule:
    """Return the rule that a table says; raises `Wrong`.  Without a key it is given one like its name, not `taken`."""
    given = Fields(table, "the rule")
    name = given.text("name")
    key = given.text("key") if given.has("key") else key_for(name, taken)
    condition = read_condition(given.value("condition"))
    rule = Rule(
        key=key,
        name=name,
        condition=condition,
        scope=given.choice("scope", ("close", "live"), "close"),
        rearm=given.percent("rearm_percent", Rule.__dataclass_fields__["rearm"].default),
        cooldown=given.duration("cooldown"),
        expires=given.day("expires", None),
        channels=given.texts("channels"),
        urgent=given.flag("urgent", default=False),
        enabled=given.flag("enabled", default=True),
        note=given.text("note", ""),
    )
    given.done()
    return rule


def key_for(name: str, taken: Container[str]) -> str:
    """Return a key that is like a name and not taken: "Break of the high" gives "break-of-the-high"."""
    stem = re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:60] or "rule"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def read_condition(table: object, depth: int = 1) -> Condition:
    """Return the condition that a table says; raises `Wrong`."""
    if depth > _DEEPEST:
        raise Wrong("Its conditions are nested too deep.")
    given = Fields(table, "a condition")
    kind = given.choice("kind", (*_GROUPS, *_READERS))
    if kind in _GROUPS:
        parts = tuple(read_condition(part, depth + 1) for part in given.tables("conditions"))
        condition: Condition = _GROUPS[kind](parts)
    else:
        given = Fields(table, f"the condition “{kind}”")
        given.text("kind")
        condition = _READERS[kind](given)
    given.done()
    return condition


def _subject(given: Fields) -> Subject:
    return Subject(given.text("of"), given.text("over") if given.has("over") else None)


def _at_high(given: Fields) -> Condition:
    states = given.texts("states", tuple(TOLD_STATES), tuple(state.value for state in State))
    return AtHigh(
        _subject(given),
        states=tuple(map(State, states)),
        sessions_below=given.count("sessions_below", None),
        near=given.percent("near_percent", None),
        confirm=given.count("confirm_closes", None),
        buffer=given.percent("buffer_percent", 0.0),
        basis=given.choice("basis", ("close", "high"), "close"),
    )


def _crosses(given: Fields) -> Condition:
    subject, side = _subject(given), given.choice("side", ("above", "below"))
    if given.has("percent"):
        return Crosses(subject, side, given.percent("percent"), "percent", given.day("since"))
    return Crosses(subject, side, given.number("price"))


def _extreme(given: Fields) -> Condition:
    return Extreme(_subject(given), given.count("sessions"), given.choice("extremum", ("high", "low"), "high"))


_GROUPS: Mapping[str, Callable[[tuple[Condition, ...]], AllOf | AnyOf]] = {"all of": AllOf, "any of": AnyOf}
_READERS: Mapping[str, Callable[[Fields], Condition]] = {
    "all-time high": _at_high,
    "level": _crosses,
    "within the high": lambda given: WithinHigh(_subject(given), given.percent("percent")),
    "extreme": _extreme,
    "move": lambda given: Move(_subject(given), given.percent("change_percent"), given.count("sessions", 1)),
    "drawdown": lambda given: Drawdown(_subject(given), given.percent("depth_percent")),
    "liquidity": lambda given: InRegime(given.choice("regime", ("expanding", "flat", "shrinking"))),
}


def _is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and -400 < value.adjusted() < 300
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**300


def _quoted(names: Iterable[object]) -> str:
    return ", ".join(f"“{name}”" for name in names)
