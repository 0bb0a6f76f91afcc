"""Rules judged on the bar in progress: told at the touch, once, and never as confirmed.  Pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from data.ledger import Alert, Judgement
from models.breakout import State
from models.highs import running_highs
from models.rules.evidence import Evidence, Series, price_of, series_of
from models.rules.firing import FIRED, expires_at
from models.rules.judge import CANNOT_TELL, Obstacle, obstacle_of
from models.rules.levels import Levels, highest_before, left, levels_of, reached
from models.rules.rule import AtHigh, InRegime, Leaf, Rule, Side, Subject, subjects, symbols
from models.rules.signals import HOLDS, HOLDS_NOT, UNKNOWN, combined, leaves_of, parameters_of, signals
from models.rules.telling import PriceLeaf, happened, name_of, price_text, source_of


@dataclass(frozen=True, slots=True)
class LivePrice:
    """The bar in progress of one asset: the last price, how far it has been in the session, and as of when (UTC)."""

    session: dt.date
    price: float
    high: float
    low: float
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Whether one condition held at the last look (None: never known), and how far the bar had been by then."""

    holds: bool | None = None
    furthest: float | None = None


@dataclass(frozen=True, slots=True)
class LiveState:
    """What a live rule remembers from one look to the next.

    `held` has one entry for each of its conditions, none before the first look; `holds` says whether they did
    together.  `told` and `rearmed` count what happened in `session`; `able` is False while it cannot be judged.
    """

    held: tuple[Held, ...] = ()
    holds: bool | None = None
    session: dt.date | None = None
    told: int = 0
    rearmed: int = 0
    told_at: dt.datetime | None = None
    able: bool = True


@dataclass(frozen=True, slots=True)
class LiveVerdict:
    """What a look at the bar in progress came to: alerts, what to remember, and the judgement worth keeping."""

    alerts: tuple[Alert, ...]
    state: LiveState
    judgement: Judgement | None = None


def as_text(state: LiveState) -> str:
    """Return a live rule's memory as JSON."""
    return json.dumps(
        {
            "held": [[one.holds, one.furthest] for one in state.held],
            "holds": state.holds,
            "session": state.session.isoformat() if state.session else None,
            "told": state.told,
            "rearmed": state.rearmed,
            "told_at": state.told_at.isoformat() if state.told_at else None,
            "able": state.able,
        }
    )


def from_text(text: str | None) -> LiveState:
    """Return the memory that a text holds; one that is missing or damaged is that of a rule that never looked."""
    try:
        kept = json.loads(text or "{}")
        session, told_at = kept.get("session"), kept.get("told_at")
        return LiveState(
            held=tuple(Held(holds, furthest) for holds, furthest in kept.get("held", [])),
            holds=kept.get("holds"),
            session=dt.date.fromisoformat(session) if session else None,
            told=int(kept.get("told", 0)),
            rearmed=int(kept.get("rearmed", 0)),
            told_at=dt.datetime.fromisoformat(told_at) if told_at else None,
            able=bool(kept.get("able", True)),
        )
    except (ValueError, TypeError, AttributeError):
        return LiveState()


def prices_in_progress(evidence: Evidence, now: dt.datetime) -> dict[str, LivePrice]:
    """Return the bars in progress that the views hold, by symbol."""
    found = {}
    for symbol, view in evidence.views.items():
        bars = view.bars
        if len(bars) and not bars.final[-1] and bars.valid[-1]:
            close = float(bars.close[-1])
            high, low = (float(np.nan_to_num(column[-1], nan=close)) for column in (bars.high, bars.low))
            at = view.fetched_at or now
            found[symbol] = LivePrice(bars.session[-1].astype(object), close, max(high, close), min(low, close), at)
    return found


def judge_live(
    rule: Rule, state: LiveState, prices: Mapping[str, LivePrice], evidence: Evidence, now: dt.datetime
) -> LiveVerdict:
    """Look at the bars in progress once: tell when the condition begins to hold, and re-arm when it ceases.

    The first look only learns how things stand.  Without a bar in progress of the leading asset nothing happens.
    """
    named = symbols(rule.condition)
    live = prices.get(named[0]) if named else None
    if live is None or not all(view.audit.calendar_checked for view in evidence.views.values()):
        return LiveVerdict((), state)
    obstacle = obstacle_of(rule, evidence)
    if obstacle is not None:
        return _cannot_tell(rule, state, live, obstacle, now)
    if is_over(live, named[0], evidence):
        return LiveVerdict((), state)
    conditions = leaves_of(rule.condition)
    before = state.held if len(state.held) == len(conditions) else (Held(),) * len(conditions)
    if state.session != live.session:
        state = replace(state, session=live.session, told=0, rearmed=0)
        before = tuple(replace(one, furthest=None) for one in before)
    held = tuple(
        _look(leaf, one, prices, evidence, rule.rearm, now) for leaf, one in zip(conditions, before, strict=True)
    )
    return _decide(rule, replace(state, held=held, able=True), conditions, live, evidence, now)


