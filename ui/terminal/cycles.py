"""`study cycle`: whether two assets turn together, with the economy, and every four years."""

from __future__ import annotations

import argparse
import json

from models.desk import Desk
from models.lab.cycles import CyclesRequest
from ui.terminal.asking import performed
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the study of the stored prices."""
    from models.lab.cycles_record import cycles_record
    from ui.lab.cycles_presentation import present

    request = CyclesRequest(options.leader, options.follower, options.method)
    found = performed(desk, request)
    shown = present(found, request)
    if options.report is not None:
        from ui.terminal.reporting import write_report

        write_report(desk, options, shown)
    if options.json:
        print(json.dumps(cycles_record(found), indent=2))
        return 0
    for each in shown.tables:
        print(f"{each.title}:\n{table(each.heads, each.rows, right=each.right)}\n")
    print("\n".join((found.sentence, *shown.notes)))
    return 0
