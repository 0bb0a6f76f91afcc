"""What a study is asked and what it is given: values that travel to a worker process and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from data.bars import Bars
from data.macro_store import Headline, MacroState, Maturity, Recorded
from models.evidence.alignment import Series
from models.evidence.refusals import RefusedError as RefusedError

Result_co = TypeVar("Result_co", covariant=True)

Report = Callable[[float, str], None]
"""Takes how much is done (0 to 1) and what is being done; a cancelled study is ended from outside."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The settled history of one asset: `bars` for highs and breaks, `series` the valid closes and when each ended.

    `warning` says what the audit holds against it, or is empty.
    """

    bars: Bars
    series: Series
    warning: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """All that a study may know: histories by symbol, and the moment (aware, UTC) at which it is asked.

    `macro` are figures of the economy, for a request that names them as its `series`, and `states` how their latest
    fetches went.  `headlines` (newest first) and `maturities` are there for a request that says it wants them.
    """

    histories: Mapping[str, History]
    now: dt.datetime
    macro: Mapping[str, Recorded] = field(default_factory=dict)
    states: Mapping[str, MacroState] = field(default_factory=dict)
    headlines: tuple[Headline, ...] = ()
    maturities: tuple[Maturity, ...] = ()


class Request(Protocol[Result_co]):
    """A question with all its parameters: frozen, hashable, and with a `repr` that tells it from any other.

    `perform` is pure but for its reports; it raises `RefusedError` with a sentence where nothing can be said.  Where
    it has a `series`, those figures of the economy are read for it; with `news` or `maturities` set, those too; assets
    that it names as `optional` may have no prices.  One that is `light` takes milliseconds, and is performed where it
    is asked instead of in a process of its own.
    """

    @property
    def symbols(self) -> tuple[str, ...]:
        """The assets whose histories it needs."""

    def perform(self, inputs: Inputs, report: Report) -> Result_co:
        """Work it out; imports what is heavy inside."""
