"""Which transitions are news, and in what words: a pure judgement on settled bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from data.calendar import SETTLE_DELAY, Calendars
from data.catalog import Asset
from data.ledger import Alert, Judgement
from models.breakout import State, Transition
from models.dates import date_text
from models.snapshot import AssetView

RULE = "all-time high"
CANNOT_TELL = "cannot tell"
LATE_AFTER = dt.timedelta(hours=2)

_TOLD = {State.NEAR, State.TOUCH, State.BREAK, State.CONFIRMED, State.FAILED}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is on record for one asset: since when it is watched, and the last session judged (None: none yet).

    `told` is False as long as no verdict was ever given but "cannot tell".
    """

    armed_at: dt.datetime
    judged_through: dt.date | None
    told: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judgement and the alerts that follow from it."""

    judgement: Judgement
    alerts: tuple[Alert, ...]


def newsworthy(transitions: Iterable[Transition]) -> tuple[Transition, ...]:
    """Keep what a person wants to be told of.

    Breaks, confirmations and failures always; "near" only when coming from below; a touch only when the price has been
    below since it was last at its high.  Whoever hovers around the high is not told so every day.
    """
    kept = []
    at_high = False
    for step in transitions:
        told = step.after in _TOLD
        if step.after is State.NEAR:
            told = step.before is State.BELOW
        elif step.after is State.TOUCH:
            told = not at_high
        if told:
            kept.append(step)
        at_high = step.after is not State.BELOW and (at_high or step.after is not State.NEAR)
    return tuple(kept)


def judge(view: AssetView, standing: Standing, calendars: Calendars, now: dt.datetime) -> Verdict | None:
    """Judge one asset at `now`; None when there is nothing to judge yet.

    Only sessions that closed after `standing.armed_at` and that were not judged before can be news.  On a history that
    is not whole the verdict is "cannot tell", and it says so once, unless it never could.
    """
    settled = view.bars.settled()
    if len(settled) == 0 or not view.audit.calendar_checked:
        return None
    last: dt.date = settled.session[-1].astype(object)
    if not view.audit.whole:
        return _cannot_tell(view, standing, last, now)
    steps = newsworthy(view.transitions)
    fresh = _after(steps, view.asset, standing, calendars)
    if view.held_back:
        fresh = tuple(step for step in fresh if step.after is not State.CONFIRMED or step.session < last)
    alerts = tuple(_alert(view, step, calendars, now) for step in fresh)
    # What is held back stays unjudged, so that it is told once the second source agrees.
    through = last if not view.held_back else _session_before(settled.session, last)
    verdict = view.state.value if not view.held_back else f"{view.state.value}, held back"
    return Verdict(_judgement(view, through, verdict, now), alerts)


def withdrawals(view: AssetView, withdrawn: Sequence[dt.date], now: dt.datetime) -> tuple[Alert, ...]:
    """Return one alert for each break that a revision of the prices has undone."""
    asset = view.asset
    return tuple(
        Alert(
            key=f"{RULE}|{asset.symbol}|{session}|withdrawn",
            rule=RULE,
            symbol=asset.symbol,
            session=session,
            transition="withdrawn",
            title=f"{asset.name}: the break of {date_text(session)} is withdrawn",
            body=f"{view.source} changed its prices; the close of {date_text(session)} is no longer a break.",
            created_at=now,
        )
        for session in withdrawn
    )


def _after(
    steps: Sequence[Transition], asset: Asset, standing: Standing, calendars: Calendars
) -> tuple[Transition, ...]:
    unseen = [step for step in steps if standing.judged_through is None or step.session > standing.judged_through]
    if not unseen:
        return ()
    closes = calendars.closes(asset.calendar, np.array([step.session for step in unseen], "datetime64[D]"))
    armed = standing.armed_at.timestamp()
    return tuple(step for step, close in zip(unseen, closes.tolist(), strict=True) if close > armed)


def _cannot_tell(view: AssetView, standing: Standing, last: dt.date, now: dt.datetime) -> Verdict:
    through = standing.judged_through or last
    reason = next(finding.message for finding in view.audit.findings if finding.severity == "blocking")
    alert = Alert(
        key=f"{RULE}|{view.asset.symbol}|{through}|{CANNOT_TELL}",
        rule=RULE,
        symbol=view.asset.symbol,
        session=through,
        transition=CANNOT_TELL,
        title=f"{view.asset.name}: cannot tell",
        body=f"{reason} Nothing is announced until the history is whole again.",
        created_at=now,
    )
    return Verdict(_judgement(view, through, CANNOT_TELL, now), (alert,) if standing.told else ())


def _judgement(view: AssetView, through: dt.date, verdict: str, now: dt.datetime) -> Judgement:
    high = view.high
    inputs: dict[str, object] = {
        "state": view.state.value,
        "last_close": float(view.highs.price[-1]) if len(view.highs) else None,
        "high": high.price if high else None,
        "high_session": high.session.isoformat() if high else None,
        "source": view.source,
        "findings": [finding.kind for finding in view.audit.findings if finding.severity != "note"],
        "held_back": view.held_back,
    }
    return Judgement(RULE, view.asset.symbol, through, verdict, inputs, now)


def _alert(view: AssetView, step: Transition, calendars: Calendars, now: dt.datetime) -> Alert:
    asset = view.asset
    closed = int(calendars.closes(asset.calendar, np.array([step.session], "datetime64[D]"))[0])
    settled = dt.datetime.fromtimestamp(closed, dt.UTC) + SETTLE_DELAY
    return Alert(
        key=f"{RULE}|{asset.symbol}|{step.session}|{step.after.value}",
        rule=RULE,
        symbol=asset.symbol,
        session=step.session,
        transition=step.after.value,
        title=_title(asset, step),
        body=_body(view, step),
        created_at=now,
        late=now > settled + LATE_AFTER,
    )


def _title(asset: Asset, step: Transition) -> str:
    words = {
        State.NEAR: "is near its all-time high",
        State.TOUCH: "touched its all-time high",
        State.BREAK: "broke its all-time high",
        State.CONFIRMED: "confirmed the break of its all-time high",
        State.FAILED: "fell back below the high it had broken",
    }
    return f"{asset.name} {words[step.after]}"


def _body(view: AssetView, step: Transition) -> str:
    decimals = view.asset.decimals
    close, level = f"{step.close:,.{decimals}f}", f"{step.level:,.{decimals}f}"
    distance = step.close / step.level - 1
    where = f"Closed at {close} on {date_text(step.session)}, {_percent(distance)} the high of {level}"
    broken = next((event for event in view.breaks if event.session == step.session), None)
    if broken is not None:
        where += f" that had stood since {date_text(broken.prior_high_session)} ({broken.sessions_below:,} sessions)"
    return f"{where}. Settled bar, {view.source}."


def _percent(distance: float) -> str:
    return f"{abs(distance):.2%} {'above' if distance >= 0 else 'below'}".replace("%", " %")


def _session_before(sessions: np.ndarray, last: dt.date) -> dt.date:
    earlier = sessions[sessions < np.datetime64(last)]
    return earlier[-1].astype(object) if len(earlier) else last - dt.timedelta(days=1)
