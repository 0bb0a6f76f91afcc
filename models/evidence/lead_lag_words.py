"""What a careful person would say of leads and lags: it predicts or does not, and never causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.catalog import Asset
from models.evidence.refusals import called

if TYPE_CHECKING:
    from models.evidence.granger import Robust
    from models.evidence.lead_lag import Frequency, Lag

USUAL_LEVEL = 0.05


def sentence(
    leader: Asset, follower: Asset, frequency: Frequency, n: int, lags: tuple[Lag, ...], bound: float,
    robust: tuple[Robust, ...], calm: tuple[Robust, ...],
) -> str:  # fmt: skip
    """Return what the same period, the leads, and the tests of both directions say."""
    one, other = called(leader), called(follower)
    period = "week" if frequency == "weekly" else "session"
    now = next(lag for lag in lags if lag.k == 0)
    parts = [
        f"Over {n:,} {period}s, returns of {other} {_goes(now.r, bound)} those of {one} in the same {period}"
        f" (r = {_signed(now.r)}).",
        _leads(one, other, period, lags, bound),
        _predicts(one, other, robust[0], calm[0]),
        _predicts(other, one, robust[1], calm[1]),
    ]
    return " ".join(parts)


def _leads(one: str, other: str, period: str, lags: tuple[Lag, ...], bound: float) -> str:
    leads = [lag for lag in lags if lag.k > 0]
    outside = [lag for lag in leads if abs(lag.r) > bound]
    room = f"what unrelated returns show (|r| up to {bound:.2f} in 95 of 100 cases)"
    if not outside:
        return f"None of the {len(leads)} {period}s before stands out from {room}: no lead of {one} over {other} shows."
    told = ", ".join(f"{lag.k} {period}{'s' if lag.k > 1 else ''} before (r = {_signed(lag.r)})" for lag in outside)
    verb = "stand" if len(outside) > 1 else "stands"
    return f"The return of {one} {told} {verb} out from {room}."


def _goes(r: float, bound: float) -> str:
    if abs(r) <= bound:
        return "went neither with nor against"
    return "went with" if r > 0 else "went against"


def _predicts(one: str, other: str, whole: Robust, calm: Robust) -> str:
    """Say whether the past of one predicts the other; a finding that hangs on one spring is told as such."""
    figures = f"p = {whole.p:.3f} with robust errors"
    if calm.rows < whole.rows:
        figures += f", {calm.p:.3f} without the spring of 2020"
    if not whole.p < USUAL_LEVEL:
        return f"The past of {one} is not shown to predict {other} ({figures})."
    if not calm.p < USUAL_LEVEL:
        return f"The past of {one} predicts {other} only with the crash of 2020 in the sample ({figures})."
    return f"The past of {one} predicts {other} in this sample ({figures})."


def _signed(r: float) -> str:
    return f"{r:+.2f}".replace("-", "−")
