"""Net liquidity beside prices: levels, what came and went over 13 weeks, and the correlation of both.

Section 5 of the definitions.  The test whether one comes before the other is the study in `evidence.liquidity`; this
only shows what there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.bars import Floats, Sessions
from models.evidence.alignment import Series
from models.evidence.liquidity import entry_rows
from models.evidence.refusals import RefusedError
from models.macro.economy import HOLDINGS, NET_PARTS, Economy, SeriesRow
from models.macro.liquidity import WEEKS, NetLiquidity, growth
from models.macro.regimes import Kind, Phase, Regimes

LEAST_WEEKS = 2 * WEEKS
ANNOUNCED = (
    ("Tightening (QT1)", dt.date(2017, 10, 1), dt.date(2019, 7, 31)),
    ("Purchases (QE)", dt.date(2020, 3, 15), dt.date(2022, 3, 9)),
    ("Tightening (QT2)", dt.date(2022, 6, 1), dt.date(2025, 12, 1)),
    ("Reserve management", dt.date(2025, 12, 12), None),
)
"""What the Federal Reserve announced: its word, from and to; None is still under way as of the definitions."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """One asset beside net liquidity: its daily `session` and `close`, and its log `change` over 13 weeks.

    `change` belongs to the weeks of `Money.net`, from close to close after the figures were out, NaN where one is
    missing.  `r_levels` and `r_changes` are correlations over `n` and `n_changes` weeks; of the latter about `apart`
    do not overlap.  NaN where fewer than 26 weeks are there.
    """

    symbol: str
    name: str
    session: Sessions
    close: Floats
    change: Floats
    r_levels: float
    n: int
    r_changes: float
    n_changes: int

    @property
    def apart(self) -> int:
        """How many of the changes do not overlap."""
        return self.n_changes // WEEKS


@dataclass(frozen=True, slots=True, eq=False)
class Money:
    """The panel: `growth` over 13 weeks of net liquidity, both regimes, the assets beside it, and the latest figures.

    `differs` are stretches in which the whole balance sheet is called expanding while the securities are not.
    """

    net: NetLiquidity
    growth: Floats
    total: Regimes
    securities: Regimes
    beside: tuple[Beside, ...]
    rows: tuple[SeriesRow, ...]
    first_published: bool
    differs: tuple[Phase, ...]


def money(economy: Economy, assets: Iterable[Series], *, first_published: bool = True) -> Money:
    """Return the panel; raises `RefusedError` where the figures are not stored."""
    net = economy.net(first_published=first_published)
    if len(net) == 0:
        raise RefusedError(
            "The figures of the Federal Reserve are not stored, so there is no net liquidity to show. Switch on FRED in"
            " the settings, or run 'macro --refresh' after that."
        )
    total, securities = economy.total(), economy.securities()
    wanted = {*NET_PARTS, *HOLDINGS}
    return Money(
        net, growth(net.date, net.value), total, securities, tuple(_beside(net, asset) for asset in assets),
        tuple(row for row in economy.rows() if row.series.id in wanted), first_published,
        tuple(_differing(total, securities)),
    )  # fmt: skip


def _beside(net: NetLiquidity, asset: Series) -> Beside:
    entry = entry_rows(net.known_at, asset)
    price = np.where(entry >= 0, asset.close[np.maximum(entry, 0)], np.nan) if len(asset) else np.full(len(net), np.nan)
    with np.errstate(invalid="ignore"):
        change: Floats = np.log1p(growth(net.date, price))
    levels, n = _correlation(np.log(price), np.log(net.value))
    changes, n_changes = _correlation(change, growth(net.date, net.value))
    return Beside(
        asset.asset.symbol, asset.asset.name, asset.session, asset.close, change, levels, n, changes, n_changes
    )


def _correlation(one: Floats, other: Floats) -> tuple[float, int]:
    both = np.isfinite(one) & np.isfinite(other)
    n = int(both.sum())
    if n < LEAST_WEEKS or np.ptp(one[both]) == 0 or np.ptp(other[both]) == 0:
        return float("nan"), n
    return float(np.corrcoef(one[both], other[both])[0, 1]), n


def _differing(total: Regimes, securities: Regimes) -> list[Phase]:
    """Return when the whole balance sheet is called expanding while the securities on the same date are not."""
    if len(securities) == 0:
        return []
    held = dict(zip(securities.date.tolist(), securities.kind, strict=True))
    kinds: tuple[Kind, ...] = tuple(
        kind if kind == "expanding" and held.get(day, kind) != kind else "flat"
        for day, kind in zip(total.date.tolist(), total.kind, strict=True)
    )
    marked = Regimes("", total.date, kinds, total.known_at)
    return [phase for phase in marked.phases() if phase.kind == "expanding"]
