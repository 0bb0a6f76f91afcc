"""`study within`: what followed breaks within each regime of the economy."""

from __future__ import annotations

import argparse
import json

from models.breakout import BreakRule
from models.desk import Desk
from models.lab.within import WithinRequest
from ui.terminal.asking import performed
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the split of the stored prices by the stored figures."""
    rule = BreakRule(sessions_below=options.sessions_below)
    request = WithinRequest(options.leader, options.follower, options.by, rule, options.outcome)
    found = performed(desk, request)
    if options.json:
        from models.evidence.record import plain

        print(json.dumps(plain(found), indent=2))
        return 0
    from ui.lab.within_presentation import present

    shown = present(found, request)
    print(f"{shown.sentence}\n")
    for one in shown.tables:
        print(table(one.heads, one.rows, right=one.right))
    return 0
