"""The request for a scan: many leaders, followers, definitions and horizons, cut into pieces and put together again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.evidence.alignment import Outcome
from models.evidence.event_study import HORIZONS
from models.lab.asking import History, Inputs, RefusedError, Report

if TYPE_CHECKING:
    from models.evidence.scan import Finding, Leading, Scan, ScanTerms
    from models.evidence.standing import Standing
    from models.lab.executing import Call, Executor

SESSIONS_BELOW = (21, 63, 126, 252)


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """A scan, where the leader in question stands in it (None: it was not scanned), and what the data are.

    `data` holds, per symbol, source, first and last session, and what the audit holds against it.
    """

    scan: Scan
    standing: Standing | None
    data: tuple[tuple[str, str, dt.date, dt.date, str], ...]


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What followed the breaks of each leader in each follower, for each N and horizon, and whether `special` is.

    Neither the scheduler's address nor the number of workers is part of the question, since the answer does not hang
    on them.  A leader is not its own follower.
    """

    leaders: tuple[str, ...]
    followers: tuple[str, ...]
    sessions_below: tuple[int, ...] = SESSIONS_BELOW
    horizons: tuple[int, ...] = HORIZONS
    outcome: Outcome = "A"
    first: dt.date | None = None
    last: dt.date | None = None
    special: str = "^RUT"
    scheduler: str | None = field(default=None, compare=False, repr=False)
    workers: int | None = field(default=None, compare=False, repr=False)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Return every leader and follower once."""
        return tuple(dict.fromkeys((*self.leaders, *self.followers)))

    def perform(self, inputs: Inputs, report: Report) -> ScanAnswer:
        """Scan on all cores, or on the cluster.  Raises `RefusedError`."""
        from models.lab.executing import executor

        pieces = len(self.leaders) * len(self.followers)
        return self.perform_on(executor(self.scheduler, self.workers, pieces), inputs, report)

    def perform_on(self, where: Executor, inputs: Inputs, report: Report) -> ScanAnswer:
        """Scan with an executor.  Raises `RefusedError`."""
        from models.evidence.scan import gathered
        from models.evidence.standing import standing

        pairs = [(leader, follower) for leader in self.leaders for follower in self.followers if leader != follower]
        if not (pairs and self.sessions_below and self.horizons):
            raise RefusedError(
                "A scan needs a leader, a follower other than it, a number of sessions below the high, and a horizon."
            )
        report(0.0, "Looking for breaks")
        found = [piece for _, piece in sorted(self._pieces(where, inputs, pairs, report), key=lambda one: one[0])]
        scan = gathered(self.terms, self.leaders, self.followers, found)
        if not scan.rows:
            raise RefusedError(_nothing(scan))
        stands = standing(scan, self.special) if self.special in self.leaders else None
        return ScanAnswer(scan, stands, tuple(_data(symbol, inputs.histories[symbol]) for symbol in self.symbols))

    @property
    def terms(self) -> ScanTerms:
        """Return what is asked of each pair; each N and horizon once, the smallest first."""
        from models.evidence.scan import ScanTerms

        below, horizons = tuple(sorted(set(self.sessions_below))), tuple(sorted(set(self.horizons)))
        return ScanTerms(below, horizons, self.outcome, self.first, self.last)

    def _pieces(
        self, where: Executor, inputs: Inputs, pairs: list[tuple[str, str]], report: Report
    ) -> Iterator[tuple[int, tuple[Finding, ...]]]:
        from models.evidence.scan import scan_pair

        calls = self._calls(inputs, pairs)
        with closing(where.run(scan_pair, calls)) as pieces:
            for done, (place, piece) in enumerate(pieces, start=1):
                leader, follower = pairs[place]
                yield place, piece
                report(done / len(calls), f"{follower} after {leader} ({done} of {len(calls)} pairs)")

    def _calls(self, inputs: Inputs, pairs: list[tuple[str, str]]) -> list[Call]:
        from models.evidence.scan import followed

        terms = self.terms
        leaders = {symbol: _leading(inputs.histories[symbol], terms) for symbol, _ in pairs}
        followers = {symbol: followed(inputs.histories[symbol].series) for _, symbol in pairs}
        return [(leaders[leader], followers[follower], terms) for leader, follower in pairs]


def _leading(history: History, terms: ScanTerms) -> Leading:
    from models.breakout import BreakRule, breaks
    from models.evidence.scan import leading
    from models.highs import running_highs

    highs = running_highs(history.bars, history.series.asset.tick)
    events = [
        [event.session for event in breaks(highs, BreakRule(sessions_below=below)).events]
        for below in terms.sessions_below
    ]
    return leading(history.series, events, terms)


def _data(symbol: str, history: History) -> tuple[str, str, dt.date, dt.date, str]:
    series = history.series
    return symbol, series.source, series.first, series.last, history.warning


def _nothing(scan: Scan) -> str:
    reasons = list(dict.fromkeys(one.refusal for one in scan.refused if one.refusal))
    return f"None of the {scan.asked} questions can be answered. The first reason: {reasons[0]}"
