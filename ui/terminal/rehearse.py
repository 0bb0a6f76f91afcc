"""`rehearse`: what a rule would have told over history, by the code that judges it."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

from data.catalog import asset_for
from data.macro_store import MacroStore
from data.rulebook import Rulebook
from models.dates import date_text
from models.derive import Definitions
from models.desk import Desk
from models.macro.economy import stored_liquidity
from models.refresh import stored_view
from models.rules.evidence import Evidence
from models.rules.keeping import kept_rules
from models.rules.rehearsal import Firing, Rehearsal, Spell, rehearse
from models.rules.rule import Rule, symbols
from models.rules.toml import read_rules
from models.rules.words import rule_words
from ui.terminal.refusal import Refusal
from ui.terminal.rules import found
from ui.terminal.table import table


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Rehearse one rule on what is stored, and print each time it would have spoken."""
    rule = _rule(desk, options.rule)
    result = rehearse(rule, _evidence(desk, rule), options.start)
    if options.json:
        print(json.dumps(as_json(result, desk.parts.definitions), indent=2))
        return 0
    for problem in result.problems:
        print(problem, file=sys.stderr)
    _print(desk, result)
    return 0


def as_json(result: Rehearsal, definitions: Definitions) -> dict[str, object]:
    """Return the stable keys of `rehearse --json`; lateness in seconds, shares as fractions."""
    late = result.worst_lateness
    return {
        "rule": result.rule.key,
        "name": result.rule.name,
        "words": rule_words(result.rule, definitions.states),
        "from": result.first.isoformat() if result.first else None,
        "to": result.last.isoformat() if result.last else None,
        "times_fired": len(result.firings),
        "share_failed": result.share_failed,
        "days_to_failure": list(result.days_to_failure),
        "worst_lateness": late.total_seconds() if late is not None else None,
        "firings": [_firing(one) for one in result.firings],
        "breaks": [_spell(one) for one in result.spells],
        "problems": list(result.problems),
    }


def _firing(one: Firing) -> dict[str, object]:
    return {
        "date": one.session.isoformat(),
        "transition": one.transition,
        "price": one.price,
        "level": None if math.isnan(one.level) else one.level,
        "received_at": one.received_at.isoformat(),
        "break_date": one.spell.session.isoformat() if one.spell else None,
        "outcome": one.outcome,
        "sessions_to_failure": one.spell.sessions if one.spell else None,
    }


def _spell(one: Spell) -> dict[str, object]:
    return {
        "date": one.session.isoformat(),
        "level": one.level,
        "outcome": one.outcome,
        "confirmed_on": one.confirmed_on.isoformat() if one.confirmed_on else None,
        "failed_on": one.failed_on.isoformat() if one.failed_on else None,
        "sessions_to_failure": one.sessions,
    }


def _rule(desk: Desk, named: str) -> Rule:
    path = Path(named)
    if path.suffix.lower() != ".toml":
        return found(kept_rules(Rulebook(desk.parts.store), desk.parts.clock()), named).rule
    try:
        read = read_rules(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path} cannot be read as text.") from error
    if len(read.rules) != 1 or read.problems:
        raise Refusal(" ".join(read.problems) or f"{path} must hold one rule to rehearse, and holds {len(read.rules)}.")
    return read.rules[0]


def _evidence(desk: Desk, rule: Rule) -> Evidence:
    parts = desk.parts
    views = {name: stored_view(parts, asset_for(name), calendars=parts.calendars) for name in symbols(rule.condition)}
    for name, view in views.items():
        if len(view.highs) == 0:
            raise Refusal(f"No prices of {name} are stored. 'refresh' fetches them, 'import' reads a file.")
    liquidity = stored_liquidity(MacroStore(parts.store.database), parts.clock())
    return Evidence(views, parts.calendars, parts.definitions, liquidity)


def _print(desk: Desk, result: Rehearsal) -> None:
    print(rule_words(result.rule, desk.parts.definitions.states))
    rows = [
        (
            date_text(one.session),
            one.transition,
            f"{one.price:,.10g}",
            "" if math.isnan(one.level) else f"{one.level:,.10g}",
            one.outcome or "",
            str(one.spell.sessions) if one.spell and one.spell.sessions is not None else "",
        )
        for one in result.firings
    ]
    if rows:
        print(table(("session", "told", "price", "level", "outcome", "sessions to failure"), rows, right=(2, 3, 5)))
    since = f" since {date_text(result.first)}" if result.first else ""
    times = "once" if len(rows) == 1 else f"{len(rows):,} times"
    failed = (
        "" if result.share_failed is None else f"; {result.share_failed:.0%} of its breaks failed".replace("%", " %")
    )
    print(f"It would have spoken {times}{since}{failed}.")
