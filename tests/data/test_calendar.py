"""The calendar: holidays, early closes, daylight saving, settling, and what it says beyond its own range."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from data import calendar as calendar_module
from data.bars import Sessions
from data.calendar import Calendars

NEW_YORK = "XNYS"
CRYPTO = "24/7"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


def days(*texts: str) -> Sessions:
    return np.array(texts, "datetime64[D]")


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def instants(seconds: np.ndarray) -> list[str]:
    return [dt.datetime.fromtimestamp(int(s), dt.UTC).strftime("%Y-%m-%d %H:%M") for s in seconds]


def test_that_weekends_and_holidays_are_no_sessions(calendars: Calendars) -> None:
    found = calendars.sessions(NEW_YORK, dt.date(2025, 11, 26), dt.date(2025, 12, 1))
    assert found.tolist() == [dt.date(2025, 11, 26), dt.date(2025, 11, 28), dt.date(2025, 12, 1)]


def test_that_both_ends_are_included_and_an_inverted_span_is_empty(calendars: Calendars) -> None:
    day = dt.date(2025, 9, 18)
    assert calendars.sessions(NEW_YORK, day, day).tolist() == [day]
    assert len(calendars.sessions(NEW_YORK, day, day - dt.timedelta(days=1))) == 0
    assert calendars.sessions(CRYPTO, day, day).tolist() == [day]


def test_that_unscheduled_closures_are_known(calendars: Calendars) -> None:
    found = calendars.sessions(NEW_YORK, dt.date(2001, 9, 10), dt.date(2001, 9, 17))
    assert found.tolist() == [dt.date(2001, 9, 10), dt.date(2001, 9, 17)]


def test_that_days_before_the_first_known_session_are_left_out(calendars: Calendars) -> None:
    found = calendars.sessions(NEW_YORK, dt.date(1927, 12, 30), dt.date(1987, 9, 11))
    assert calendars.first_known(NEW_YORK) == dt.date(1987, 9, 10)
    assert found.tolist() == [dt.date(1987, 9, 10), dt.date(1987, 9, 11)]


def test_that_opens_follow_daylight_saving(calendars: Calendars) -> None:
    opens = calendars.opens(NEW_YORK, days("2025-03-07", "2025-03-10", "2025-10-31", "2025-11-03"))
    assert instants(opens) == ["2025-03-07 14:30", "2025-03-10 13:30", "2025-10-31 13:30", "2025-11-03 14:30"]


def test_that_early_closes_are_respected(calendars: Calendars) -> None:
    closes = calendars.closes(NEW_YORK, days("2025-09-18", "2020-11-13", "2025-11-28"))
    assert instants(closes) == ["2025-09-18 20:00", "2020-11-13 21:00", "2025-11-28 18:00"]


@pytest.mark.parametrize(("session", "hours"), [("2025-09-18", 4.0), ("2020-11-13", 3.0), ("2025-11-28", 6.0)])
def test_that_the_crypto_bar_of_a_session_ends_hours_after_new_york_closed(
    calendars: Calendars, session: str, hours: float
) -> None:
    end = calendars.closes(CRYPTO, days(session)) - calendars.closes(NEW_YORK, days(session))
    assert end.tolist() == [hours * 3600]


def test_that_days_the_calendar_does_not_know_get_the_regular_hours(calendars: Calendars) -> None:
    odd = days("1927-12-30", "1950-07-03", "2025-11-27", "2025-11-28", "2055-07-01")
    assert instants(calendars.opens(NEW_YORK, odd)) == [
        "1927-12-30 14:30",
        "1950-07-03 13:30",
        "2025-11-27 14:30",
        "2025-11-28 14:30",
        "2055-07-01 13:30",
    ]
    assert instants(calendars.closes(NEW_YORK, odd))[2:4] == ["2025-11-27 21:00", "2025-11-28 18:00"]


def test_that_nothing_is_unknown_of_an_asset_that_never_closes(calendars: Calendars) -> None:
    assert calendars.first_known(CRYPTO) == dt.date.min
    early = calendars.sessions(CRYPTO, dt.date(1969, 12, 31), dt.date(1970, 1, 1))
    assert instants(calendars.opens(CRYPTO, early)) == ["1969-12-31 00:00", "1970-01-01 00:00"]


def test_that_other_exchanges_keep_their_own_hours(calendars: Calendars) -> None:
    assert instants(calendars.closes("XLON", days("2025-07-01", "2025-12-24"))) == [
        "2025-07-01 15:30",
        "2025-12-24 12:30",
    ]
    assert calendars.first_known("XTKS") == dt.date(1997, 1, 1)
    assert calendars.sessions("XTKS", dt.date(1990, 1, 1), dt.date(1997, 1, 6)).tolist() == [dt.date(1997, 1, 6)]


def test_that_no_sessions_have_no_times(calendars: Calendars) -> None:
    for name in (NEW_YORK, CRYPTO):
        assert calendars.opens(name, days()).tolist() == []
        assert calendars.closes(name, days()).tolist() == []
        assert calendars.settled(name, days(), utc("2025-09-18 20:20")).tolist() == []


@pytest.mark.parametrize(
    ("name", "session", "settles"),
    [
        (NEW_YORK, "2025-09-18", "2025-09-18 20:20"),
        (NEW_YORK, "2025-11-28", "2025-11-28 18:20"),
        (CRYPTO, "2025-09-18", "2025-09-19 00:20"),
    ],
)
def test_that_a_bar_settles_when_the_delay_has_passed_and_not_a_second_earlier(
    calendars: Calendars, name: str, session: str, settles: str
) -> None:
    at = utc(settles)
    before = at - dt.timedelta(seconds=1)
    day = dt.date.fromisoformat(session)
    assert calendars.settled(name, days(session), at).tolist() == [True]
    assert calendars.settled(name, days(session), before).tolist() == [False]
    assert calendars.last_settled(name, at) == day
    assert calendars.last_settled(name, before) < day
    assert calendars.next_settle(name, before) == at
    assert calendars.next_settle(name, at) > at


def test_that_the_last_settled_session_reaches_back_over_a_long_weekend(calendars: Calendars) -> None:
    assert calendars.last_settled(NEW_YORK, utc("2001-09-16 12:00")) == dt.date(2001, 9, 10)
    assert calendars.next_settle(NEW_YORK, utc("2001-09-11 12:00")) == utc("2001-09-17 20:20")


def test_that_the_instant_may_come_in_any_zone(calendars: Calendars) -> None:
    tokyo = dt.timezone(dt.timedelta(hours=9))
    assert calendars.last_settled(NEW_YORK, utc("2025-09-18 20:20").astimezone(tokyo)) == dt.date(2025, 9, 18)


def test_that_an_exchange_is_open_from_its_open_until_just_before_its_close(calendars: Calendars) -> None:
    answers = {
        text: calendars.is_open(NEW_YORK, utc(f"2025-11-28 {text}")) for text in ("14:29", "14:30", "17:59", "18:00")
    }
    assert answers == {"14:29": False, "14:30": True, "17:59": True, "18:00": False}
    assert not calendars.is_open(NEW_YORK, utc("2025-11-29 15:00"))
    assert calendars.is_open(CRYPTO, utc("2025-11-29 15:00"))


@pytest.mark.parametrize(
    "now", ["1980-01-02 12:00", "1970-01-01 00:00", "1987-09-12 12:00", "2049-12-30 12:00", "2079-05-05 12:00"]
)
def test_that_a_clock_far_off_still_gets_an_answer(calendars: Calendars, now: str) -> None:
    at = utc(now)
    for name in (NEW_YORK, CRYPTO):
        assert dt.timedelta(0) < at.date() - calendars.last_settled(name, at) < dt.timedelta(days=7)
        assert at < calendars.next_settle(name, at) < at + dt.timedelta(days=7)


def test_that_the_calendar_grows_when_a_later_day_is_asked_for() -> None:
    fresh = Calendars()
    assert fresh.last_settled(NEW_YORK, utc("2001-09-16 12:00")) == dt.date(2001, 9, 10)
    assert len(fresh.sessions(NEW_YORK, dt.date(2026, 1, 1), dt.date(2026, 12, 31))) == 251
    assert fresh.sessions(NEW_YORK, dt.date(2049, 12, 31), dt.date(2060, 1, 1)).tolist() == [dt.date(2049, 12, 31)]


def test_that_an_unknown_exchange_is_refused_by_name(calendars: Calendars) -> None:
    with pytest.raises(LookupError, match="XNOPE"):
        calendars.sessions("XNOPE", dt.date(2025, 1, 1), dt.date(2025, 2, 1))


def test_that_many_threads_share_one_build(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    build = calendar_module._build

    def counting(name: str, first: dt.date, through: dt.date) -> calendar_module._Schedule:
        built.append(name)
        return build(name, first, through)

    monkeypatch.setattr(calendar_module, "_build", counting)
    shared = Calendars()
    answers: list[dt.date] = []
    gate = threading.Barrier(6)

    def ask() -> None:
        gate.wait()
        answers.append(shared.last_settled(NEW_YORK, utc("2025-09-18 20:20")))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [dt.date(2025, 9, 18)] * 6
    assert built == [NEW_YORK]


def test_that_round_the_clock_assets_and_the_import_need_no_exchange_calendars() -> None:
    program = (
        "import sys, datetime as dt\n"
        "from data.calendar import Calendars\n"
        "now = dt.datetime(2025, 9, 18, 12, tzinfo=dt.UTC)\n"
        "assert Calendars().last_settled('24/7', now) == dt.date(2025, 9, 17)\n"
        "late = {'exchange_calendars', 'pandas'} & set(sys.modules)\n"
        "assert not late, late\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
