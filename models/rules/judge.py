"""One rule judged on settled bars: verdict, alerts, and what is on record afterwards.  Pure.

The same code judges in the window, in the watch without one, in a rehearsal and in playback.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.calendar import SETTLE_DELAY
from data.catalog import asset_for
from data.ledger import Alert, Judgement
from models.breakout import State
from models.dates import date_text
from models.rules.evidence import Evidence
from models.rules.firing import Candidate, candidates
from models.rules.rule import AllOf, AnyOf, AtHigh, Condition, InRegime, Rule, Subject, subjects, symbols
from models.rules.signals import HOLDS, HOLDS_NOT, UNKNOWN, Signals, signals
from models.rules.telling import Board, body, name_of, source_of, stands, title
from models.snapshot import AssetView

CANNOT_TELL = "cannot tell"
LATE_AFTER = dt.timedelta(hours=2)
TRUTH_WORDS = {HOLDS: "holds", UNKNOWN: "not known yet", HOLDS_NOT: "does not hold"}

# The rule that every profile begins with; alerts told before there were any others carry its key.
ALL_TIME_HIGH = Rule(key="all-time high", name="All-time high", condition=AtHigh(Subject("^RUT")))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is on record for one rule: since when it watches (UTC), and the last session judged (None: none yet).

    `told` is False as long as no verdict was ever given but "cannot tell"; `fired` is the session that was last told
    of.
    """

    armed_at: dt.datetime
    judged_through: dt.date | None
    told: bool = True
    fired: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judgement, the alerts that follow from it, and what is on record afterwards."""

    judgement: Judgement
    alerts: tuple[Alert, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a rule cannot be judged: a sentence about the asset `symbol` (or liquidity, "").

    `passing` is one that is nobody's fault and goes by itself, as before the first prices are there.
    """

    symbol: str
    sentence: str
    passing: bool = False


def judge(
    rule: Rule, standing: Standing, evidence: Evidence, now: dt.datetime, board: Board | None = None
) -> Verdict | None:
    """Judge one rule at `now`; None when there is nothing to judge yet.

    Only sessions that closed after `standing.armed_at` and that were not judged before can be news.  Where a history
    that it needs is not whole the verdict is "cannot tell", and it says so once, unless it never could.  `board` adds
    a sentence to the alert of a break; it may take its time, as this runs in a worker.
    """
    if not subjects(rule.condition) or not _is_checked(rule, evidence):
        return None
    obstacle = obstacle_of(rule, evidence)
    if obstacle is not None:
        return _cannot_tell(rule, standing, evidence, obstacle, now)
    found = signals(rule, evidence)
    if len(found.session) == 0:
        return _cannot_tell(rule, standing, evidence, _nothing_in_common(rule, evidence), now)
    unknown = _unknown_regime(found)
    if unknown is not None:
        return _cannot_tell(rule, standing, evidence, unknown, now)
    return _judged(rule, standing, evidence, found, now, board)


def obstacle_of(rule: Rule, evidence: Evidence) -> Obstacle | None:
    """Return the first thing that keeps the rule from being judged on this evidence, None where nothing does."""
    for symbol in symbols(rule.condition):
        view = evidence.views.get(symbol)
        name = view.asset.name if view is not None else asset_for(symbol).name
        if not evidence.is_watched(symbol):
            return Obstacle(
                symbol, f"{name} ({symbol}) is not on the watchlist, so its prices are not kept up to date."
            )
        if view is None:
            return Obstacle(symbol, f"There are no prices of {name} yet.", passing=True)
        blocking = (finding.message for finding in view.audit.findings if finding.severity == "blocking")
        if not view.audit.whole:
            return Obstacle(symbol, next(blocking))
    return None


def withdrawals(rule: Rule, evidence: Evidence, withdrawn: Sequence[dt.date], now: dt.datetime) -> tuple[Alert, ...]:
    """Return one alert for each break that a revision of the prices has undone."""
    leading = subjects(rule.condition)[0]
    name, source = name_of(leading, evidence), source_of(leading, evidence)
    return tuple(
        Alert(
            key=f"{rule.key}|{leading.symbol}|{session}|withdrawn",
            rule=rule.key,
            symbol=leading.symbol,
            session=session,
            transition="withdrawn",
            title=f"{name}: the break of {date_text(session)} is withdrawn",
            body=f"{source} changed its prices; the close of {date_text(session)} is no longer a break.",
            created_at=now,
            urgent=rule.urgent,
            channels=rule.channels,
        )
        for session in withdrawn
    )


