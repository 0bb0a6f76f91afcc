"""Live forecasts as they were made, and what came of each: rows are added, never changed and never taken away."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.database import Database, from_day, instant_of, to_day, to_micros


@dataclass(frozen=True, slots=True)
class Question:
    """What is foretold: that `target` is higher (by `step` or more, where that is above 0) after `horizon` days.

    `leader` is the asset whose high the models look at.
    """

    leader: str
    target: str
    horizon: int
    step: float = 0.0


@dataclass(frozen=True, slots=True)
class Made:
    """One forecast: for the Friday at whose UTC close everything it knows ended, made at a later UTC instant.

    `p` is by model; `entry` the close of that Friday as it was then; `definition` names the rules it was made by, and
    `digest` the prices that it was made from.
    """

    question: Question
    friday: dt.date
    made_at: dt.datetime
    p: Mapping[str, float]
    entry: float
    definition: str
    digest: str

    @property
    def due(self) -> dt.date:
        """Return the day whose UTC close decides."""
        return self.friday + dt.timedelta(days=self.question.horizon)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a forecast, by the two settled closes as they were when it was scored."""

    scored_at: dt.datetime
    entry: float
    exit: float
    hit: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A forecast, and what came of it once that is known."""

    made: Made
    came: Came | None = None


class ForecastBook:
    """The forecasts in the profile's database; one a Friday for each question, and the first one counts.

    Every method is one transaction and raises `StoreError`; threads and processes may share the file.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, made: Made) -> bool:
        """Keep a forecast unless there is one of that Friday; whether it was kept."""
        row = (
            *_key(made.question), to_day(made.friday), to_micros(made.made_at), json.dumps(dict(made.p)), made.entry,
            made.definition, made.digest,
        )  # fmt: skip
        with self._database.writing() as connection:
            done = connection.execute("INSERT OR IGNORE INTO forecasts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            return done.rowcount == 1

    def score(self, made: Made, came: Came) -> bool:
        """Keep what came of a forecast unless that is kept already; whether it was kept now."""
        row = (
            *_key(made.question), to_day(made.friday), to_micros(came.scored_at), came.entry, came.exit, int(came.hit),
            came.digest,
        )  # fmt: skip
        with self._database.writing() as connection:
            done = connection.execute(
                "INSERT OR IGNORE INTO forecast_outcomes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
            )
            return done.rowcount == 1

    def of(self, question: Question) -> tuple[Kept, ...]:
        """Return all forecasts of a question, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT f.friday, f.made_at, f.p, f.entry, f.definition, f.digest,"
                " o.scored_at, o.entry, o.exit, o.hit, o.digest"
                " FROM forecasts f LEFT JOIN forecast_outcomes o USING (leader, target, horizon, step, friday)"
                " WHERE leader = ? AND target = ? AND horizon = ? AND step = ? ORDER BY f.friday",
                _key(question),
            ).fetchall()
        return tuple(_kept(question, row) for row in rows)


def _key(question: Question) -> tuple[str, str, int, float]:
    return question.leader, question.target, question.horizon, question.step


def _kept(question: Question, row: tuple[Any, ...]) -> Kept:
    friday, made_at, p, entry, definition, digest, *outcome = row
    made = Made(question, from_day(friday), instant_of(made_at), json.loads(p), entry, definition, digest)
    if outcome[0] is None:
        return Kept(made)
    scored_at, began, ended, hit, used = outcome
    return Kept(made, Came(instant_of(scored_at), began, ended, bool(hit), used))
