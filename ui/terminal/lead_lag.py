"""`study leadlag`: whether one asset's returns come before another's."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from models.dates import date_text
from models.desk import Desk
from models.lab.lead_lag import LeadLagRequest
from ui.terminal.asking import performed
from ui.terminal.table import table

if TYPE_CHECKING:
    from models.evidence.lead_lag import LeadLag


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the study of the stored prices."""
    request = LeadLagRequest(options.leader, options.follower, options.frequency)
    found = performed(desk, request)
    if options.report is not None:
        from ui.lab.lead_lag_presentation import present
        from ui.terminal.reporting import write_report

        write_report(desk, options, present(found, request))
    if options.json:
        from models.evidence.record import plain

        print(json.dumps(plain(found), indent=2))
    else:
        _print(found, request)
    return 0


def _print(found: LeadLag, request: LeadLagRequest) -> None:
    print(
        f"{found.leader} and {found.follower}, {found.frequency} log returns, {date_text(found.first)} to"
        f" {date_text(found.last)}, n = {found.n}. A lag above 0: {found.leader} came first.\n"
    )
    heads = ("lag", "n", "r", "by chance", "slope", "t (HAC)")
    rows = [
        (
            f"{lag.k:+d}",
            str(lag.n),
            f"{lag.r:+.3f}",
            f"{lag.low:+.3f} to {lag.high:+.3f}",
            f"{lag.slope.value:+.3f}",
            f"{lag.slope.t:+.2f}",
        )
        for lag in found.lags
    ]
    print(table(heads, rows, right=tuple(range(1, len(heads)))))
    print(f"\nThe largest |r| of unrelated returns stays below {found.simultaneous:.3f} in 95 of 100 cases.\n")
    print(table(("predicts", "", "lags", "p", "adjusted", "p without spring 2020"), _tests(found), right=(2, 3, 4, 5)))
    if found.regimes:
        from ui.lab.lead_lag_presentation import present

        regimes = present(found, request).tables[-1]
        print(f"\n{table(regimes.heads, regimes.rows, right=regimes.right)}")
    print(f"\n{found.sentence}")


def _tests(found: LeadLag) -> list[tuple[str, ...]]:
    plain_tests = [
        (one.cause, f"-> {one.effect}", str(one.lags), f"{one.p:.3f}", f"{one.adjusted:.3f}", f"{calm.p:.3f}")
        for one, calm in zip(found.predictions, found.calm_predictions, strict=True)
    ]
    robust = [
        (one.cause, f"-> {one.effect}", f"{one.lags}, robust", f"{one.p:.3f}", "", f"{calm.p:.3f}")
        for one, calm in zip(found.robust, found.calm_robust, strict=True)
    ]
    return plain_tests + robust
