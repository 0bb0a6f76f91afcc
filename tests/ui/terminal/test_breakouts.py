"""`breakouts`: every break of an asset's high, against a reading of the definitions that shares no code with ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

import pytest

from data.bars import Bars
from data.profile import Profile
from tests.models.reference import SlowBar, on_tick, slow_breaks
from tests.support.profiles import keep, stored
from tests.support.shared_data import shared
from tests.support.views import bars_of

KEYS = ["date", "close", "prior_ath", "prior_ath_date", "sessions_below", "calendar_days", "depth", "basis"]
CLOSES = [100, 101, 90, 90, 90, 90, 101.5, 102.5, 101.2, 99, 90, 90, 90, 103, 104]


def dates(answer: object) -> list[str]:
    return [event["date"] for event in answer.json]


@pytest.fixture
def small(profile: Profile) -> None:
    keep(profile, "^RUT", bars_of(CLOSES))


@pytest.mark.usefixtures("small")
def test_that_breakouts_has_exactly_the_promised_keys_and_types(verb: Callable) -> None:
    answer = verb("breakouts", "^RUT", "--sessions-below", "3", "--json")
    assert (answer.code, answer.errors) == (0, "")
    first = answer.json[0]
    assert list(first) == KEYS
    assert first == {
        "date": "2020-01-14",
        "close": 101.5,
        "prior_ath": 101.0,
        "prior_ath_date": "2020-01-07",
        "sessions_below": 4,
        "calendar_days": 7,
        "depth": pytest.approx(90 / 101 - 1),
        "basis": "close",
    }


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["2020-01-14", "2020-01-23"]),
        (("--buffer", "1"), ["2020-01-15", "2020-01-24"]),
        (("--confirm", "2"), ["2020-01-15", "2020-01-24"]),
        (("--confirm", "4"), []),
        (("--sessions-below", "4"), ["2020-01-14", "2020-01-23"]),
        (("--sessions-below", "6"), []),
    ],
)
def test_that_each_option_does_what_it_says(verb: Callable, options: tuple[str, ...], expected: list[str]) -> None:
    assert dates(verb("breakouts", "^RUT", "--sessions-below", "3", "--json", *options)) == expected


@pytest.mark.usefixtures("small")
def test_that_a_person_reads_a_table_and_how_many_failed_to_confirm(verb: Callable) -> None:
    answer = verb("breakouts", "^rut", "--sessions-below", "3", "--confirm", "4")
    assert answer.code == 0
    assert "0 breaks of the close high since 6 Jan 2020; 1 more were not confirmed" in answer.out


@pytest.mark.usefixtures("small")
def test_that_a_bar_in_progress_is_no_break(verb: Callable, profile: Profile) -> None:
    keep(profile, "BTC-USD", bars_of(CLOSES[:7], final=False))
    assert dates(verb("breakouts", "BTC-USD", "--sessions-below", "3", "--json")) == []


@pytest.fixture
def russell(verb: Callable, profile: Profile) -> Bars:
    """The real index, imported with the app's own verb."""
    answer = verb("import", str(shared("data/market/RUT_1d_yahoo.csv")), "--symbol", "^RUT")
    assert (answer.code, answer.errors) == (0, "")
    return stored(profile, "^RUT")


def walked(prices: list[float]) -> list[SlowBar]:
    """What the reference reads off each bar, carried along instead of looked up, since this history is long."""
    q = [on_tick(price, 0.01) for price in prices]
    top, top_at, latest, lowest = q[0], 0, 0, q[0]
    bars = [SlowBar(0, q[0], None, False, 0, Fraction(0), None)]
    for at in range(1, len(q)):
        lowest = min(lowest, q[at])
        bars.append(SlowBar(at, q[at], top, q[at] > top, at - latest - 1, lowest / top - 1, top_at))
        if q[at] > top:
            top, top_at, latest, lowest = q[at], at, at, q[at]
    return bars


def by_hand(bars: Bars, basis: str, buffer: Fraction, confirm: int) -> list[tuple[dt.date, dt.date, int]]:
    sessions = bars.session.astype(object)
    events, _cancelled = slow_breaks(walked(getattr(bars, basis).tolist()), 63, Fraction(0), buffer, confirm)
    return [(sessions[at], sessions[top], below) for at, top, below in events]


@pytest.fixture(autouse=True)
def later(clock: object) -> None:
    clock.now = dt.datetime(2026, 11, 20, 22, tzinfo=dt.UTC)


def test_that_the_russell_2000_broke_its_closing_high_23_times(verb: Callable, russell: Bars) -> None:
    answer = verb("breakouts", "^RUT", "--sessions-below", "63", "--json").json
    found = [(event["date"], event["prior_ath_date"], event["sessions_below"]) for event in answer]
    assert found == [(str(at), str(top), below) for at, top, below in by_hand(russell, "close", Fraction(0), 1)]
    assert len(found) == 23
    assert not {"2024-11-25", "2014-07-01"} & {event["date"] for event in answer}


@pytest.mark.parametrize(
    ("options", "buffer", "confirm"), [(("--buffer", "1"), Fraction(1, 100), 1), (("--confirm", "3"), Fraction(0), 3)]
)
def test_that_buffer_and_confirmation_agree_with_the_slow_reading(
    verb: Callable, russell: Bars, options: tuple[str, ...], buffer: Fraction, confirm: int
) -> None:
    answer = verb("breakouts", "^RUT", "--json", *options).json
    expected = by_hand(russell, "close", buffer, confirm)
    assert [event["date"] for event in answer] == [str(at) for at, _, _ in expected]
    assert len(expected) > 5


def test_that_the_intraday_basis_knows_breaks_that_the_close_does_not(verb: Callable, russell: Bars) -> None:
    answer = verb("breakouts", "^RUT", "--basis", "high", "--json").json
    found = {event["date"] for event in answer}
    assert {"2024-11-25", "2014-07-01"} <= found
    assert found == {str(at) for at, _, _ in by_hand(russell, "high", Fraction(0), 1)}
    assert {event["basis"] for event in answer} == {"high"}
