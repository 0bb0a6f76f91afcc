"""What the windows of rules have done in worker threads: the book read and changed, the past tried, reasons found."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from data.catalog import asset_for
from data.ledger import Ledger
from data.macro_store import MacroStore
from data.rulebook import Rulebook
from data.sheet import FileRefused
from data.trail import Trail, Wanted, as_csv, as_json
from models.explaining import explain_then
from models.macro.economy import stored_liquidity
from models.refresh import Parts, stored_view
from models.rules.evidence import Evidence, series_of
from models.rules.explain import Explanation
from models.rules.keeping import keep, keep_all, kept_rules
from models.rules.rehearsal import Firing as Told
from models.rules.rehearsal import Rehearsal, rehearse
from models.rules.rule import Rule, subjects, symbols
from models.rules.toml import read_rules, write_rules
from models.rules.words import rule_words
from models.snapshot import AssetView
from ui.rules.past_strip import Ending, Firing, Past
from ui.rules.rule_list import RuleLine
from ui.wording import count_text, date_text, percent_text

ALL_LINES = 1_000_000
_ENDINGS: Mapping[str | None, Ending] = {"confirmed": "held", "over": "held", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of the book as the list shows them, and what cannot be read of it."""

    lines: tuple[RuleLine, ...]
    problems: tuple[str, ...] = ()


def read_book(parts: Parts, ledger: Ledger) -> Book:
    """Read every rule, with its words and when it last spoke.  Raises `StoreError`."""
    rules = kept_rules(Rulebook(parts.store), parts.clock())
    lines = []
    for kept in rules.kept:
        named = symbols(kept.rule.condition)
        last = ledger.last_told(kept.rule.key, named[0]) if named else None
        lines.append(RuleLine(kept.rule, rule_words(kept.rule, parts.definitions.states), kept.armed_at, last))
    return Book(tuple(lines), rules.problems)


def past_of(parts: Parts, views: Mapping[str, AssetView], rule: Rule) -> Past | str:
    """Return what the rule would have done on what is known, or the sentence that says why that cannot be told.

    Raises `StoreError`.
    """
    needed = {name: _view(parts, views, name) for name in symbols(rule.condition)}
    for view in needed.values():
        if len(view.highs) == 0:
            return f"No prices of {view.asset.name} are stored, so there is no past to look at."
    liquidity = stored_liquidity(MacroStore(parts.store.database), parts.clock())
    evidence = Evidence(needed, parts.calendars, parts.definitions, liquidity)
    found = rehearse(rule, evidence)
    leading = series_of(subjects(rule.condition)[0], evidence)
    return Past(
        sentence=" ".join((_sentence(found), *found.problems)),
        firings=tuple(Firing(one.session, _ENDINGS.get(one.outcome, "open")) for one in found.firings),
        sessions=leading.session,
        closes=leading.price,
        figures=_figures(found),
    )


def save(parts: Parts, rule: Rule) -> str:
    """Keep a rule, and return what to say of that.  Raises `StoreError`."""
    changed = keep(Rulebook(parts.store), rule, parts.clock())
    return f"“{rule.name}” is kept; what settles from now on can be news." if changed else "Nothing was changed."


def remove(parts: Parts, rule: Rule) -> str:
    """Take a rule out of the book, and return what to say of that.  Raises `StoreError`."""
    Rulebook(parts.store).remove(rule.key, parts.clock())
    return f"“{rule.name}” was removed; its alerts stay in the trail."


def follow_level(parts: Parts, key: str, price: float) -> str:
    """Let the rule that hangs on a level have the level's new price, and say so; "" where none hangs on it."""
    book = Rulebook(parts.store)
    kept = next((each for each in kept_rules(book, parts.clock()).kept if each.rule.key == key), None)
    if kept is None or not hasattr(kept.rule.condition, "level"):
        return ""
    return save(parts, replace(kept.rule, condition=replace(kept.rule.condition, level=price)))


