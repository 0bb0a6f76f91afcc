"""The audit: every fault is named in a sentence, and the grave ones forbid a verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.bars import Bars, Sessions
from data.calendar import Calendars
from data.catalog import BITCOIN, ETHER, RUSSELL_2000, Asset
from models.audit import Audit, Finding, audit, freshness
from models.dates import dates_text
from tests.support.histories import NOTHING, history

APPLE = Asset("AAPL", "Apple {Inc}", "equity", "XNYS")
AFTER_THE_CLOSE = dt.datetime(2025, 9, 18, 20, 20, tzinfo=dt.UTC)
BEFORE_SETTLING = AFTER_THE_CLOSE - dt.timedelta(seconds=1)
LAST = dt.date(2025, 9, 18)


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


def prices(count: int, seed: int = 1) -> list[float]:
    """A quiet wander, its high well in the past."""
    steps = np.random.default_rng(seed).normal(0, 0.01, count)
    wander = 100 * np.exp(np.cumsum(steps) - np.linspace(0, 0.5, count))
    return np.round(wander, 2).tolist()


@pytest.fixture
def sessions(calendars: Calendars) -> Sessions:
    return calendars.sessions("XNYS", dt.date(2025, 1, 2), LAST)


def checked(
    bars: Bars,
    calendars: Calendars | None,
    asset: Asset = RUSSELL_2000,
    now: dt.datetime = AFTER_THE_CLOSE,
    currency: str | None = "USD",
    duplicates: int = 0,
    revised: int = 0,
) -> Audit:
    return audit(bars, asset, calendars, now, currency, duplicates=duplicates, revised=revised)


def only(found: Audit, kind: str) -> Finding:
    (finding,) = (finding for finding in found.findings if finding.kind == kind)
    return finding


def kinds(found: Audit) -> list[str]:
    return [finding.kind for finding in found.findings]


def without(count: int, *rows: int) -> np.ndarray:
    return np.setdiff1d(np.arange(count), [row % count for row in rows])


def changed(values: Sequence[float], row: int, value: float) -> list[float]:
    result = list(values)
    result[row] = value
    return result


def test_that_a_clean_history_is_whole_and_says_where_it_begins(calendars: Calendars, sessions: Sessions) -> None:
    found = checked(history(prices(len(sessions)), sessions=sessions), calendars)
    assert kinds(found) == ["late start"]
    assert found.whole
    assert found.calendar_checked
    note = only(found, "late start")
    assert note.severity == "note"
    assert note.message.startswith("All-time high since 2 Jan 2025")


def test_that_no_prices_forbid_a_verdict(calendars: Calendars) -> None:
    for bars in (Bars.empty(), history([NOTHING, 0.0]), history([1.0], final=[False])):
        found = checked(bars, calendars)
        assert kinds(found) == ["empty"]
        assert not found.whole


def test_that_without_calendars_the_answer_says_that_it_is_unfinished(sessions: Sessions) -> None:
    kept = without(len(sessions), 40)
    found = checked(history(prices(len(kept)), sessions=sessions[kept]), None)
    assert not found.calendar_checked
    assert kinds(found) == ["late start"]


@pytest.mark.parametrize(("row", "severity"), [(40, "warning"), (-6, "warning"), (-5, "blocking"), (-2, "blocking")])
def test_that_a_missing_session_is_named_and_blocks_when_recent(
    calendars: Calendars, sessions: Sessions, row: int, severity: str
) -> None:
    kept = without(len(sessions), row)
    finding = only(checked(history(prices(len(kept)), sessions=sessions[kept]), calendars), "missing")
    missing: dt.date = sessions[row].astype(object)
    assert (finding.severity, finding.sessions) == (severity, (missing,))
    assert "lacks 1 session" in finding.message
    assert f"{missing.day} {missing:%b %Y}" in finding.message


def test_that_many_missing_sessions_are_counted_and_the_newest_named(calendars: Calendars, sessions: Sessions) -> None:
    kept = without(len(sessions), 10, 11, 12, 13, 14)
    message = only(checked(history(prices(len(kept)), sessions=sessions[kept]), calendars), "missing").message
    assert "lacks 5 sessions" in message
    assert message.endswith("and 2 earlier.")


def test_that_a_bar_still_in_progress_does_not_stand_for_its_session(calendars: Calendars, sessions: Sessions) -> None:
    final = [True] * (len(sessions) - 1) + [False]
    bars = history(prices(len(sessions)), sessions=sessions, final=final)
    assert kinds(checked(bars, calendars, now=BEFORE_SETTLING)) == ["late start"]
    stale = only(checked(bars, calendars, now=AFTER_THE_CLOSE), "stale")
    assert (stale.severity, stale.sessions) == ("warning", (LAST,))


def test_that_more_than_one_session_behind_forbids_a_verdict(calendars: Calendars, sessions: Sessions) -> None:
    found = checked(history(prices(len(sessions) - 2), sessions=sessions[:-2]), calendars)
    assert only(found, "stale").severity == "blocking"
    assert "no settled bar after 16 Sep 2025; 2 sessions closed since" in only(found, "stale").message
    assert not found.whole


def test_that_bars_from_after_now_ask_to_check_the_clock(calendars: Calendars, sessions: Sessions) -> None:
    bars = history(prices(len(sessions)), sessions=sessions)
    found = checked(bars, calendars, now=dt.datetime(1970, 1, 2, tzinfo=dt.UTC))
    assert only(found, "ahead").severity == "warning"
    assert "clock" in only(found, "ahead").message
    assert "stale" not in kinds(found)


def test_that_sessions_before_the_calendars_first_are_not_called_missing(calendars: Calendars) -> None:
    days = np.array(["1927-12-30", "1928-01-03", "1987-09-09", "1987-09-10", "1987-09-11"], "datetime64[D]")
    found = checked(history([5.0, 4.0, 3.0, 2.0, 1.0], sessions=days), calendars)
    assert "missing" not in kinds(found)
    assert "extra" not in kinds(found)


def test_that_a_bar_on_a_holiday_is_a_warning(calendars: Calendars, sessions: Sessions) -> None:
    days = np.sort(np.append(sessions, np.datetime64("2025-09-01")))
    finding = only(checked(history(prices(len(days)), sessions=days), calendars), "extra")
    assert (finding.severity, finding.sessions) == ("warning", (dt.date(2025, 9, 1),))


def test_that_an_empty_bar_on_a_holiday_does_not_matter(calendars: Calendars, sessions: Sessions) -> None:
    days = np.sort(np.append(sessions, np.datetime64("2025-09-01")))
    closes = changed(prices(len(days)), int(np.flatnonzero(days == np.datetime64("2025-09-01"))[0]), NOTHING)
    assert kinds(checked(history(closes, sessions=days), calendars)) == ["late start"]


@pytest.mark.parametrize("close", [NOTHING, 0.0, -1.0, float("inf")])
@pytest.mark.parametrize(("row", "severity"), [(40, "warning"), (-1, "blocking")])
def test_that_a_close_that_is_none_is_listed(
    calendars: Calendars, sessions: Sessions, close: float, row: int, severity: str
) -> None:
    closes = changed(prices(len(sessions)), row, close)
    finding = only(checked(history(closes, sessions=sessions), calendars), "invalid")
    assert (finding.severity, finding.sessions) == (severity, (sessions[row].astype(object),))


def test_that_empty_bars_before_the_first_price_are_no_fault(calendars: Calendars, sessions: Sessions) -> None:
    closes = [NOTHING] * 5 + prices(len(sessions) - 5)
    found = checked(history(closes, sessions=sessions), calendars)
    assert kinds(found) == ["late start"]
    assert only(found, "late start").sessions == (sessions[5].astype(object),)


def test_that_bars_out_of_order_forbid_a_verdict(calendars: Calendars, sessions: Sessions) -> None:
    for days in (sessions[::-1], np.repeat(sessions[:3], 2)):
        found = checked(history(prices(len(days)), sessions=days), calendars)
        assert kinds(found) == ["order"]
        assert not found.whole


def test_that_repeated_and_revised_bars_are_told(calendars: Calendars, sessions: Sessions) -> None:
    found = checked(history(prices(len(sessions)), sessions=sessions), calendars, duplicates=1, revised=3)
    assert found.whole
    assert only(found, "duplicates").message.startswith("1 bar of Russell 2000 came twice")
    assert "3 settled bars" in only(found, "revised").message


@pytest.mark.parametrize(("currency", "whole"), [("USD", True), (None, True), ("EUR", False)])
def test_that_another_currency_forbids_a_verdict(
    calendars: Calendars, sessions: Sessions, currency: str | None, whole: bool
) -> None:
    found = checked(history(prices(len(sessions)), sessions=sessions), calendars, currency=currency)
    assert found.whole is whole
    assert ("currency" in kinds(found)) is not whole


@pytest.mark.parametrize(("row", "severity"), [(40, "warning"), (-5, "blocking")])
@pytest.mark.parametrize("fault", ["close above high", "close below low", "high below low"])
def test_that_prices_that_contradict_each_other_are_named(
    calendars: Calendars, sessions: Sessions, row: int, severity: str, fault: str
) -> None:
    closes = prices(len(sessions))
    highs = changed(closes, row, closes[row] - 0.02) if fault != "close below low" else closes
    lows = changed(closes, row, closes[row] + 0.02) if fault != "close above high" else closes
    finding = only(checked(history(closes, sessions=sessions, highs=highs, lows=lows), calendars), "impossible")
    assert (finding.severity, finding.sessions) == (severity, (sessions[row].astype(object),))


def test_that_a_close_within_a_tick_of_its_range_is_possible(calendars: Calendars, sessions: Sessions) -> None:
    closes = prices(len(sessions))
    highs = changed(closes, 40, closes[40] - 0.009)
    bars = history(closes, sessions=sessions, highs=highs, lows=[low - 1 for low in closes])
    assert "impossible" not in kinds(checked(bars, calendars))


@pytest.mark.parametrize("highest", ["close", "high"])
def test_that_an_impossible_bar_at_the_high_itself_forbids_a_verdict(
    calendars: Calendars, sessions: Sessions, highest: str
) -> None:
    closes = prices(len(sessions))
    row = 40
    closes = changed(closes, row, 150.0) if highest == "close" else closes
    highs = changed(closes, row, 160.0)
    lows = changed(closes, row, 155.0)
    finding = only(checked(history(closes, sessions=sessions, highs=highs, lows=lows), calendars), "impossible")
    assert finding.severity == "blocking"


def test_that_float_noise_between_high_and_low_is_no_contradiction(calendars: Calendars, sessions: Sessions) -> None:
    closes = prices(len(sessions))
    bars = history(closes, sessions=sessions, lows=[low + 1e-5 for low in closes])
    assert kinds(checked(bars, calendars)) == ["late start"]


def test_that_a_missing_high_is_no_contradiction(calendars: Calendars, sessions: Sessions) -> None:
    closes = prices(len(sessions))
    bars = history(closes, sessions=sessions, highs=[NOTHING] * len(closes), lows=[NOTHING] * len(closes))
    assert kinds(checked(bars, calendars)) == ["late start"]


@pytest.mark.parametrize("ratio", [2, 3, 10, 0.5, 0.1])
def test_that_a_jump_like_a_split_suspends_a_stock(calendars: Calendars, sessions: Sessions, ratio: float) -> None:
    closes = prices(len(sessions))
    closes = closes[:50] + [close / ratio for close in closes[50:]]
    found = checked(history(closes, sessions=sessions), calendars, APPLE)
    assert only(found, "SUSPECT_SPLIT").severity == "blocking"
    assert only(found, "SUSPECT_SPLIT").sessions == (sessions[50].astype(object),)
    assert "SUSPECT_SPLIT" not in kinds(checked(history(closes, sessions=sessions), calendars))


def test_that_the_split_of_the_definitions_is_found_on_bar_six() -> None:
    closes = [100, 102, 104, 103, 105, 52.6, 53, 54, 52, 55, 56, 57]
    finding = only(checked(history(closes), None, APPLE), "SUSPECT_SPLIT")
    assert finding.sessions == (dt.date(2020, 1, 6),)


@pytest.mark.parametrize(("fall", "suspect"), [(0.5, True), (0.505, False)])
def test_that_a_coin_that_halves_is_suspected_only_when_it_halves_exactly(fall: float, suspect: bool) -> None:
    closes = [100.0, 100.0, 100 * fall, 100 * fall]
    assert ("SUSPECT_SPLIT" in kinds(checked(history(closes), None, ETHER))) is suspect


def test_that_one_bar_cannot_be_a_split() -> None:
    assert kinds(checked(history([100.0]), None, APPLE)) == ["late start"]


def spiked(sessions: Sessions, row: int, size: float, *, opens_back: bool, single: bool = False) -> Bars:
    closes = prices(len(sessions))
    before = closes[row - 1]
    closes = changed(changed(closes, row, before * size), row + 1, before)
    if single:
        return history(closes, sessions=sessions)
    opens = [closes[0], *closes[:-1]]
    if opens_back:
        opens = changed(opens, row + 1, before)
    highs = np.maximum(closes, opens) + 1.0
    return history(closes, sessions=sessions, opens=opens, highs=highs, lows=np.minimum(closes, opens) - 1.0)


def test_that_a_close_far_off_both_neighbours_is_doubted(calendars: Calendars, sessions: Sessions) -> None:
    finding = only(checked(spiked(sessions, 100, 0.85, opens_back=True), calendars), "spike")
    assert (finding.severity, finding.sessions) == ("warning", (sessions[100].astype(object),))


def test_that_a_doubted_close_that_would_be_the_high_forbids_a_verdict(
    calendars: Calendars, sessions: Sessions
) -> None:
    assert only(checked(spiked(sessions, 100, 1.9, opens_back=True), calendars), "spike").severity == "blocking"


def test_that_a_fall_that_the_next_day_trades_its_way_out_of_is_believed(
    calendars: Calendars, sessions: Sessions
) -> None:
    assert "spike" not in kinds(checked(spiked(sessions, 100, 0.85, opens_back=False), calendars))


@pytest.mark.parametrize(("size", "doubted"), [(0.6, True), (0.93, False)])
def test_that_single_prices_must_leap_further(
    calendars: Calendars, sessions: Sessions, size: float, doubted: bool
) -> None:
    found = checked(spiked(sessions, 100, size, opens_back=False, single=True), calendars)
    assert ("spike" in kinds(found)) is doubted


@pytest.mark.parametrize(
    ("asset", "factor", "doubted"),
    [
        (RUSSELL_2000, 1.4, True),
        (RUSSELL_2000, 0.7, True),
        (RUSSELL_2000, 1.15, False),
        (APPLE, 1.4, False),
        (APPLE, 1.8, True),
    ],
)
def test_that_a_newest_close_beyond_anything_heard_of_waits_for_the_next_session(
    calendars: Calendars, sessions: Sessions, asset: Asset, factor: float, doubted: bool
) -> None:
    closes = prices(len(sessions))
    closes = [*closes[:-1], closes[-2] * factor]
    found = checked(history(closes, sessions=sessions), calendars, asset)
    assert ("leap" in kinds(found)) is doubted
    assert found.whole is not doubted
    earlier = checked(history([*closes[:-2], closes[-1], closes[-1]], sessions=sessions), calendars, asset)
    assert "leap" not in kinds(earlier)


def test_that_a_leap_says_its_size(calendars: Calendars, sessions: Sessions) -> None:
    closes = prices(len(sessions))
    bars = history([*closes[:-1], closes[-2] * 0.7], sessions=sessions)
    assert only(checked(bars, calendars), "leap").message == (
        "Russell 2000 changed by −30.0 % on 18 Sep 2025; nothing follows from that before the next session."
    )


ANY_PRICE = st.one_of(
    st.floats(-10, 200), st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1e-300, 1e300])
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(ANY_PRICE, ANY_PRICE, ANY_PRICE, ANY_PRICE), max_size=30),
    st.sampled_from([0, 80]),
    st.sampled_from([APPLE, BITCOIN, RUSSELL_2000]),
)
def test_that_no_prices_are_too_odd_to_be_audited(
    rows: list[tuple[float, float, float, float]], quiet: int, asset: Asset
) -> None:
    calm = [(price, price + 1, price - 1, price) for price in prices(quiet)]
    opens, highs, lows, closes = ([row[column] for row in calm + rows] for column in range(4))
    found = checked(history(closes, opens=opens, highs=highs, lows=lows), None, asset)
    assert found.findings


def test_that_a_leap_back_the_next_day_is_no_split(calendars: Calendars, sessions: Sessions) -> None:
    assert "SUSPECT_SPLIT" not in kinds(checked(spiked(sessions, 100, 0.5, opens_back=True), calendars, APPLE))


def test_that_a_price_that_never_moves_is_no_spike(calendars: Calendars, sessions: Sessions) -> None:
    assert kinds(checked(history([100.0] * len(sessions), sessions=sessions), calendars)) == ["late start"]


def test_that_a_settled_bar_without_volume_is_noted(calendars: Calendars, sessions: Sessions) -> None:
    volume = changed([1e6] * len(sessions), 90, 0.0)
    found = checked(history(prices(len(sessions)), sessions=sessions, volume=volume), calendars)
    assert only(found, "no volume").severity == "note"
    assert only(found, "no volume").sessions == (sessions[90].astype(object),)


def test_that_an_asset_without_any_volume_is_left_alone(calendars: Calendars, sessions: Sessions) -> None:
    bars = history(prices(len(sessions)), sessions=sessions, volume=[0.0] * len(sessions))
    assert kinds(checked(bars, calendars)) == ["late start"]


def coin(count: int, gap: float, share: float = 1.0) -> Bars:
    """A coin's days up to 17 September 2025, each opening a gap away from the close before on a share of days."""
    closes = np.array(prices(count))
    wide = np.arange(count) % 100 < share * 100
    opens = np.concatenate(([closes[0]], closes[:-1])) * (1 + np.where(wide, gap, 0.0))
    first = np.datetime64("2025-09-18") - count
    return history(
        closes.tolist(),
        first=str(first),
        opens=opens.tolist(),
        highs=(np.maximum(closes, opens) + 1).tolist(),
        lows=(np.minimum(closes, opens) - 1).tolist(),
    )