def is_over(live: LivePrice, symbol: str, evidence: Evidence) -> bool:
    """Return whether the session of a bar in progress has settled since; `KeyError` without a view of the asset."""
    settled = evidence.views[symbol].bars.settled().session
    return len(settled) > 0 and bool(np.datetime64(live.session) <= settled[-1])


def _decide(
    rule: Rule, state: LiveState, conditions: tuple[Leaf, ...], live: LivePrice, evidence: Evidence, now: dt.datetime
) -> LiveVerdict:
    truth_of = {leaf: _truth(one.holds) for leaf, one in zip(conditions, state.held, strict=True)}
    truth = int(combined(rule.condition, lambda leaf: np.array([truth_of[leaf]], np.int8))[0])
    before = state.holds
    if truth == UNKNOWN:
        return LiveVerdict((), state)
    holds = truth == HOLDS
    after = replace(state, holds=holds)
    if before is True and not holds:
        after = replace(after, rearmed=after.rearmed + 1)
    if before is not False or not holds:
        changed = before is not holds
        return LiveVerdict((), after, _judgement(rule, live, holds, evidence, now) if changed else None)
    if _is_silent(rule, state, now):
        return LiveVerdict((), after, _judgement(rule, live, holds, evidence, now))
    after = replace(after, told=after.told + 1, told_at=now)
    return LiveVerdict((_alert(rule, after, live, evidence, now),), after, _judgement(rule, live, holds, evidence, now))


def _is_silent(rule: Rule, state: LiveState, now: dt.datetime) -> bool:
    end = expires_at(rule)
    expired = end is not None and now >= end
    # A clock that was set back must not silence a rule for as long.
    cooling = state.told_at is not None and dt.timedelta(0) <= now - state.told_at < rule.cooldown
    return expired or cooling


def _truth(holds: bool | None) -> int:
    return UNKNOWN if holds is None else HOLDS if holds else HOLDS_NOT


def _look(
    leaf: Leaf,
    before: Held,
    prices: Mapping[str, LivePrice],
    evidence: Evidence,
    rearm: float,
    now: dt.datetime,
) -> Held:
    """Return whether one condition holds now; what cannot be known now leaves it as it was."""
    if isinstance(leaf, InRegime):
        return Held(_regime_holds(leaf, evidence, now))
    if not _is_running(leaf.subject, prices, evidence):
        settled = signals(Rule(key="", name="", condition=leaf, rearm=rearm), evidence).truth
        return Held({HOLDS: True, HOLDS_NOT: False}.get(int(settled[-1]))) if len(settled) else before
    series = series_of(leaf.subject, evidence)
    price = price_of(leaf.subject, _latest(leaf, prices, evidence), series)
    side, level, strict = _level(leaf, series, evidence)
    if price is None or not np.isfinite(level):
        return before
    furthest = _furthest(leaf, side, prices, evidence)
    news = furthest if before.holds is not None and _is_further(side, furthest, before.furthest) else None
    at_it = bool(reached(side, price if news is None else news, level, strict=strict))
    # Sources differ on how far the bar has been, and correct it: less than before is no reason to be told of it twice.
    kept = furthest if news is not None or before.furthest is None else before.furthest
    if at_it or before.holds is None:
        return Held(at_it, kept)
    return Held(before.holds and not bool(left(side, price, level, rearm)), kept)


def _is_running(subject: Subject, prices: Mapping[str, LivePrice], evidence: Evidence) -> bool:
    """Whether an asset of the subject has a bar in progress that no settled one has overtaken."""
    named = [symbol for symbol in (subject.symbol, subject.over) if symbol is not None]
    return any(symbol in prices and not is_over(prices[symbol], symbol, evidence) for symbol in named)


def _latest(leaf: Leaf, prices: Mapping[str, LivePrice], evidence: Evidence) -> dict[str, float]:
    """Return the newest price of each asset of a condition: of the bar in progress, else the last settled close."""
    found = {}
    for symbol in symbols(leaf):
        settled = evidence.views[symbol].highs
        if symbol in prices and not is_over(prices[symbol], symbol, evidence):
            found[symbol] = prices[symbol].price
        elif len(settled):
            found[symbol] = float(settled.price[-1])
    return found


