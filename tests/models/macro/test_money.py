"""Net liquidity beside prices: correlations by hand, the false expansion, nothing stored."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from data.catalog import asset_for
from models.evidence.refusals import RefusedError
from models.macro.economy import Economy
from models.macro.money import Money, money
from tests.support.economy import LATER, real, recorded, weeks
from tests.support.money import a_panel, figures
from tests.support.studied import coin


def plain_changes(panel: Money) -> list[tuple[float, float]]:
    """Walk over the weeks: both changes from the week 13 before, by the closes of the days after the figures."""
    one, net = panel.beside[0], panel.net
    closes = dict(zip(one.session.tolist(), one.close.tolist(), strict=True))

    def price(row: int) -> float | None:
        known = dt.datetime.fromtimestamp(int(net.known_at[row]), dt.UTC)
        return closes.get((known - dt.timedelta(seconds=1)).date())

    pairs = []
    for row in range(13, len(net)):
        now, then = price(row), price(row - 13)
        if now is not None and then is not None:
            pairs.append((math.log(now / then), float(net.value[row] / net.value[row - 13] - 1)))
    return pairs


def test_that_changes_and_their_correlation_are_those_of_a_plain_walk() -> None:
    panel = a_panel(figures())
    pairs, one = plain_changes(panel), panel.beside[0]
    assert one.n_changes == len(pairs) > 100
    assert one.apart == len(pairs) // 13
    assert one.change[np.isfinite(one.change)] == pytest.approx([pair[0] for pair in pairs])
    assert one.r_changes == pytest.approx(np.corrcoef(np.transpose(pairs))[0, 1])


def test_that_a_price_which_begins_too_late_has_no_correlation() -> None:
    stored = figures()
    short = coin(np.linspace(1, 2, 60), "2023-09-01", asset_for("ETH-USD"))
    one = money(Economy(stored, LATER), [short]).beside[0]
    assert math.isnan(one.r_changes)
    assert one.n < 26


def test_that_without_the_balance_sheet_the_panel_says_what_to_switch_on() -> None:
    with pytest.raises(RefusedError, match="Switch on FRED"):
        money(Economy({}, LATER), [])


def test_that_an_expansion_by_loans_alone_is_told_apart_from_one_by_securities() -> None:
    dates = weeks("2022-01-05", 80)
    held = np.linspace(8e6, 7.4e6, 80)
    loans = np.where((np.arange(80) > 40) & (np.arange(80) < 62), 7e5, 0.0)
    stored = figures() | {
        "WALCL": recorded("WALCL", dates, (held + loans).tolist()),
        "TREAST": recorded("TREAST", dates, (held * 0.7).tolist()),
        "WSHOMCB": recorded("WSHOMCB", dates, (held * 0.3).tolist()),
    }
    panel = a_panel(stored)
    assert len(panel.differs) == 1
    assert panel.differs[0].first > dt.date.fromisoformat(dates[40])
    assert {phase.kind for phase in panel.securities.phases()} == {"flat", "shrinking"}


def test_that_the_whole_balance_sheet_of_2023_is_called_expanding_in_the_real_figures() -> None:
    names = ("WALCL", "WTREGEN", "RRPONTSYD")
    panel = money(Economy({name: real(name) for name in names}, LATER), [])
    spring = [phase for phase in panel.total.phases() if phase.kind == "expanding" and phase.first.year == 2023]
    assert len(spring) == 1
    assert panel.differs == ()  # the securities are not in the files, so nothing is said of them