def bring(parts: Parts, path: Path) -> str:
    """Keep the rules of a TOML file, and say how many, and which were refused.  Raises `StoreError`."""
    try:
        read = read_rules(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return f"{path.name} cannot be read as text, so no rule was imported."
    changed = keep_all(Rulebook(parts.store), read.rules, parts.clock())
    return " ".join((f"{count_text(len(changed), 'rule', 'rules')} imported from {path.name}.", *read.problems))


def give(parts: Parts, path: Path) -> str:
    """Write every rule of the book into a TOML file, and say so.  Raises `StoreError`."""
    rules = [each.rule for each in kept_rules(Rulebook(parts.store), parts.clock()).kept]
    problem = _write(path, write_rules(rules))
    return problem or f"{count_text(len(rules), 'rule', 'rules')} written to {path.name}."


def give_trail(parts: Parts, path: Path, wanted: Wanted) -> str:
    """Write lines of the trail as CSV, or JSON by the file's name, and say so.  Raises `StoreError`."""
    entries = Trail(parts.store).entries(wanted, ALL_LINES)
    problem = _write(path, as_json(entries) if path.suffix.lower() == ".json" else as_csv(entries))
    return problem or f"{count_text(len(entries), 'line', 'lines')} written to {path.name}."


def reason(
    parts: Parts, ledger: Ledger, views: Mapping[str, AssetView], asked: tuple[str, str, dt.date]
) -> Explanation | str:
    """Return why a rule spoke or was silent on a session of a symbol, or why that cannot be said.

    Raises `StoreError`.
    """
    key, _symbol, session = asked
    kept = next((each for each in kept_rules(Rulebook(parts.store), parts.clock()).kept if each.rule.key == key), None)
    if kept is None:
        return "The rule is no longer in the book, so it cannot be asked. What was judged then is in the trail."
    return explain_then(parts, ledger, kept, partial(_view, parts, views), session)


def _view(parts: Parts, views: Mapping[str, AssetView], symbol: str) -> AssetView:
    held = views.get(symbol)
    usable = held is not None and held.audit.calendar_checked
    return held if held is not None and usable else stored_view(parts, asset_for(symbol), calendars=parts.calendars)


def _sentence(found: Rehearsal) -> str:
    since = f" since {date_text(found.first)}" if found.first else ""
    if not found.firings:
        return f"It would never have spoken{since}."
    times = "once" if len(found.firings) == 1 else f"{len(found.firings):,} times"
    return f"It would have spoken {times}{since}, the last time for {date_text(found.firings[-1].session)}."


def _figures(found: Rehearsal) -> tuple[tuple[str, str], ...]:
    figures = [("Times it would have spoken", f"{len(found.firings):,}")]
    if found.share_failed is not None:
        figures.append(("Of its breaks, failed within 21 sessions", percent_text(found.share_failed, 0, signed=False)))
    if found.days_to_failure:
        figures.append(("Days to failure, median", f"{statistics.median(found.days_to_failure):g}"))
    if found.worst_lateness is not None:
        figures.append(("Latest after its close", _length(found.worst_lateness)))
    return tuple(figures) + _by_transition(found.firings)


def _by_transition(firings: Sequence[Told]) -> tuple[tuple[str, str], ...]:
    """Count what was told by its kind, where there is more than one kind."""
    kinds = tuple(dict.fromkeys(one.transition for one in firings))
    if len(kinds) < 2:
        return ()
    return tuple((kind.capitalize(), f"{sum(one.transition == kind for one in firings):,}") for kind in kinds)


def _length(length: dt.timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h" if minutes < 2880 else f"{length.days} days"


def _write(path: Path, text: str) -> str:
    """Write a file as a whole, and return what went wrong, "" for nothing."""
    from data.chart_file import write_whole  # late: only saving needs it

    try:
        write_whole(path, text.encode())
    except FileRefused as error:
        return error.message
    return ""