def _level(leaf: Leaf, series: Series, evidence: Evidence) -> tuple[Side, float, bool]:
    """Return on which side of which level a live condition holds; NaN while there is none, or never can be."""
    if not isinstance(leaf, AtHigh):
        levels: Levels = levels_of(leaf, series)
        return levels.side, float(levels.level[-1]), levels.strict
    if State.TOUCH not in leaf.states or len(series) < parameters_of(leaf, evidence.definitions).least_history:
        return "above", float("nan"), False
    if leaf.basis == "high" and leaf.subject.over is None:
        highs = running_highs(series.bars, evidence.views[leaf.subject.symbol].asset.tick, "high")
        return "above", float(highs.price.max()) if len(highs) else float("nan"), False
    return "above", float(highest_before(series)[-1]), False


def _furthest(leaf: Leaf, side: Side, prices: Mapping[str, LivePrice], evidence: Evidence) -> float | None:
    """Return how far the bar in progress has been towards the level; a ratio has no such thing."""
    symbol, *others = symbols(leaf)
    if others or symbol not in prices or is_over(prices[symbol], symbol, evidence):
        return None
    return prices[symbol].high if side == "above" else prices[symbol].low


def _is_further(side: Side, furthest: float | None, before: float | None) -> bool:
    """Whether the bar has been further than at the last look: then it was there in between."""
    if furthest is None or before is None:
        return furthest is not None
    return furthest > before if side == "above" else furthest < before


def _regime_holds(leaf: InRegime, evidence: Evidence, now: dt.datetime) -> bool | None:
    history = evidence.liquidity
    if history is None:
        return None
    place = int(np.searchsorted(history.known_at, int(now.timestamp()), side="right")) - 1
    regime = history.regimes[place] if place >= 0 else None
    return None if regime is None else regime == leaf.regime


def _alert(rule: Rule, state: LiveState, live: LivePrice, evidence: Evidence, now: dt.datetime) -> Alert:
    leading = subjects(rule.condition)[0]
    transition = State.TOUCH.value if isinstance(rule.condition, AtHigh) else FIRED
    return Alert(
        key=f"{rule.key}|{leading.symbol}|{live.session}|live {transition} {state.told}",
        rule=rule.key,
        symbol=leading.symbol,
        session=live.session,
        transition=transition,
        title=_title(rule, evidence),
        body=_body(rule, live, evidence),
        created_at=now,
        urgent=rule.urgent,
        channels=rule.channels,
    )


def _title(rule: Rule, evidence: Evidence) -> str:
    leaf = rule.condition
    if isinstance(leaf, AtHigh):
        return f"Live: {name_of(leaf.subject, evidence)} touches its all-time high"
    if isinstance(leaf, PriceLeaf):
        return f"Live: {name_of(leaf.subject, evidence)} {happened(leaf, evidence, live=True)}"
    return f"Live: {rule.name}"


def _body(rule: Rule, live: LivePrice, evidence: Evidence) -> str:
    leading = subjects(rule.condition)[0]
    at = f"{live.at.astimezone(dt.UTC):%H:%M} UTC"
    price = price_text(live.price, Subject(leading.symbol), evidence)
    name = evidence.views[leading.symbol].asset.name
    text = f"{name} stood at {price} at {at}. The session is in progress: it may look different at the close."
    return " ".join(
        part for part in (text, f"Bar in progress, {source_of(leading, evidence)}.", rule.note.strip()) if part
    )


def _judgement(rule: Rule, live: LivePrice, holds: bool, evidence: Evidence, now: dt.datetime) -> Judgement:
    symbol = symbols(rule.condition)[0]
    verdict = "holds, in progress" if holds else "does not hold, in progress"
    inputs: dict[str, object] = {
        "price": live.price,
        "high": live.high,
        "low": live.low,
        "at": live.at.isoformat(),
        "source": evidence.views[symbol].source,
    }
    return Judgement(rule.key, symbol, live.session, verdict, inputs, now)


def _cannot_tell(rule: Rule, state: LiveState, live: LivePrice, obstacle: Obstacle, now: dt.datetime) -> LiveVerdict:
    """Say once that the rule cannot be judged, if it ever could."""
    symbol = symbols(rule.condition)[0]
    judgement = Judgement(rule.key, symbol, live.session, CANNOT_TELL, {"reason": obstacle.sentence}, now)
    if not state.able or state.holds is None or obstacle.passing:
        return LiveVerdict((), replace(state, able=False), judgement)
    alert = Alert(
        key=f"{rule.key}|{symbol}|{live.session}|live {CANNOT_TELL}",
        rule=rule.key,
        symbol=symbol,
        session=live.session,
        transition=CANNOT_TELL,
        title=f"Live: {rule.name}: cannot tell",
        body=f"{obstacle.sentence} “{rule.name}” is not judged until that is over.",
        created_at=now,
        urgent=rule.urgent,
        channels=rule.channels,
    )
    return LiveVerdict((alert,), replace(state, able=False), judgement)
