"""`claims`: each claim with its test, verdict, figures and the date of the data; the user's own can be added."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from data.claim_book import ClaimBookError, ClaimTerms, added, dropped, keep_claims, read_claims
from models.dates import date_text
from models.desk import Desk
from models.lab.claims import ClaimsAnswer, ClaimsRequest
from ui.terminal.asking import performed
from ui.terminal.refusal import Refusal
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print the verdicts, or keep or drop a claim of the user's."""
    path = desk.profile.settings.with_name("claims.toml")
    try:
        if options.action in ("add", "remove"):
            return _change(desk, path, options)
        request = ClaimsRequest(read_claims(path), options.meant)
    except ClaimBookError as error:
        raise Refusal(str(error)) from error
    found = performed(desk, request)
    if options.report is not None:
        from ui.lab.claims_presentation import present
        from ui.terminal.reporting import write_report

        write_report(desk, options, present(found, request))
    if options.json:
        from models.evidence.record import plain

        print(json.dumps(plain(found), indent=2))
    else:
        _print(found)
    return 0


def _change(desk: Desk, path: Path, options: argparse.Namespace) -> int:
    book, now = read_claims(path), desk.parts.clock()
    try:
        if options.action == "add":
            terms = ClaimTerms(
                options.leader, options.follower, options.share, options.horizon, options.outcome,
                options.sessions_below,
            )  # fmt: skip
            book = added(book, options.name, terms, now)
            said = f"Kept: {options.name}. 'claims' judges it by the same rule as all others."
        else:
            book = dropped(book, options.name, now)
            said = f"Removed: {options.name}. What it said stays on record."
    except ValueError as error:
        raise Refusal(str(error)) from error
    keep_claims(path, book)
    print(said)
    return 0


def _print(found: ClaimsAnswer) -> None:
    for judged in found.judged:
        print(f"“{judged.claim.quote}”")
        print(f"  {judged.finding.verdict.value.upper()}. {judged.finding.reason}")
        if judged.claim.test != "none":
            print(f"  Tested by: {judged.claim.tested_by}")
        if judged.lines:
            print(table(judged.heads, list(judged.lines), right=tuple(range(1, len(judged.heads)))))
        if judged.note:
            print(f"  {judged.note}")
        print()
    for name, when in found.removed:
        print(f"“{name}” was dropped on {date_text(when)}; it is not judged any more.")
    data = "; ".join(f"{symbol} until {date_text(last)} ({source})" for symbol, source, last in found.data)
    economy = "".join(f"; {name} until {date_text(last)}" for name, last in found.economy)
    print(f"Data: {data}{economy}. Seed {found.seed}.")
