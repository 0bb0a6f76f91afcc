"""`study probability`: how likely a rise is, and whether anything tells more than the base rate."""

from __future__ import annotations

import argparse
import json

from models.dates import date_text
from models.desk import Desk
from models.lab.probability import ProbabilityRequest
from ui.terminal.asking import performed
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the study of the stored prices."""
    request = ProbabilityRequest(options.leader, options.follower, options.horizon)
    found = performed(desk, request)
    if options.report is not None:
        from ui.lab.probability_presentation import present
        from ui.terminal.reporting import write_report

        write_report(desk, options, present(found, request))
    if options.json:
        from models.evidence.record import plain

        print(json.dumps(plain(found), indent=2))
        return 0
    heads = ("model", "now", "n", "Brier", "log loss", "skill", "95 %", "p", "miscalibr.", "discrim.")
    rows = [
        (
            one.model, f"{now:.0%}", str(one.n), f"{one.brier:.3f}", f"{one.log_loss:.3f}", f"{one.skill:+.2f}",
            f"{one.skill_interval.low:+.2f} to {one.skill_interval.high:+.2f}", f"{one.p:.2f}",
            f"{parts.miscalibration:.3f}", f"{parts.discrimination:.3f}",
        )
        for one, parts, now in zip(found.scores, found.calibrations, found.latest.tolist(), strict=True)
    ]  # fmt: skip
    print(f"{found.symbol} higher after {found.horizon} days, forecasts of {len(found.made)} Fridays, the last on"
          f" {date_text(found.made[-1].astype(object))}.")  # fmt: skip
    print(table(heads, rows, right=tuple(range(1, len(heads)))))
    print(f"\n{found.sentence}")
    return 0
