"""`study probability`: how likely a rise is, whether anything tells more than the base rate, and the live forecasts."""

from __future__ import annotations

import argparse
import json

from models.desk import Desk
from models.evidence.probability import MODELS
from models.evidence.reliability import Calibration
from models.lab.probability import ProbabilityRequest
from ui.lab.presentation import Table
from ui.lab.probability_presentation import present
from ui.terminal.asking import performed
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the study of the stored prices; the forecast of this week is kept, and those that are due are scored."""
    request = ProbabilityRequest(options.leader, options.follower, options.horizon, options.at_least)
    found = performed(desk, request)
    if options.json:
        from models.evidence.record import plain

        print(json.dumps(plain(found), indent=2))
        return 0
    shown = present(found, request)
    print(f"{shown.sentence}\n")
    for one in shown.tables:
        _print(one)
    _print(_calibrations(found.calibrations))
    print("\n".join((*shown.notes, " · ".join(shown.provenance))))
    return 0


def _print(shown: Table) -> None:
    print(f"{shown.title}\n{table(shown.heads, list(shown.rows), right=shown.right)}\n")


def _calibrations(found: tuple[Calibration, ...]) -> Table:
    rows = tuple(
        (
            model, f"{one.score:.3f}", f"{one.miscalibration:.3f}", f"{one.discrimination:.3f}",
            f"{one.uncertainty:.3f}",
        )
        for model, one in zip(MODELS, found, strict=False)
    )  # fmt: skip
    heads = ("model", "Brier", "miscalibration", "discrimination", "uncertainty")
    return Table(heads, rows, (1, 2, 3, 4), "Brier score = miscalibration - discrimination + uncertainty")
