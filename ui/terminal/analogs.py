"""`study analog`: which stretch of a history looks like the last one, and how near a random history comes."""

from __future__ import annotations

import argparse
import json

from models.desk import Desk
from models.lab.analogs import DAYS, DAYS_AFTER, WEEKS, WEEKS_AFTER, AnalogsRequest
from ui.terminal.asking import performed
from ui.terminal.reporting import write_report
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the study of the stored prices."""
    from ui.lab.analogs_presentation import present

    history = options.history or options.query
    m, horizon = (DAYS, DAYS_AFTER) if history == options.query else (WEEKS, WEEKS_AFTER)
    request = AnalogsRequest(options.query, history, options.length or m, options.horizon or horizon)
    found = performed(desk, request)
    shown = present(found, request)
    write_report(desk, options, shown)
    if options.json:
        from models.evidence.analogs_record import as_record

        print(json.dumps(as_record(found), indent=2))
        return 0
    for one in shown.tables:
        print(f"{one.title}\n{table(one.heads, list(one.rows), right=one.right)}\n")
    print("\n".join((shown.sentence, *shown.notes, " · ".join(shown.provenance))))
    return 0
