"""The rules of a profile: read from the book, put into it, and the one that the app brings itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from data.rulebook import Entry, Rulebook
from models.rules.faults import faults
from models.rules.judge import ALL_TIME_HIGH
from models.rules.rule import Rule
from models.rules.toml import read_rules, write_rules


@dataclass(frozen=True, slots=True)
class KeptRule:
    """A rule as it is kept: since when it watches (UTC; only what settles later is news), and its revision."""

    rule: Rule
    armed_at: dt.datetime
    revision: int
    created_at: dt.datetime
    edited_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a profile in the order they were made, and what is wrong with those that cannot be read."""

    kept: tuple[KeptRule, ...] = ()
    problems: tuple[str, ...] = ()

    def named(self, key_or_name: str) -> KeptRule | None:
        """Return the rule of this key, else the only one of this name."""
        for kept in self.kept:
            if kept.rule.key == key_or_name:
                return kept
        found = [kept for kept in self.kept if kept.rule.name.casefold() == key_or_name.casefold()]
        return found[0] if len(found) == 1 else None


def kept_rules(book: Rulebook, now: dt.datetime) -> Rules:
    """Return the rules of the book; the first call on a profile puts the built-in one into it.

    A row that is damaged is named and skipped, and the others work.  Raises `StoreError`.
    """
    book.adopt(ALL_TIME_HIGH.key, write_rules([ALL_TIME_HIGH]), now)
    kept, problems = [], []
    for entry in book.entries():
        rule = _rule_of(entry)
        if rule is None:
            problems.append(
                f"The rule “{entry.key}” cannot be read and is not judged; the others are. "
                "Please make it again, or remove it."
            )
        else:
            kept.append(KeptRule(rule, entry.armed_at, entry.revision, entry.created_at, entry.edited_at))
    return Rules(tuple(kept), tuple(problems))


def keep(book: Rulebook, rule: Rule, now: dt.datetime) -> bool:
    """Keep a new or edited rule, and return whether that changed anything.

    What was edited is armed anew, unless only its name, note, channels or urgency changed.  Raises `StoreError`, and
    `ValueError` for a rule with faults.
    """
    if found := faults(rule):
        raise ValueError(" ".join(found))
    entry = book.entry(rule.key)
    before = None if entry is None else _rule_of(entry)
    if before == rule:
        return False
    book.save(rule.key, write_rules([rule]), now, rearm=before is None or not _watches_alike(before, rule))
    return True


def keep_all(book: Rulebook, rules: Iterable[Rule], now: dt.datetime) -> tuple[str, ...]:
    """Keep several rules, and return the keys of those that are new or changed.  Raises as `keep` does."""
    return tuple(rule.key for rule in rules if keep(book, rule, now))


def _watches_alike(one: Rule, other: Rule) -> bool:
    return one == replace(other, name=one.name, note=one.note, channels=one.channels, urgent=one.urgent)


def _rule_of(entry: Entry) -> Rule | None:
    read = read_rules(entry.definition)
    whole = len(read.rules) == 1 and not read.problems and read.rules[0].key == entry.key
    return read.rules[0] if whole else None
