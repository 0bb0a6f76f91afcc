"""The claims: what is judged, beside which samples, and that one without prices stops no other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from data.catalog import asset_for
from data.claim_book import ClaimTerms, OwnClaim, Revision
from models.evidence.claim_figures import CellFigures
from models.evidence.claims import CLAIMS, Judged
from models.evidence.event_study import Terms, event_study
from models.evidence.record import plain
from models.evidence.verdict import Verdict
from models.lab.asking import Inputs
from models.lab.claim_tests import FOLLOWERS, breaks_of, judge_own, judge_share
from models.lab.claims import ClaimsRequest
from tests.support.studied import coin, history, stock, walk

NOW = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
MINE = OwnClaim("Mine", "^RUT", "TULIP-USD", 0.5, dt.date(2022, 1, 1))
SHARE = next(claim for claim in CLAIMS if claim.key == "share")


def market(days: int = 3000, first: str = "2012-01-02") -> Inputs:
    """A leader that often breaks its high, and two coins beside it."""
    leader = stock(walk(4, int(days * 5 / 7), drift=0.002), first)
    coins = {
        symbol: coin(walk(seed, days), first, asset_for(symbol)) for seed, symbol in enumerate(("BTC-USD", "ETH-USD"))
    }
    return Inputs({"^RUT": history(leader)} | {symbol: history(series) for symbol, series in coins.items()}, NOW)


def of_cells(judged: Judged) -> list[CellFigures]:
    return [one for one in judged.figures if isinstance(one, CellFigures)]


def test_that_a_claim_on_an_asset_without_prices_says_so_in_its_own_line() -> None:
    request = ClaimsRequest((MINE,))
    assert request.optional == ("TULIP-USD",)
    assert "TULIP-USD" not in request.symbols
    inputs = Inputs({"^RUT": history(stock(walk(1, 300))), "BTC-USD": history(coin(walk(2, 430)))}, NOW)
    judged = judge_own(MINE, inputs)
    assert judged.finding.verdict.value == "cannot tell"
    assert judged.finding.reason.startswith("No prices of TULIP-USD are stored.")


def test_that_all_are_judged_but_for_those_that_were_dropped_which_are_named() -> None:
    book = (MINE, replace(MINE, name="Gone", removed=NOW))
    found = ClaimsRequest(book).perform(market(), lambda _done, _doing: None)
    assert [judged.claim.key for judged in found.judged[len(CLAIMS) :]] == ["own: Mine"]
    assert found.removed == (("Gone", NOW),)


@pytest.mark.parametrize(
    ("leader", "follower", "other"),
    [("^RUT", "BTC-USD", "ETH-USD"), ("^RUT", "ETH-USD", "BTC-USD"), ("BTC-USD", "ETH-USD", None)],
)
def test_that_the_other_sample_of_ones_own_claim_is_another_coin_and_never_its_leader(
    leader: str, follower: str, other: str | None
) -> None:
    own = OwnClaim("x", leader, follower, 0.5, dt.date(2022, 1, 1), sessions_below=5)
    figures = of_cells(judge_own(own, market()))
    assert [one.follower for one in figures if one.sample == "another coin"] == ([other] if other else [])
    (late,) = [one for one in figures if one.sample == "from 2014 on"]
    assert late.first is not None
    assert late.first >= dt.date(2014, 9, 17)


def test_that_support_of_ones_own_claim_falls_without_a_second_coin() -> None:
    """A coin that rises after every break and at no other time: supported beside a twin, and by no means alone."""
    inputs = market()
    leader = inputs.histories["^RUT"].series
    followed = breaks_of(inputs, "^RUT", (FOLLOWERS[0], None), Terms(horizons=(7,)), 5).study.events
    session = inputs.histories["BTC-USD"].series.session
    steps = np.full(len(session), -0.002)
    for day in followed:
        at = int(np.searchsorted(session, np.datetime64(day)))
        steps[at + 1 : at + 8] += 0.02
    closes = (100 * np.exp(np.cumsum(steps))).tolist()
    pair = {symbol: history(coin(closes, "2012-01-02", asset_for(symbol))) for symbol in FOLLOWERS}
    own = OwnClaim("x", "^RUT", "BTC-USD", 0.5, dt.date(2022, 1, 1), horizon=7, sessions_below=5)
    together = Inputs({"^RUT": history(leader)} | pair, NOW)
    assert judge_own(own, together).finding.verdict is Verdict.SUPPORTED
    mirrored = history(coin((1e4 / np.array(closes)).tolist(), "2012-01-02", asset_for("ETH-USD")))
    against = Inputs(dict(together.histories) | {"ETH-USD": mirrored}, NOW)
    assert judge_own(own, against).finding.verdict is Verdict.CANNOT_TELL
    alone = breaks_of(together, "^RUT", ("BTC-USD", None), Terms(horizons=(7,)), 5)
    assert alone.judged(SHARE).finding.verdict is Verdict.CANNOT_TELL


def test_that_a_claim_that_was_changed_says_when_and_what_it_said() -> None:
    before = Revision(ClaimTerms("^RUT", "BTC-USD", 0.9, 30), dt.date(2022, 2, 3))
    own = OwnClaim("x", "^RUT", "BTC-USD", 0.5, dt.date(2022, 1, 1), revisions=(before,))
    note = judge_own(own, market()).note
    assert "Changed after its data could be seen, last on 3 Feb 2022." in note
    assert "BTC-USD 30 days after breaks of ^RUT (63 sessions below), outcome A, against 90 %" in note


@pytest.mark.parametrize("outcome", ["A", "B", "C", "D"])
def test_that_the_claimed_share_is_judged_by_the_outcome_that_was_chosen(
    outcome: Literal["A", "B", "C", "D"],
) -> None:
    inputs = market()
    judged = judge_share(SHARE, inputs, outcome)
    figures = of_cells(judged)
    (chosen,) = [one for one in figures if one.sample == "judged"]
    assert (chosen.outcome, chosen.verdict) == (outcome, judged.finding.verdict)
    assert [line[0] for line in judged.lines] == [
        f"{each} (chosen)" if each == outcome else each for each in ("A", "B", "C", "D")
    ]
    assert sorted(one.outcome for one in figures if one.follower == "BTC-USD" and one.sample != "from 2014 on") == [
        "A", "B", "C", "D",
    ]  # fmt: skip
    assert f"outcome {outcome}:" in judged.note


def test_that_the_figures_in_json_are_those_of_the_study_itself() -> None:
    inputs = market()
    found = breaks_of(inputs, "^RUT", (FOLLOWERS[0], None), Terms(horizons=(365,)))
    series = [inputs.histories[symbol].series for symbol in ("^RUT", "BTC-USD")]
    cell = event_study(
        series[0], found.study.events, series[1:], Terms(horizons=(365,)), with_paths=False
    ).cells[0]  # fmt: skip
    told = plain(of_cells(judge_share(SHARE, inputs, "A"))[0])
    assert isinstance(told, dict)
    assert cell.figures is not None
    assert cell.base is not None
    assert told["definition"] == "break:close:N63:D0:b0:k1"
    assert (told["n"], told["n_nonoverlap"], told["draws"]) == (cell.n, cell.nonoverlapping, 2000)
    assert (told["first"], told["last"]) == (cell.base.first.isoformat(), cell.base.last.isoformat())
    assert told["p"] == {"upper": cell.figures.p.upper, "lower": cell.figures.p.lower}
    assert told["verdict"] == "cannot tell"
