"""Why a rule spoke or was silent, asked of the record: on what was known when it was judged, where that can be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from data.catalog import asset_for
from data.ledger import Judgement, Ledger
from data.macro_store import MacroStore
from data.store import Stored
from models.dates import date_text
from models.derive import derive
from models.judging import standing_of
from models.macro.economy import stored_liquidity
from models.refresh import Parts
from models.rules.evidence import Evidence
from models.rules.explain import Explanation, explain
from models.rules.judge import CANNOT_TELL
from models.rules.keeping import KeptRule
from models.rules.rule import symbols
from models.snapshot import AssetView

TODAY = "Judged on the prices as they are stored today."
NOT_JUDGED = f"No verdict on that session is on record. {TODAY}"
NOT_KNOWN = f"Which prices were known when it was judged cannot be told for certain any more. {TODAY}"


def explain_then(
    parts: Parts, ledger: Ledger, kept: KeptRule, view_today: Callable[[str], AssetView], session: dt.date
) -> Explanation:
    """Explain a session on the bars and the audit as they were known when the rule was first judged on it.

    `basis` of the answer says on which prices.  Where no verdict is on record, or what was known then cannot be told
    for certain, they are those of `view_today`.  The rule is as it is now.  Raises `StoreError`.
    """
    named = symbols(kept.rule.condition)
    judged = [one for one in ledger.evaluations(kept.rule.key, named[0]) if _is_about(one, session)] if named else []
    told = [one.at for one in judged if one.verdict != CANNOT_TELL] or [one.at for one in judged]
    then = _views_then(parts, named, min(told)) if told else None
    is_there = then is not None and np.datetime64(session) in then[named[0]].highs.session
    if then is not None and is_there:
        basis = f"Judged on the prices as they were known on {date_text(min(told).date())}, {min(told):%H:%M} UTC."
        return _explained(parts, ledger, kept, then, session, basis)
    today = {symbol: view_today(symbol) for symbol in named}
    return _explained(parts, ledger, kept, today, session, NOT_KNOWN if told else NOT_JUDGED)


def _is_about(verdict: Judgement, session: dt.date) -> bool:
    """Whether a verdict took in the session when it had settled; live ones are about the bar in progress."""
    return verdict.through >= session and not verdict.verdict.endswith("in progress")


def _explained(
    parts: Parts, ledger: Ledger, kept: KeptRule, views: Mapping[str, AssetView], session: dt.date, basis: str
) -> Explanation:
    liquidity = stored_liquidity(MacroStore(parts.store.database), parts.clock())
    evidence = Evidence(views, parts.calendars, parts.definitions, liquidity)
    return replace(explain(kept.rule, evidence, session, standing_of(kept, ledger)), basis=basis)


def _views_then(parts: Parts, named: tuple[str, ...], at: dt.datetime) -> dict[str, AssetView] | None:
    """Return each asset as it was known at an instant; None where that is not certain of one of them."""
    views = {}
    for symbol in named:
        known, stored = parts.store.settled_as_of(symbol, at), parts.store.bars(symbol)
        if not known.certain or len(known.bars) == 0:
            return None
        then = Stored(known.bars, stored.source, at, currency=stored.currency, primary=stored.primary)
        asset = asset_for(symbol)
        views[symbol] = derive(asset, then, calendars=parts.calendars, now=at, definitions=parts.definitions)
    return views
