"""One round of judging: every rule of the book on what is known now.  Runs in a worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from data.ledger import Alert, Ledger
from data.macro_store import MacroStore
from data.rulebook import Rulebook
from data.store import StoreError
from data.trail import Trail
from models.hindsight import Hindsight
from models.judging import judge_all
from models.macro.economy import stored_liquidity
from models.refresh import Parts
from models.rules.evidence import Evidence
from models.rules.keeping import KeptRule, kept_rules
from models.snapshot import AssetView, World


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What a round came to: the alerts that are new, when a bar settles next, what went wrong, and the rules judged.

    `rules` is None where the book could not be read.
    """

    alerts: tuple[Alert, ...]
    settles: dt.datetime | None
    problem: str
    rules: tuple[KeptRule, ...] | None = None


def verdicts(
    parts: Parts, ledger: Ledger, views: Mapping[str, AssetView], watched: frozenset[str], world: World
) -> Verdicts:
    """Judge every rule on these views, whose symbols and the other `watched` ones are kept up to date; never raises."""
    now, book = parts.clock(), Rulebook(parts.store)
    calendars = {view.asset.calendar for view in views.values()}
    settles = min((parts.calendars.next_settle(name, now) for name in calendars), default=None)
    board = Hindsight(parts.store, parts.calendars, parts.follower, parts.horizon)
    try:
        liquidity = stored_liquidity(MacroStore(parts.store.database), now)
        evidence = Evidence(views, parts.calendars, parts.definitions, liquidity, watched)
        rules = kept_rules(book, now)
        alerts = judge_all(rules.kept, evidence, ledger, book, now, world, board)
        Trail(parts.store).drop_evaluations(now - parts.keep_judgements)
    except StoreError as error:
        return Verdicts((), settles, error.message)
    return Verdicts(alerts, settles, " ".join(rules.problems), rules.kept)
