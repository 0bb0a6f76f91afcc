"""`study liquidity`: whether the growth of net liquidity comes before an asset's returns."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from models.dates import date_text
from models.desk import Desk
from models.lab.liquidity import LiquidityRequest
from ui.terminal.asking import performed
from ui.terminal.table import fraction, table

if TYPE_CHECKING:
    from models.evidence.liquidity import LiquidityStudy


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the study of the stored prices and figures."""
    found = performed(desk, LiquidityRequest(options.symbol, tuple(options.weeks)))
    if options.json:
        from models.evidence.record import plain

        print(json.dumps(plain(found), indent=2))
    else:
        _print(found)
    return 0


def _print(found: LiquidityStudy) -> None:
    print(
        f"Log returns of {found.symbol} after the growth of net liquidity over 13 weeks, {date_text(found.first)} to"
        f" {date_text(found.last)}, n = {found.n} weeks. Each week counts from the first close after its figures.\n"
    )
    rows = []
    for one in found.predictions:
        if one.slope is None:
            rows.append((str(one.weeks), "", "", "", "", "", "", one.refusal))
            continue
        fit = one.slope
        rows.append(
            (
                str(one.weeks), str(fit.n), str(one.n_apart), f"{fit.value:+.3f}", f"{fit.t:+.2f}", f"{fit.p:.3f}",
                f"{one.shift_p:.3f}",                 f"{one.adjusted:.3f}",
            )
        )  # fmt: skip
    heads = ("weeks", "n", "apart", "slope", "t (HAC)", "p", "by shifts", "adjusted")
    print(table(heads, rows, right=tuple(range(len(heads)))))
    print(
        f"\nThe change of net liquidity is {fraction(found.growth_now)} over the latest 13 weeks, known since"
        f" {found.growth_known_at:%Y-%m-%d %H:%M} UTC."
    )
    print(f"The two levels correlate by {found.level_r:+.2f}, which proves nothing: most levels that rise do.")
    print(f"\n{found.sentence}")
