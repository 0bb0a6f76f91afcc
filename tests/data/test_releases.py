"""When figures are published, held against releases as they happened."""

from __future__ import annotations

import datetime as dt

import pytest

from data.macro import SERIES
from data.releases import business_day, federal_holidays, known_at

MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("series", "date", "value", "known"),
    [
        ("WALCL", "2021-12-15", 1, "2021-12-16T16:35-05:00"),
        ("WALCL", "2021-07-14", 1, "2021-07-15T16:35-04:00"),
        ("WALCL", "2021-11-10", 1, "2021-11-12T16:35-05:00"),  # Veterans Day, on which shares were traded
        ("WALCL", "2024-11-27", 1, "2024-11-29T16:35-05:00"),  # Thanksgiving
        ("WALCL", "2021-06-16", 1, "2021-06-17T16:35-04:00"),  # the law about Juneteenth came too late that year
        ("WDTGAL", "2025-06-18", 1, "2025-06-20T16:35-04:00"),
        ("RRPONTSYD", "2022-12-30", 1, "2022-12-30T13:15-05:00"),
        ("T10Y2Y", "2025-10-10", 1, "2025-10-14T16:15-04:00"),  # Columbus Day lies between
        ("BAMLH0A0HYM2", "2025-01-31", 1, "2025-02-03T10:00-05:00"),
        ("DFEDTARU", "2022-03-17", 1, "2022-03-17T09:00-04:00"),
        ("M2SL", "2025-01-01", 1, "2025-02-25T13:00-05:00"),
        ("INDPRO", "2025-07-01", 1, "2025-08-18T09:15-04:00"),
        ("GFDEBTN", "2025-01-01", 1, "2025-06-16T16:00-04:00"),
        ("A091RC1Q027SBEA", "2025-01-01", 1, "2025-04-30T08:30-04:00"),
        ("MSPD_BILLS", "2025-08-31", 1, "2025-09-05T16:00-04:00"),
        ("DEBT", "2025-11-28", 1, "2025-12-01T16:15-05:00"),
        ("TGA", "2025-11-26", 1, "2025-11-28T16:15-05:00"),
        ("FEAR_GREED", "2025-11-26", 1, "2025-11-26T00:10+00:00"),
        ("USREC", "2019-06-01", 0, "2019-07-01T12:00-04:00"),
        ("USREC", "2020-03-01", 1, "2020-06-08T12:00-04:00"),
        ("USREC", "2020-02-01", 0, "2020-03-01T12:00-05:00"),
        ("USREC", "2020-05-01", 0, "2021-07-19T12:00-04:00"),  # growth when published, a recession for a year, then not
        ("USREC", "2020-06-01", 0, "2021-07-19T12:00-04:00"),
        ("USREC", "2008-01-01", 1, "2008-12-01T12:00-05:00"),
        ("USREC", "2009-01-01", 1, "2009-02-01T12:00-05:00"),  # went on as announced
        ("USREC", "2009-07-01", 0, "2010-09-20T12:00-04:00"),
        ("USREC", "2024-05-01", 0, "2024-06-01T12:00-04:00"),
        ("USREC", "1970-01-01", 1, "1971-02-01T12:00-05:00"),  # before there were announcements: a year
    ],
)
def test_that_a_value_is_known_at_its_release(series: str, date: str, value: float, known: str) -> None:
    assert SERIES[series].known_at(dt.date.fromisoformat(date), value) == dt.datetime.fromisoformat(known)


def test_that_the_time_of_release_follows_the_clocks_of_new_york() -> None:
    assert known_at("h41", dt.date(2025, 3, 5)).hour == 21
    assert known_at("h41", dt.date(2025, 3, 12)).hour == 20


def test_that_nothing_is_published_at_weekends_or_on_holidays() -> None:
    assert business_day(dt.date(2022, 1, 1)) == dt.date(2022, 1, 3)
    assert business_day(dt.date(2023, 1, 1)) == dt.date(2023, 1, 3)  # a Sunday's holiday is Monday's
    assert business_day(dt.date(2025, 7, 4)) == dt.date(2025, 7, 7)


def test_that_the_holidays_of_a_year_are_those_of_the_law() -> None:
    assert sorted(str(day)[5:] for day in federal_holidays(2025)) == [
        "01-01", "01-20", "02-17", "05-26", "06-19", "07-04", "09-01", "10-13", "11-11", "11-27", "12-25"
    ]  # fmt: skip
    assert len(federal_holidays(2020)) == 10
    assert len(federal_holidays(1985)) == 9