def _is_checked(rule: Rule, evidence: Evidence) -> bool:
    """Whether every history was compared with its calendar, and the leading one has bars at all."""
    views = [evidence.views[symbol] for symbol in symbols(rule.condition) if symbol in evidence.views]
    leading = evidence.views.get(symbols(rule.condition)[0])
    has_bars = leading is None or len(leading.bars.settled()) > 0
    return has_bars and all(view.audit.calendar_checked for view in views)


def _judged(
    rule: Rule, standing: Standing, evidence: Evidence, found: Signals, now: dt.datetime, board: Board | None
) -> Verdict:
    last = _last_session(evidence, found)
    held = _held_back(rule, evidence)
    told = [
        one
        for one in candidates(
            rule, found, armed_at=standing.armed_at, after=standing.judged_through, last=_told_at(standing, found)
        )
        if one.silence is None
    ]
    if held is not None:
        told = [kept for one in told if (kept := _without_confirmation(one, last)) is not None]
    alerts = tuple(alert for one in told for alert in _alerts(rule, evidence, found, one, now, board))
    # What is held back stays unjudged, so that it is told once the second source agrees.
    through = last if held is None else _session_before(found, last)
    verdict = _verdict(rule, found) if held is None else f"{_verdict(rule, found)}, held back"
    judgement = Judgement(
        rule.key, subjects(rule.condition)[0].symbol, through, verdict, inputs_of(evidence, found), now
    )
    fired = told[-1].session if told else standing.fired
    return Verdict(
        judgement, alerts, replace(standing, judged_through=_later(standing, through), told=True, fired=fired)
    )


def _later(standing: Standing, through: dt.date) -> dt.date:
    return through if standing.judged_through is None else max(through, standing.judged_through)


def _told_at(standing: Standing, found: Signals) -> dt.datetime | None:
    """Return the close of the session that was last told of; of one that is no longer there, of the one before."""
    if standing.fired is None:
        return None
    place = int(np.searchsorted(found.session, np.datetime64(standing.fired), side="right")) - 1
    return dt.datetime.fromtimestamp(int(found.closes[place]), dt.UTC) if place >= 0 else None


def _last_session(evidence: Evidence, found: Signals) -> dt.date:
    subject = found.series.subject
    settled = evidence.views[subject.symbol].bars.settled().session if subject.over is None else found.session
    last: dt.date = settled[-1].astype(object)
    return last


def _session_before(found: Signals, last: dt.date) -> dt.date:
    earlier = found.session[found.session < np.datetime64(last)]
    return earlier[-1].astype(object) if len(earlier) else last - dt.timedelta(days=1)


def _held_back(rule: Rule, evidence: Evidence) -> str | None:
    """Return why a confirmation is held back, where the rule would tell of one on an asset that this is so of."""
    for subject in subjects(rule.condition):
        for symbol in filter(None, (subject.symbol, subject.over)):
            reason = evidence.views[symbol].held_back
            if reason is not None and _tells_confirmations(rule.condition, subject):
                return reason
    return None


def _tells_confirmations(condition: Condition, subject: Subject) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        return any(_tells_confirmations(part, subject) for part in condition.conditions)
    return isinstance(condition, AtHigh) and condition.subject == subject and State.CONFIRMED in condition.states


def _without_confirmation(one: Candidate, last: dt.date) -> Candidate | None:
    if one.session < last or not one.news:
        return one
    news = tuple(item for item in one.news if item.step.after is not State.CONFIRMED)
    return replace(one, news=news, transitions=tuple(item.step.after.value for item in news)) if news else None


def _verdict(rule: Rule, found: Signals) -> str:
    """Name where the rule stands on the last session: the state of its one all-time high, else whether it holds."""
    leaf = rule.condition
    if isinstance(leaf, AtHigh):
        path = found.readings[leaf].track.path
        return path.states[-1].value if path is not None and path.states else State.WARMUP.value
    return TRUTH_WORDS[int(found.truth[-1])]


