"""Whether a second, independent source tells the same of the newest session."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.bars import Bars
from models.dates import date_text

TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What two sources say of one session: closes or returns, and the fraction by which they differ."""

    session: dt.date
    ours: float
    theirs: float
    difference: float
    witness: str


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """The answer of a second source, with a sentence for the user.

    A witness that has nothing to say of the session leaves it "not checked"; that is no agreement.  `session` is the
    newest settled session of our own history, None when there is none.
    """

    outcome: Literal["agrees", "disagrees", "not checked"]
    sentence: str
    witness: str
    session: dt.date | None = None
    disagreement: Disagreement | None = None


def compare_returns(ours: Bars, theirs: Bars, witness: str, tolerance: float = TOLERANCE) -> CrossCheck:
    """Compare the newest settled daily return with that of a fund on the same index.

    `theirs` must hold closes that are not adjusted for dividends, or its past returns are other ones.  Both returns run
    from our last session but one to our last.
    """
    own = _settled(ours)
    if len(own) < 2:
        return _unchecked(own, witness)
    closes = [_close_on(_settled(theirs), session) for session in own.session[-2:]]
    if closes[0] is None or closes[1] is None:
        return _unchecked(own, witness)
    mine, other = float(own.close[-1] / own.close[-2] - 1), closes[1] / closes[0] - 1
    text = f"the last session's change is {_signed(mine)} here and {_signed(other)} for {witness}"
    return _judged(own, mine, other, mine - other, witness, text, tolerance)


def compare_closes(ours: Bars, theirs: Bars, witness: str, tolerance: float = TOLERANCE) -> CrossCheck:
    """Compare the newest settled close with a second source's close of the same session, relative to theirs."""
    own = _settled(ours)
    other = _close_on(_settled(theirs), own.session[-1]) if len(own) else None
    if other is None:
        return _unchecked(own, witness)
    mine = float(own.close[-1])
    text = f"the close is {_price(mine)} here and {_price(other)} at {witness}"
    return _judged(own, mine, other, mine / other - 1, witness, text, tolerance)


def _settled(bars: Bars) -> Bars:
    return bars[bars.final & bars.valid]


def _close_on(bars: Bars, session: np.datetime64) -> float | None:
    """Return the close of a session, None when there is none."""
    found = bars.close[bars.session == session]
    return float(found[-1]) if len(found) else None


def _unchecked(own: Bars, witness: str) -> CrossCheck:
    if len(own) == 0:
        return CrossCheck("not checked", f"There is no settled session yet to compare with {witness}.", witness)
    session: dt.date = own.session[-1].astype(object)
    text = f"{witness} has no settled price for {date_text(session)} yet, so that session is not checked."
    return CrossCheck("not checked", text, witness, session)


def _judged(
    own: Bars, mine: float, other: float, difference: float, witness: str, text: str, tolerance: float
) -> CrossCheck:
    session: dt.date = own.session[-1].astype(object)
    day = date_text(session)
    if abs(difference) <= tolerance:
        return CrossCheck("agrees", f"{witness} agrees on {day}: {text}.", witness, session)
    sentence = (
        f"{witness} disagrees on {day}: {text}, more than {tolerance * 100:g} % apart. "
        "A break is not called confirmed until the two agree."
    )
    return CrossCheck("disagrees", sentence, witness, session, Disagreement(session, mine, other, difference, witness))


def _signed(change: float) -> str:
    return f"{change:+.2%}".replace("-", "−").replace("%", " %")


def _price(price: float) -> str:
    return f"{price:,.2f}" if price >= 100 else f"{price:.6g}"
