"""`rules`: what is watched for, in words; rules come from TOML files and go into them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

from data.rulebook import Rulebook
from models.derive import Definitions
from models.desk import Desk
from models.rules.keeping import KeptRule, Rules, keep, keep_all, kept_rules
from models.rules.rule import symbols
from models.rules.toml import read_rules, write_rules
from models.rules.words import rule_words
from ui.terminal.refusal import Refusal


def run(desk: Desk, options: argparse.Namespace) -> int:
    """List the rules, or do with them what was asked for."""
    book = Rulebook(desk.parts.store)
    rules = kept_rules(book, desk.parts.clock())
    for problem in rules.problems:
        print(problem, file=sys.stderr)
    actions: Mapping[str | None, Callable[[Desk, Rulebook, Rules, argparse.Namespace], int]] = {
        None: _list, "add": _add, "export": _export, "remove": _remove, "enable": _switch, "disable": _switch
    }  # fmt: skip
    return actions[options.action](desk, book, rules, options)


def as_json(kept: KeptRule, definitions: Definitions) -> dict[str, object]:
    """Return the stable keys of `rules --json`."""
    rule = kept.rule
    return {
        "key": rule.key,
        "name": rule.name,
        "words": rule_words(rule, definitions.states),
        "symbols": list(symbols(rule.condition)),
        "scope": rule.scope,
        "enabled": rule.enabled,
        "urgent": rule.urgent,
        "channels": list(rule.channels),
        "expires": rule.expires.isoformat() if rule.expires else None,
        "note": rule.note,
        "armed_at": kept.armed_at.isoformat(),
        "edited_at": kept.edited_at.isoformat(),
        "revision": kept.revision,
        "definition": write_rules([rule]),
    }


def found(rules: Rules, key_or_name: str) -> KeptRule:
    """Return the rule of this key or name; raises `Refusal`."""
    kept = rules.named(key_or_name)
    if kept is None:
        raise Refusal(f"There is no rule called “{key_or_name}”. 'rules' lists them all.")
    return kept


def _list(desk: Desk, _book: Rulebook, rules: Rules, options: argparse.Namespace) -> int:
    definitions = desk.parts.definitions
    if options.json:
        print(json.dumps([as_json(kept, definitions) for kept in rules.kept], indent=2))
        return 0
    for kept in rules.kept:
        state = "" if kept.rule.enabled else " (switched off)"
        print(f"{kept.rule.key}: {kept.rule.name}{state}\n  {rule_words(kept.rule, definitions.states)}")
    print(f"{len(rules.kept)} rule{'' if len(rules.kept) == 1 else 's'}")
    return 0


def _add(desk: Desk, book: Rulebook, rules: Rules, options: argparse.Namespace) -> int:
    """Keep the rules of a file; one with nonsense is named, and the others are kept all the same."""
    try:
        text = options.file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{options.file} cannot be read as text, so no rule was added.") from error
    read = read_rules(text)
    for problem in read.problems:
        print(problem, file=sys.stderr)
    known = {kept.rule.key for kept in rules.kept}
    changed = keep_all(book, read.rules, desk.parts.clock())
    for rule in read.rules:
        what = "is as it was" if rule.key not in changed else "was changed" if rule.key in known else "was added"
        print(f"{rule.key}: {rule.name} {what}")
    if not read.rules and not read.problems:
        raise Refusal(f"{options.file} holds no rules.")
    return 1 if read.problems else 0


def _export(_desk: Desk, _book: Rulebook, rules: Rules, options: argparse.Namespace) -> int:
    try:
        options.file.write_text(write_rules(kept.rule for kept in rules.kept), encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{options.file} could not be written. Check that the folder exists and has room.") from error
    print(f"{len(rules.kept)} rule{'' if len(rules.kept) == 1 else 's'} written to {options.file}")
    return 0


def _remove(desk: Desk, book: Rulebook, _rules: Rules, options: argparse.Namespace) -> int:
    if not book.remove(options.key, desk.parts.clock()):
        raise Refusal(f"There is no rule with the key “{options.key}”. 'rules' lists them all.")
    print(f"{options.key} was removed; what it told stays in 'alerts'.")
    return 0


def _switch(desk: Desk, book: Rulebook, rules: Rules, options: argparse.Namespace) -> int:
    kept = found(rules, options.key)
    on = options.action == "enable"
    changed = keep(book, replace(kept.rule, enabled=on), desk.parts.clock())
    print(f"{kept.rule.key} {'is' if changed else 'was already'} switched {'on' if on else 'off'}")
    return 0
