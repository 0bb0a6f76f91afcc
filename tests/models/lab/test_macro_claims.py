"""The claim on liquidity and rates: events where regimes begin, and what its parts say together."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.catalog import asset_for
from models.evidence.claims import CLAIMS
from models.evidence.liquidity import LiquidityStudy, Prediction
from models.evidence.regression import Slope
from models.evidence.verdict import Finding, Verdict
from models.lab import macro_claims
from models.lab.asking import Inputs
from models.lab.macro_claims import Part, begins, judge_liquidity, predicted
from models.macro.regimes import Kind, Regimes
from tests.support.economy import recorded, weeks
from tests.support.studied import coin, history, stock, walk

LIQUIDITY = next(claim for claim in CLAIMS if claim.test == "liquidity")
NOW = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
KINDS: tuple[Kind, ...] = ("shrinking", "flat", "expanding")


def leaves(before: Kind, after: Kind) -> bool:
    return before == "shrinking" and after != "shrinking"


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 500)), max_size=40))
def test_that_a_regime_begins_with_the_first_session_at_whose_end_it_was_known(told: list[tuple[Kind, int]]) -> None:
    """A plain loop over the dates of the series beside the arrays; values may come out in another order."""
    leader = stock(walk(1, 200))
    start = int(leader.ends[0]) - 86_400
    known = [start + hours * 3600 for _, hours in told]
    dates = np.datetime64("2019-01-02", "D") + 7 * np.arange(len(told))
    regimes = Regimes("any", dates, tuple(kind for kind, _ in told), np.array(known, np.int64))
    expected = set()
    for row in range(1, len(told)):
        if told[row - 1][0] == "shrinking" and told[row][0] != "shrinking":
            moment = max(known[: row + 1])
            later = [
                day for day, end in zip(leader.session.tolist(), leader.ends.tolist(), strict=True) if end >= moment
            ]
            expected.update(later[:1])
    assert begins(regimes, leader, leaves) == sorted(expected)


def study(*slopes: tuple[int, float, float, int]) -> LiquidityStudy:
    """Weeks, slope, adjusted p and stretches apart."""
    predictions = tuple(
        Prediction(weeks_ahead, Slope(value, 1.0, value, p, 300, 6), apart, p, p)
        for weeks_ahead, value, p, apart in slopes
    )
    day = dt.date(2020, 1, 1)
    return LiquidityStudy("BTC-USD", day, day, 300, predictions, 0.9, 1.0, 0.0, NOW, "")


UP = study((4, 1.0, 0.01, 40), (13, 1.0, 0.4, 12))


@pytest.mark.parametrize(
    ("found", "others", "expected"),
    [
        (UP, [study((4, 0.1, 0.9, 40)), study((4, 0.2, 0.8, 40))], Verdict.SUPPORTED),
        (UP, [], Verdict.CANNOT_TELL),
        (UP, [study((4, 0.1, 0.9, 40)), None], Verdict.CANNOT_TELL),
        (UP, [study((4, -0.1, 0.9, 40))], Verdict.CANNOT_TELL),
        (UP, [study((13, 0.1, 0.9, 40))], Verdict.CANNOT_TELL),
        (study((4, 1.0, 0.01, 7)), [UP], Verdict.CANNOT_TELL),
        (study((4, 1.0, 0.05, 40)), [UP], Verdict.NO_EXTRA_INFORMATION),
        (study((4, -1.0, 0.01, 40)), [UP], Verdict.CONTRADICTED),
        (study((4, -1.0, 0.01, 40), (13, 1.0, 0.01, 12)), [UP], Verdict.CANNOT_TELL),
        (study((4, -1.0, 0.01, 7), (13, 1.0, 0.01, 12)), [study((13, 1.0, 0.5, 12))], Verdict.SUPPORTED),
    ],
)
def test_that_growth_is_judged_where_eight_stretches_lie_apart_and_by_its_sign_elsewhere(
    found: LiquidityStudy, others: list[LiquidityStudy | None], expected: Verdict
) -> None:
    assert predicted(found, others).verdict is expected


def economy() -> Inputs:
    """Six years: holdings that shrink and grow by turns, a rate that is cut twice, no Treasury account."""
    days = weeks("2014-01-01", 320)
    way = np.sign(np.sin(np.arange(320) / 12))
    held = (4e6 * np.exp(np.cumsum(0.004 * way))).tolist()
    figures = {
        "TREAST": recorded("TREAST", days, held),
        "WSHOMCB": recorded("WSHOMCB", days, [1e6] * 320),
        "DFEDTARU": recorded("DFEDTARU", days, [3.0 - (row > 100) - (row > 220) for row in range(320)]),
    }
    coins = {symbol: history(coin(walk(3, 2400), "2014-01-01", asset_for(symbol))) for symbol in ("BTC-USD", "ETH-USD")}
    return Inputs({"^RUT": history(stock(walk(1, 1700), "2014-01-01"))} | coins, NOW, figures)


def test_that_parts_without_stored_figures_are_named_and_the_others_judged_with_their_figures() -> None:
    judged = judge_liquidity(LIQUIDITY, economy())
    assert {line[0] for line in judged.lines} == {"End of tightening", "Cuts of the rate"}
    assert judged.finding.verdict is Verdict.CANNOT_TELL
    definitions = {one.definition for one in judged.figures}
    assert definitions == {"regime:securities leave shrinking", "regime:policy rate enters easing"}
    assert "Net liquidity and bitcoin have only 0 weeks in common" in judged.note
    cuts = [one for one in judged.figures if one.definition == "regime:policy rate enters easing"]
    assert {one.n for one in cuts if getattr(one, "sample", "") == "judged"} == {2}


def test_that_nothing_stored_is_said_once_with_what_to_do() -> None:
    bare = economy()
    judged = judge_liquidity(LIQUIDITY, Inputs(bare.histories, NOW))
    assert judged.finding == Finding(Verdict.CANNOT_TELL, macro_claims.NOTHING)
    assert judged.lines == ()


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((Verdict.SUPPORTED, Verdict.SUPPORTED, Verdict.SUPPORTED), Verdict.SUPPORTED),
        ((Verdict.SUPPORTED, Verdict.SUPPORTED, None), Verdict.CANNOT_TELL),
        ((Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.SUPPORTED), Verdict.CANNOT_TELL),
        ((None, Verdict.CONTRADICTED, None), Verdict.CONTRADICTED),
    ],
)
def test_that_support_needs_every_part(
    monkeypatch: pytest.MonkeyPatch, verdicts: tuple[Verdict | None, ...], expected: Verdict
) -> None:
    parts = [
        Part(f"part {number}", None if each is None else Finding(each, "because."))
        for number, each in enumerate(verdicts)
    ]
    monkeypatch.setattr(macro_claims, "_growth", lambda *_: parts[0])
    others = iter(parts[1:])
    monkeypatch.setattr(macro_claims, "_begins", lambda *_: next(others))
    assert judge_liquidity(LIQUIDITY, economy()).finding.verdict is expected
