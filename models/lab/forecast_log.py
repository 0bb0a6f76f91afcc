"""Live forecasts: made from what is settled, kept once a Friday, and scored when their day has passed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from data.bars import Floats
from data.forecasts import Came, ForecastBook, Kept, Made, Question
from models.evidence.alignment import Series
from models.lab.asking import History, Inputs, RefusedError
from models.lab.digest import digest_of

DEFINITION = "fridays-1"
"""Names grid, features and models; a change of any of them that changes a number is a new name."""

LATEST = dt.timedelta(days=7)
_SAME = 1e-9  # relative: closes that differ by less are the same


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """What the ledger holds of a question, oldest first; `revised` are Fridays scored by closes that have changed."""

    kept: tuple[Kept, ...]
    revised: tuple[dt.date, ...] = ()
    fault: str = ""


def breaks_and_distance(leader: History) -> tuple[list[np.datetime64], Floats]:
    """Return the sessions on which the leader broke its closing high, and its distance from it after each close."""
    from models.breakout import BreakRule, breaks
    from models.highs import running_highs

    found = breaks(running_highs(leader.bars, leader.series.asset.tick, "close"), BreakRule()).events
    close = leader.series.close
    return [np.datetime64(event.session) for event in found], close / np.maximum.accumulate(close) - 1


def newest(question: Question, inputs: Inputs) -> Made | None:
    """Return the forecast of the Friday that ended within the last week; None where there is none to be made.

    It takes one fit and no large library.  Raises `RefusedError` where no forecast can be made at all.
    """
    from models.evidence.fridays import grid
    from models.evidence.probability import MODELS, forecasts, refuse

    leader, target = inputs.histories[question.leader], inputs.histories[question.target]
    refuse(target.series, leader.series, question.horizon)
    days, distance = breaks_and_distance(leader)
    weeks = grid(target.series, leader.series, days, distance, question.horizon, question.step)
    rows, _, table = forecasts(weeks, question.horizon, only_last=True)
    if len(rows) == 0:
        return None
    at = int(np.searchsorted(target.series.session, weeks.friday[rows[0]]))
    ended = dt.datetime.fromtimestamp(int(target.series.ends[at]), dt.UTC)
    if not ended <= inputs.now <= ended + LATEST:
        return None
    return Made(
        question, weeks.friday[rows[0]].astype(object), inputs.now, dict(zip(MODELS, table[0].tolist(), strict=True)),
        float(target.series.close[at]), DEFINITION, digest_of(inputs),
    )  # fmt: skip


def last_friday(now: dt.datetime) -> dt.date:
    """Return the last Friday that was over, in UTC, at this instant."""
    day = now.astimezone(dt.UTC).date()
    return day - dt.timedelta(days=(day.weekday() + 2) % 7 + 1)


def outcome(made: Made, target: Series, now: dt.datetime, digest: str) -> Came | None:
    """Return what came of a forecast by settled closes; None before its day has passed, or where a close is missing."""
    entry, out = _close(target, made.friday), _close(target, made.due)
    if entry is None or out is None:
        return None
    gained, step = out / entry - 1, made.question.step
    return Came(now, entry, out, gained >= step - _SAME if step > 0 else gained > 0, digest)


def log(book: ForecastBook, question: Question, inputs: Inputs) -> Book:
    """Keep the newest forecast, score those that are due, and return what is kept then.  Raises `StoreError`.

    Nothing is kept or scored by a history that the audit holds to be damaged.
    """
    fault = " ".join(history.warning for history in inputs.histories.values()).strip()
    target, digest = inputs.histories[question.target].series, digest_of(inputs)
    if not fault:
        fault = _keep(book, question, inputs)
        for one in book.of(question):
            came = None if one.came is not None else outcome(one.made, target, inputs.now, digest)
            if came is not None:
                book.score(one.made, came)
    kept = book.of(question)
    return Book(kept, tuple(one.made.friday for one in kept if _revised(one, target)), fault)


def _keep(book: ForecastBook, question: Question, inputs: Inputs) -> str:
    if last_friday(inputs.now) in {one.made.friday for one in book.of(question)}:
        return ""
    try:
        made = newest(question, inputs)
    except RefusedError as refused:
        return str(refused)
    if made is None:
        return "No Friday of the last week is settled, so there is no forecast to keep now."
    book.keep(made)
    return ""


def _revised(kept: Kept, target: Series) -> bool:
    if kept.came is None:
        return False
    pairs = ((kept.came.entry, _close(target, kept.made.friday)), (kept.came.exit, _close(target, kept.made.due)))
    return any(now is None or abs(now - then) > _SAME * abs(then) for then, now in pairs)


def _close(series: Series, day: dt.date) -> float | None:
    at = int(np.searchsorted(series.session, np.datetime64(day)))
    return float(series.close[at]) if at < len(series) and series.session[at] == np.datetime64(day) else None