def _alerts(
    rule: Rule, evidence: Evidence, found: Signals, one: Candidate, now: dt.datetime, board: Board | None
) -> tuple[Alert, ...]:
    symbol = found.series.subject.symbol
    return tuple(
        Alert(
            key=f"{rule.key}|{symbol}|{one.session}|{transition}",
            rule=rule.key,
            symbol=symbol,
            session=one.session,
            transition=transition,
            title=title(rule, evidence, news),
            body=body(rule, evidence, found, one.place, news, board),
            created_at=now,
            late=now > one.closes + SETTLE_DELAY + LATE_AFTER,
            urgent=rule.urgent,
            channels=rule.channels,
        )
        for transition, news in zip(one.transitions, one.news or (None,), strict=True)
    )


def _unknown_regime(found: Signals) -> Obstacle | None:
    for leaf, reading in found.readings.items():
        if not isinstance(leaf, InRegime):
            continue
        if int(reading.row[-1]) < 0:
            return Obstacle("", "What liquidity is doing is not known: its data are missing.")
        if reading.truth[-1] == UNKNOWN:
            return Obstacle("", "What liquidity is doing is not known: its newest figures are too old.")
    return None


def _nothing_in_common(rule: Rule, evidence: Evidence) -> Obstacle:
    leading = subjects(rule.condition)[0]
    return Obstacle(leading.symbol, f"{name_of(leading, evidence)} has no session with a price of both.")


def _cannot_tell(rule: Rule, standing: Standing, evidence: Evidence, obstacle: Obstacle, now: dt.datetime) -> Verdict:
    symbol = symbols(rule.condition)[0]
    through = standing.judged_through or _before_judging(symbol, evidence, standing)
    ends = (
        "Nothing is announced until the history is whole again."
        if isinstance(rule.condition, AtHigh)
        else f"“{rule.name}” is not judged until that is over."
    )
    named = evidence.views[obstacle.symbol].asset.name if obstacle.symbol in evidence.views else rule.name
    alert = Alert(
        key=f"{rule.key}|{symbol}|{through}|{CANNOT_TELL}",
        rule=rule.key,
        symbol=symbol,
        session=through,
        transition=CANNOT_TELL,
        title=f"{named}: cannot tell",
        body=f"{obstacle.sentence} {ends}",
        created_at=now,
        urgent=rule.urgent,
        channels=rule.channels,
    )
    inputs: dict[str, object] = {"reason": obstacle.sentence, "because_of": obstacle.symbol}
    view = evidence.views.get(symbol)
    if view is not None:
        inputs |= _about(view)
    judgement = Judgement(rule.key, symbol, through, CANNOT_TELL, inputs, now)
    says_so = standing.told and not obstacle.passing
    return Verdict(judgement, (alert,) if says_so else (), replace(standing, judged_through=through))


def _before_judging(symbol: str, evidence: Evidence, standing: Standing) -> dt.date:
    """Return a session that closed before the rule was armed: what could not be judged must be judged later."""
    before = standing.armed_at.date() - dt.timedelta(days=1)
    view = evidence.views.get(symbol)
    settled = view.bars.settled().session if view is not None else np.empty(0, "datetime64[D]")
    return min(before, settled[-1].astype(object)) if len(settled) else before


def inputs_of(evidence: Evidence, found: Signals) -> dict[str, object]:
    """Return what the rule was judged on, in words and numbers that JSON can keep."""
    inputs = _about(evidence.views[found.series.subject.symbol])
    inputs["readings"] = [
        {
            "condition": type(leaf).__name__,
            "truth": TRUTH_WORDS[int(reading.truth[-1])],
            "says": stands(reading, len(found.session) - 1, evidence),
        }
        for leaf, reading in found.readings.items()
    ]
    return inputs


def _about(view: AssetView) -> dict[str, object]:
    high = view.high
    return {
        "state": view.state.value,
        "last_close": float(view.highs.price[-1]) if len(view.highs) else None,
        "high": high.price if high else None,
        "high_session": high.session.isoformat() if high else None,
        "source": view.source,
        "findings": [finding.kind for finding in view.audit.findings if finding.severity != "note"],
        "held_back": view.held_back,
    }
