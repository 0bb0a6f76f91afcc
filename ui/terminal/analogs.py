"""`study analog`: which stretch of a history looks like now, and how near a random history comes."""

from __future__ import annotations

import argparse
import json

from models.dates import date_text
from models.desk import Desk
from models.lab.analogs import AnalogsRequest
from ui.terminal.asking import performed
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the study of the stored prices."""
    history = options.history or options.query
    m = options.length or (90 if history == options.query else 104)
    request = AnalogsRequest(options.query, history, m, options.horizon)
    found = performed(desk, request)
    if options.report is not None:
        from ui.lab.analogs_presentation import present
        from ui.terminal.reporting import write_report

        write_report(desk, options, present(found, request))
    if options.json:
        from models.evidence.record import plain

        print(json.dumps(plain(found), indent=2))
        return 0
    rows = [
        (
            date_text(match.first.astype(object)),
            date_text(match.last.astype(object)),
            f"{match.distance:.2f}",
            f"{match.r:.3f}",
            f"{match.ahead:+.3f}",
        )
        for match in found.matches
    ]
    print(table(("from", "to", "distance", "r", "log return after"), rows, right=(2, 3, 4)))
    print(f"\n{found.sentence}")
    if found.walk is not None:
        print(
            f"Forecasts from such stretches at {found.walk.n} past dates: Brier {found.walk.nearest:.3f}, the plain"
            f" base rate {found.walk.climatology:.3f} (lower is better; {found.walk.apart:.0f} horizons apart)."
        )
    return 0
