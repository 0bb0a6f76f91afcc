"""`scan`: the same event study over many leaders, followers and definitions, and whether one leader is special."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from models.desk import Desk
from models.lab.scan import ScanRequest
from ui.terminal.asking import performed
from ui.terminal.refusal import Refusal
from ui.terminal.table import table

if TYPE_CHECKING:
    from models.evidence.standing import Standing
    from models.lab.scan import ScanAnswer


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the scan of the stored prices; progress goes to standard error."""
    answer = performed(desk, _request(desk, options))
    if options.json:
        from models.evidence.scan_record import scan_record

        print(json.dumps(scan_record(answer.scan, answer.standing, answer.data), indent=2))
    else:
        _print(answer, options.top)
    return 0


def _request(desk: Desk, options: argparse.Namespace) -> ScanRequest:
    stored = [asset for asset in desk.assets if len(desk.parts.store.bars(asset.symbol).bars)]
    leaders = options.leaders or [asset.symbol for asset in stored if asset.kind != "crypto"]
    followers = options.followers or [asset.symbol for asset in stored if asset.kind == "crypto"]
    if not leaders or not followers:
        raise Refusal(
            "A scan needs stored prices of a leader and of a follower. 'refresh' fetches them, 'import' reads a file."
        )
    usual = ScanRequest((), ())
    return ScanRequest(
        leaders=tuple(leaders),
        followers=tuple(followers),
        sessions_below=tuple(options.sessions_below or usual.sessions_below),
        horizons=tuple(options.horizons or usual.horizons),
        outcome=options.outcome,
        first=options.first,
        last=options.last,
        special=options.special,
        scheduler=options.scheduler,
        workers=options.workers,
    )


def _print(answer: ScanAnswer, top: int) -> None:
    from models.evidence.scan_words import HEADS, answer_texts, best_sentence, scan_sentence, standing_sentence

    scan = answer.scan
    print(scan_sentence(scan))
    print(best_sentence(scan))
    if answer.standing is not None:
        print(standing_sentence(answer.standing))
    rows = [answer_texts(row, scan.terms.outcome) for row in scan.rows[:top]]
    print("\n" + table(HEADS, rows, right=(1, *range(3, len(HEADS)))))
    print(
        "any day: the base rate. p: how often breaks at other times did as well; all N: the same for the best N of that"
        " pair. BH, BY: adjusted for all questions of the scan."
    )
    if len(scan.rows) > top:
        print(f"The {top} least probable of {len(scan.rows):,} answers; --top shows more, --json all.")
    if answer.standing is not None:
        _print_standing(answer.standing)


def _print_standing(stands: Standing) -> None:
    rows = [(symbol, f"{z:+.2f}".replace("-", "−"), str(questions)) for symbol, z, questions in stands.scores]
    if rows:
        print("\n" + table(("leader", "middle z", "questions"), rows, right=(1, 2)))
