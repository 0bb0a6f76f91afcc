"""`claims`: each claim with its test, verdict, figures and the date of the data; the user's own can be added."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from data.claim_book import ClaimBookError, OwnClaim, keep_claims, read_claims
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
        own = read_claims(path)
        if options.action == "add":
            return _add(desk, path, own, options)
        if options.action == "remove":
            return _remove(path, own, options.name)
    except ClaimBookError as error:
        raise Refusal(str(error)) from error
    request = ClaimsRequest(own)
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


def _add(desk: Desk, path: Path, own: tuple[OwnClaim, ...], options: argparse.Namespace) -> int:
    if any(claim.name == options.name for claim in own):
        raise Refusal(f"There is a claim called “{options.name}” already; 'claims remove' drops it.")
    try:
        claim = OwnClaim(
            options.name, options.leader, options.follower, options.share, desk.parts.clock().date(),
            options.horizon, options.outcome, options.sessions_below,
        )  # fmt: skip
    except ValueError as error:
        raise Refusal(str(error)) from error
    keep_claims(path, (*own, claim))
    print(f"Kept: {claim.name}. 'claims' judges it by the same rule as all others.")
    return 0


def _remove(path: Path, own: tuple[OwnClaim, ...], name: str) -> int:
    kept = tuple(claim for claim in own if claim.name != name)
    if len(kept) == len(own):
        raise Refusal(f"There is no claim of yours called “{name}”.")
    keep_claims(path, kept)
    print(f"Removed: {name}.")
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
    data = "; ".join(f"{symbol} until {date_text(last)} ({source})" for symbol, source, last in found.data)
    print(f"Data: {data}. Seed {found.seed}.")