@pytest.mark.parametrize(
    ("gap", "share", "early"), [(1e-5, 1, False), (1e-3, 1, True), (0.01, 0.04, False), (0.01, 0.08, True)]
)
def test_that_days_of_a_coin_that_do_not_join_were_taken_early(
    calendars: Calendars, gap: float, share: float, early: bool
) -> None:
    found = checked(coin(500, gap, share), calendars, BITCOIN)
    assert kinds(found) == (["late start", "taken early"] if early else ["late start"])
    assert found.whole


def test_that_too_few_days_or_single_prices_say_nothing_of_being_early(calendars: Calendars) -> None:
    assert kinds(checked(coin(15, 1e-2), calendars, BITCOIN)) == ["late start"]
    bars = history(prices(400), first=str(np.datetime64("2025-09-18") - 400))
    assert kinds(checked(bars, calendars, BITCOIN)) == ["late start"]


@pytest.mark.parametrize(("behind", "answer"), [(0, "fresh"), (1, "stale"), (100, "stale")])
def test_that_freshness_counts_settled_bars(calendars: Calendars, sessions: Sessions, behind: int, answer: str) -> None:
    kept = sessions[: len(sessions) - behind]
    assert freshness(history(prices(len(kept)), sessions=kept), RUSSELL_2000, calendars, AFTER_THE_CLOSE) == answer


def test_that_a_bar_in_progress_makes_nothing_fresh(calendars: Calendars, sessions: Sessions) -> None:
    bars = history(prices(len(sessions)), sessions=sessions, final=[True] * (len(sessions) - 1) + [False])
    assert freshness(bars, RUSSELL_2000, calendars, BEFORE_SETTLING) == "fresh"
    assert freshness(bars, RUSSELL_2000, calendars, AFTER_THE_CLOSE) == "stale"


def test_that_a_history_without_a_settled_price_is_unusable(calendars: Calendars) -> None:
    for bars in (Bars.empty(), history([NOTHING]), history([1.0], final=[False])):
        assert freshness(bars, RUSSELL_2000, calendars, AFTER_THE_CLOSE) == "unusable"


def test_that_dates_are_named_in_a_sentence() -> None:
    days = [dt.date(2025, 5, day) for day in (1, 2, 3, 4)]
    assert dates_text(days[:1]) == "1 May 2025"
    assert dates_text(days[:3]) == "1 May 2025, 2 May 2025 and 3 May 2025"
    assert dates_text(days) == "2 May 2025, 3 May 2025, 4 May 2025 and 1 earlier"
