"""`study cycle`: whether two assets turn together, with the economy, and every four years."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from models.dates import date_text
from models.desk import Desk
from models.lab.cycles import CyclesRequest
from ui.terminal.asking import performed
from ui.terminal.table import table

if TYPE_CHECKING:
    from models.lab.cycles import Cycles, Phases


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the study of the stored prices."""
    request = CyclesRequest(options.leader, options.follower)
    found = performed(desk, request)
    if options.report is not None:
        from ui.lab.cycles_presentation import present
        from ui.terminal.reporting import write_report

        write_report(desk, options, present(found, request))
    if options.json:
        from models.evidence.record import plain

        print(json.dumps(plain(found), indent=2))
    else:
        _print(found)
    return 0


def _print(found: Cycles) -> None:
    for phases in (found.leader, found.follower):
        print(
            f"{phases.symbol}: a fall of more than {phases.fall:.0%} or a rise of more than {phases.rise:.0%} turns it."
        )
        print(table(("", "date", "close", "known on"), _turns(phases), right=(2,)))
        print()
    if not isinstance(found.waves, str):
        heads = (
            "trend",
            "cycles",
            "share",
            "of random walks",
            "of AR(1)",
            "best period",
            "its share",
            "of random walks",
        )
        rows = [
            (
                wave.trend,
                f"{wave.cycles:.1f}",
                f"{wave.share:.0%}",
                f"{wave.p_walk:.1%}",
                f"{wave.p_inertia:.1%}",
                f"{wave.best} months",
                f"{wave.best_share:.0%}",
                f"{wave.p_best:.1%}",
            )
            for wave in found.waves
        ]
        print(f"A wave of 48 months in {found.follower.symbol}, and how many by chance show as much:")
        print(table(heads, rows, right=tuple(range(1, len(heads)))))
        print()
    print(found.sentence)
    print("Turning points are dated in hindsight: nobody knew them before the day in the last column.")


def _turns(phases: Phases) -> list[tuple[str, ...]]:
    return [
        (
            "peak" if turn.peak else "trough",
            date_text(phases.session[turn.row].astype(object)),
            f"{phases.close[turn.row]:,.2f}",
            date_text(phases.session[turn.known].astype(object)),
        )
        for turn in phases.turns
    ]
