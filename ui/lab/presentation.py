"""What a page of the lab shows of a result, as plain values; the report prints the same."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from data.bars import Flags, Floats

Scale = Literal["number", "percent", "log percent", "date", "days"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: "log percent" values are log returns shown as percent, "date" values are days since 1970.

    Bounds that are not given come from the data; `named` values, where there are any, take the place of ticks.
    """

    scale: Scale = "number"
    name: str = ""
    low: float | None = None
    high: float | None = None
    named: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line through finite points; gaps where a value is NaN.  With a `key` the pointer can mark and choose it."""

    x: Floats
    y: Floats
    role: str = "accent"
    width: float = 1.5
    dashed: bool = False
    opacity: float = 1.0
    name: str = ""
    key: Hashable | None = None
    steps: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """The tinted room between two lines."""

    x: Floats
    low: Floats
    high: Floats
    role: str = "muted"
    opacity: float = 0.15
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns from zero, `width` in units of x; those of `strong` are full, the others pale (None: all full)."""

    x: Floats
    y: Floats
    width: float
    role: str = "accent"
    name: str = ""
    strong: Flags | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Dots; `keys`, one each, let the pointer mark and choose them; `names`, one each, are told on pointing."""

    x: Floats
    y: Floats
    role: str = "accent"
    size: float = 6.0
    name: str = ""
    keys: tuple[Hashable, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Upright whiskers from low to high at x."""

    x: Floats
    low: Floats
    high: Floats
    role: str = "accent"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A straight line across the picture at one value of an axis, with its name beside it."""

    value: float
    axis: Literal["x", "y"] = "y"
    role: str = "muted"
    dashed: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A tinted stretch of the x axis."""

    first: float
    last: float
    role: str = "muted"
    opacity: float = 0.12
    name: str = ""


Layer: TypeAlias = "Line | Band | Columns | Points | Intervals | Level | Span"


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture: layers from back to front.  `note` (n, seed) stands in it; `says` is what a screen reader reads."""

    title: str
    layers: tuple[Layer, ...]
    x: Axis
    y: Axis
    note: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Texts in rows; columns in `right` are aligned right.  `keys`, one a row, let a row be chosen."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    title: str = ""
    keys: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Presentation:
    """A result as it is shown: the sentence a careful person would say comes first, then pictures, tables, notes.

    `verdict` is one of the five verdicts, or empty; `how` says in plain words how it is computed, a paragraph each;
    `provenance` names sources, windows, definitions and seeds.  `struck` are numbers that
    prove nothing, shown crossed out so that nobody takes them for evidence.
    """

    title: str
    sentence: str
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    verdict: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    how: tuple[str, ...] = ()
    provenance: tuple[str, ...] = ()
    charts: dict[Hashable, tuple[str, object]] = field(default_factory=dict)
    """What a key stands for on the charts: a symbol and a session."""
    struck: tuple[str, ...] = ()
    links: dict[Hashable, str] = field(default_factory=dict)
    """What a key of a table opens in the browser."""
