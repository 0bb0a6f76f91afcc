"""Price files: every shape people have, every bad row named, nothing lost on the way out and in again."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bars import Bars
from data.calendar import Calendars
from data.catalog import BITCOIN, RUSSELL_2000, Asset, asset_for
from data.files import FileRefused, Imported, Refused, read_prices, write_prices
from data.intervals import label_of, seconds_of, step_of
from data.source import Fetched
from data.store import Store, Stored
from tests.support.bars import NOW
from tests.support.shared_data import shared

Reader = Callable[..., Imported]
IWM = asset_for("IWM")
HEADER = "Date,Open,High,Low,Close,Volume\n"
MONDAY = "2026-01-05,1,3,0.5,2,100\n"
TUESDAY = "2026-01-06,2,4,1,3,200\n"


@pytest.fixture(scope="module")
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture
def read(tmp_path: Path, calendars: Calendars) -> Reader:
    def reader(
        content: str | bytes,
        *,
        asset: Asset = RUSSELL_2000,
        name: str = "prices.csv",
        now: dt.datetime = NOW,
        interval: str = "1d",
    ) -> Imported:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_prices(path, asset, calendars, now, interval)

    return reader


def sessions(imported: Imported) -> list[str]:
    return np.datetime_as_string(imported.bars.session).tolist()


PLAIN = [
    HEADER + MONDAY + TUESDAY,
    HEADER + TUESDAY + MONDAY,
    "\ufeff" + HEADER + MONDAY + TUESDAY,
    (HEADER + MONDAY + TUESDAY).replace("\n", "\r\n"),
    (HEADER + MONDAY + TUESDAY).replace(",", ";"),
    (HEADER + MONDAY + TUESDAY).replace(",", "\t"),
    "\n" + HEADER + "\n" + MONDAY + ",,,,,\n" + TUESDAY + "\n\n",
    MONDAY + TUESDAY,
    "Created on 10-17-2019,https://example.invalid\nDate,Symbol,Open,High,Low,Close,Volume\n"
    "2026-01-06,RUT,2,4,1,3,200\n2026-01-05,RUT,1,3,0.5,2,100\n",
    "Price,Close,High,Low,Open,Volume\nTicker,^RUT,^RUT,^RUT,^RUT,^RUT\nDate,,,,,\n"
    "2026-01-05,2,3,0.5,1,100\n2026-01-06,3,4,1,2,200\n",
    "Date,Close/Last,Open,High,Low,Volume\n01/06/2026,3,2,4,1,200\n01/05/2026,$2,1,3,0.5,100\n",
    "timestamp,1. open,2. high,3. low,4. close,5. volume\n2026-01-05,1,3,0.5,2,100\n2026-01-06,2,4,1,3,200\n",
    'Date,Open,High,Low,Close*,Volume\n"Jan 05, 2026",1,3,0.5,2,100\n"Jan 06, 2026","2","4","1","3","200"\n',
    "Date;Open;High;Low;Close;Volume\n05.01.2026;1,0;3,0;0,5;2,0;100\n06.01.2026;2,0;4,0;1,0;3,0;200\n",
    "Date,Open,High,Low,Close,Volume\n20260105,1,3,0.5,2,100\n20260106,2,4,1,3,200\n",
    "Date,Open,High,Low,Close,Volume\n05-Jan-2026,1,3,0.5,2,100\n06-Jan-2026,2,4,1,3,200\n",
    "Date,Open,High,Low,Close,Volume\n2026/1/5,1,3,0.5,2,100\n2026/1/6,2,4,1,3,200\n",
    "Date,Open,High,Low,Close,Volume\n2026-01-05 00:00:00-05:00,1,3,0.5,2,100\n2026-01-06 00:00:00-05:00,2,4,1,3,200\n",
    "Date,Open,High,Low,Close,Volume\n2026-01-05T14:30:00Z,1,3,0.5,2,100\n2026-01-06T14:30:00Z,2,4,1,3,200\n",
    "unix,Date,Open,High,Low,Close,Volume\n1767571200,x,1,3,0.5,2,100\n1767657600000,y,2,4,1,3,200\n",
]


@pytest.mark.parametrize("content", PLAIN)
def test_that_every_shape_gives_the_same_bars(read: Reader, content: str) -> None:
    imported = read(content)
    bars = imported.bars
    assert sessions(imported) == ["2026-01-05", "2026-01-06"]
    assert [bars.open.tolist(), bars.high.tolist(), bars.low.tolist(), bars.close.tolist()] == [
        [1, 2], [3, 4], [0.5, 1], [2, 3],
    ]  # fmt: skip
    assert bars.volume.tolist() == [100, 200]
    assert bars.time.tolist() == [1767623400, 1767709800], "the open in New York"
    assert bars.final.all()
    assert imported.refused == ()


def test_that_gzip_and_utf_16_are_read_as_well(read: Reader) -> None:
    content = HEADER + MONDAY
    assert sessions(read(gzip.compress(content.encode()), name="a.csv.gz")) == ["2026-01-05"]
    assert sessions(read(content.encode("utf-16"))) == ["2026-01-05"]
    assert sessions(read(content.replace("Open", "Ouvertüre").encode("latin-1"))) == ["2026-01-05"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("tomorrow,1,3,0.5,2,100", "“tomorrow” is no date"),
        ("2026-02-30,1,3,0.5,2,100", "“2026-02-30” is no date"),
        ("2026-01-06,1,3,0.5,,100", "it has no close"),
        ("2026-01-06,1,3,0.5", "it has no close"),
        ("2026-01-06,1,3,0.5,n/a,100", "it has no close"),
        ("2026-01-06,1,3,0.5,abc,100", "the close “abc” is no number"),
        ("2026-01-06,1,3,0.5,inf,100", "the close “inf” is no number"),
        ("2026-01-06,1,x3,0.5,2,100", "the high “x3” is no number"),
        ("2026-01-06,1,3,0.5,0,100", "the close is zero or negative"),
        ("2026-01-06,1,3,-0.5,2,100", "the low is zero or negative"),
        ("2026-01-06,1,3,0.5,2,-100", "the volume is negative"),
        ("2026-01-10,1,3,0.5,2,100", "2026-01-10 was no trading day of its exchange"),
        ("2026-02-03,1,3,0.5,2,100", "it lies in the future"),
        ("9999-02-03,1,3,0.5,2,100", "it lies in the future"),
        ("0001-02-03,1,3,0.5,2,100", "it lies before there were prices"),
    ],
)
def test_that_a_bad_row_is_refused_by_its_line_and_reason(read: Reader, line: str, reason: str) -> None:
    imported = read(HEADER + "\n" + MONDAY.replace("05", "02") + MONDAY + line + "\n" + "2026-01-07,1,3,0.5,2,100\n")
    assert imported.refused == (Refused(5, reason),)
    assert sessions(imported) == ["2026-01-02", "2026-01-05", "2026-01-07"]


def test_that_of_repeated_rows_the_last_counts_and_the_others_are_named(read: Reader) -> None:
    imported = read(HEADER + MONDAY + TUESDAY + MONDAY + "2026-01-05,9,9,9,9,100\n")
    again = "the same bar stands on line 5 again, and that one counts"
    assert imported.refused == (Refused(2, again), Refused(4, again))
    assert imported.bars.close.tolist() == [9, 3]


def test_that_missing_ranges_and_odd_volumes_do_not_cost_a_bar(read: Reader) -> None:
    imported = read(HEADER + "2026-01-05,,,,2,much\n")
    assert imported.refused == ()
    assert np.isnan([imported.bars.open[0], imported.bars.high[0], imported.bars.volume[0]]).all()
    assert "without a full open, high and low: 1." in imported.notes[0]


def test_that_prices_outside_their_range_are_kept_and_noted(read: Reader) -> None:
    imported = read(HEADER + "2026-01-05,1,3,0.5,5,100\n")
    assert imported.bars.close.tolist() == [5]
    assert "outside their high and low" in imported.notes[0]


def test_that_few_silent_bars_are_noted(read: Reader) -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=n) for n in range(60)]
    lines = [f"{day},1,3,0.5,2,{0 if n == 30 else 5}\n" for n, day in enumerate(days)]
    assert "volume 0" in read(HEADER + "".join(lines), asset=BITCOIN).notes[0]
    assert read(HEADER + "".join(lines).replace(",5\n", ",0\n"), asset=BITCOIN).notes == ()


def test_that_a_bar_is_final_once_its_session_is_settled(read: Reader) -> None:
    just_before = dt.datetime(2026, 1, 6, 21, 19, tzinfo=dt.UTC)
    assert read(HEADER + MONDAY + TUESDAY, now=just_before).bars.final.tolist() == [True, False]
    assert read(HEADER + MONDAY + TUESDAY, now=just_before + dt.timedelta(minutes=1)).bars.final.all()


def test_that_a_file_may_say_that_a_bar_is_not_final(read: Reader) -> None:
    imported = read("Date,Close,Final,Source\n2026-01-05,1,true,Yahoo\n2026-01-06,2,false,Yahoo\n")
    assert imported.bars.final.tolist() == [True, False]


def test_that_a_snapped_date_is_the_close_of_the_day_before(read: Reader) -> None:
    imported = read(
        "snapped_at,price,market_cap,total_volume\n2026-01-05 00:00:00 UTC,1,9,9\n2026-01-06 00:05:21 UTC,2,9,9\n"
        "2026-01-06 23:29:55 UTC,3,9,9\n2026-01-08 00:00:00 UTC,4,9,9\n2026-01-09 15:00:00 UTC,5,9,9\n",
        asset=BITCOIN,
    )
    assert sessions(imported) == ["2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-09"]
    assert imported.bars.final.tolist() == [True, True, True, True, False]
    assert "moved back by one day" in imported.notes[0]


def test_that_adjusted_closes_are_never_used_silently(read: Reader) -> None:
    both = read("Date,Adj Close,Close\n2026-01-05,1,2\n", asset=IWM)
    only = read("Date,Adj Close\n2026-01-05,1\n", asset=IWM)
    neither = read("Date,Close\n2026-01-05,1\n", asset=IWM)
    assert both.bars.close.tolist() == [2]
    assert "the unadjusted Close was used" in both.notes[0]
    assert "Only adjusted closes" in only.notes[0]
    assert "cannot be told" in neither.notes[0]


def test_that_another_ticker_in_the_file_is_noted_and_several_are_refused(read: Reader) -> None:
    content = "Price,Close,Close\nTicker,IWM,{}\nDate,,\n2026-01-05,1,2\n"
    assert "holds IWM; it was imported as ^RUT" in read(content.format("IWM")).notes[0]
    with pytest.raises(FileRefused, match="several symbols"):
        read(content.format("SPY"))


def test_that_months_are_read_first_and_said_where_nothing_tells(read: Reader) -> None:
    doubtful = read("Date,Close\n01/05/2026,1\n01/06/2026,2\n")
    clear = read("Date,Close\n13/01/2026,1\n14/01/2026,2\n")
    assert sessions(doubtful) == ["2026-01-05", "2026-01-06"]
    assert "months were read first" in doubtful.notes[0]
    assert sessions(clear) == ["2026-01-13", "2026-01-14"]
    assert clear.notes == (("Bars with a close but without a full open, high and low: 2."),)


KLINES = [[1767571200000, "1", "3", "0.5", "2", "100", 1767657599999, "9", 1, "1", "1", "0"]]


def test_that_klines_are_read_and_numbered_by_row(read: Reader) -> None:
    empty = [1767657600000, "1", "3", "0.5", "", "100"]
    imported = read(json.dumps([*KLINES, empty]), asset=BITCOIN, name="k.json")
    assert sessions(imported) == ["2026-01-05"]
    assert imported.bars.time.tolist() == [1767571200]
    assert imported.refused == (Refused(2, "it has no close"),)


def test_that_json_records_are_read(read: Reader) -> None:
    imported = read(json.dumps([{"date": "2026-01-05", "close": 2.5}, {"date": "2026-01-06", "close": 3}]))
    assert imported.bars.close.tolist() == [2.5, 3.0]


@pytest.mark.parametrize("stamps", ["naive", "zoned", "numbers", "several"])
def test_that_parquet_is_read_with_its_index(tmp_path: Path, calendars: Calendars, stamps: str) -> None:
    index = pd.DatetimeIndex(["2026-01-05", "2026-01-06"], name="Date")
    table = pd.DataFrame({"Close": [1.5, 2.5], "Volume": [1, 2]}, index=index)
    if stamps == "zoned":
        table.index = index.tz_localize("America/New_York")
    if stamps == "numbers":
        table = table.reset_index()
        table["Date"] = [1767623400, 1767709800]
    if stamps == "several":
        table.columns = pd.MultiIndex.from_tuples([("Close", "^RUT"), ("Volume", "^RUT")])
    table.to_parquet(tmp_path / "p.parquet")
    imported = read_prices(tmp_path / "p.parquet", RUSSELL_2000, calendars, NOW)
    assert sessions(imported) == ["2026-01-05", "2026-01-06"]
    assert imported.bars.close.tolist() == [1.5, 2.5]


FIVE_MINUTES = "date,open,high,low,close\n" + "".join(
    f"2026-01-05 {time}:00{{}},1,3,0.5,2\n" for time in ("14:30", "14:35", "14:40")
)


def test_that_intraday_bars_keep_their_time_and_get_their_session(read: Reader) -> None:
    late = "2026-01-06 00:30:00+00:00,1,3,0.5,2\n2026-01-06 09:00:00+00:00,1,3,0.5,2\n"
    imported = read(FIVE_MINUTES.format(*["+00:00"] * 3) + late, interval="5m")
    assert sessions(imported) == ["2026-01-05"] * 4 + ["2026-01-06"]
    assert imported.bars.time[0] == 1767623400
    assert imported.notes == ()


def test_that_times_without_a_zone_are_read_as_utc_and_said(read: Reader) -> None:
    imported = read(FIVE_MINUTES.format("", "", ""), interval="5m")
    assert imported.bars.time[0] == 1767623400
    assert "read as UTC" in imported.notes[0]


def test_that_an_intraday_bar_is_final_once_it_is_over_and_settled(read: Reader) -> None:
    now = dt.datetime(2026, 1, 5, 15, 0, tzinfo=dt.UTC)
    assert read(FIVE_MINUTES.format(*["Z"] * 3), interval="5m", now=now).bars.final.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("content", "interval", "message"),
    [
        (FIVE_MINUTES.format("Z", "Z", "Z"), "1d", "--interval 5m"),
        (HEADER + MONDAY + TUESDAY, "1h", "--interval 1d"),
        ("Date,Close\n2026-01-05,1\n2026-01-12,2\n2026-01-20,2\n2026-01-27,2\n", "1d", "one bar in"),
        (HEADER + MONDAY, "1w", "is no interval"),
        (HEADER + MONDAY, "2d", "is no interval"),
        ("", "1d", "is empty"),
        ("\n \n", "1d", "is empty"),
        ("hello\nworld\n", "1d", "no line that begins with a date"),
        ("Date,Open\n2026-01-05,1\n", "1d", "no column of closing prices"),
        ("Moment,Close\n2026-01-05,1\n", "1d", "no column of dates"),
        ("2026-01-05,1,2\n", "1d", "has no header"),
        (HEADER + "2026-01-05,1,3,0.5,,100\n", "1d", "line 2: it has no close"),
        ("[1, 2", "1d", "damaged JSON"),
        ('{"data": []}', "1d", "no list of price bars"),
        ("[]", "1d", "no list of price bars"),
        (b"\x00\x01\x02", "1d", "is no text"),
        (b"PAR1 and nothing", "1d", "damaged Parquet"),
        (gzip.compress(b"x" * 100)[:-9], "1d", "cut short"),
    ],
)
def test_that_a_useless_file_is_refused_in_one_sentence(
    read: Reader, content: str | bytes, interval: str, message: str
) -> None:
    with pytest.raises(FileRefused) as told:
        read(content, interval=interval)
    assert message in told.value.message


def test_that_a_missing_file_is_refused(tmp_path: Path, calendars: Calendars) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        read_prices(tmp_path / "none.csv", RUSSELL_2000, calendars, NOW)


def test_that_sessions_before_the_calendar_begins_are_kept(read: Reader) -> None:
    imported = read("Date,Close\n1927-12-30,1\n1928-01-02,2\n1928-01-07,3\n")
    assert len(imported.bars) == 3
    only_times = read("Date,Close\n1927-12-30 15:00:00,1\n1927-12-31 15:00:00,1\n")
    assert sessions(only_times) == ["1927-12-30", "1927-12-31"]


def test_that_a_session_counts_from_its_own_open_wherever_the_exchange_is(read: Reader) -> None:
    sydney = asset_for("BHP.AX")
    late_sunday_utc = dt.datetime(2026, 1, 18, 23, 30, tzinfo=dt.UTC)
    content = HEADER + "2026-01-16,1,3,0.5,2,100\n2026-01-19,2,4,1,3,200\n"
    assert read(content, asset=sydney, now=late_sunday_utc).bars.final.tolist() == [True, False]
    before = read(content, asset=sydney, now=late_sunday_utc - dt.timedelta(hours=1))
    assert before.refused == (Refused(3, "it lies in the future"),)


def test_that_an_infinite_price_in_parquet_is_refused(tmp_path: Path, calendars: Calendars) -> None:
    days = pd.to_datetime(["2026-01-05", "2026-01-06"])
    pd.DataFrame({"Date": days, "Close": [math.inf, 2.0]}).to_parquet(tmp_path / "p.parquet")
    imported = read_prices(tmp_path / "p.parquet", RUSSELL_2000, calendars, NOW)
    assert imported.refused == (Refused(1, "the close is no number"),)


def test_that_an_odd_quote_does_not_swallow_the_rest(read: Reader) -> None:
    imported = read('Date,Close,Remark\n2026-01-05,1,3" pipe\n2026-01-06,2,\n')
    assert len(imported.bars) == 2


def test_that_intervals_are_named_and_measured() -> None:
    assert [seconds_of(name) for name in ("1d", "1h", "5m", "0m", "x", "25h")] == [86400, 3600, 300, None, None, None]
    assert [label_of(seconds) for seconds in (86400, 3600, 900, 90)] == ["1d", "1h", "15m", "90s"]
    assert step_of(np.array([5], np.int64)) is None
    assert step_of(np.array([0, 86_400 - 3600, 2 * 86_400], np.int64)) == 86_400


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet"])
@given(
    rows=st.lists(
        st.tuples(
            st.integers(1, 4),
            st.floats(0.01, 1e7, allow_subnormal=False),
            st.one_of(st.just(math.nan), st.floats(0.01, 1e7)),
            st.floats(0, 1e12),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_that_an_export_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    rows: list[tuple[int, float, float, float, bool]],
) -> None:
    day = np.cumsum([drawn[0] for drawn in rows]) + 20_000
    close, opened, volume = (np.array([drawn[place] for drawn in rows], np.float64) for place in (1, 2, 3))
    final = np.array([drawn[4] for drawn in rows])
    bars = Bars(day * 86_400, day.astype("datetime64[D]"), opened, close * 1.5, close / 3, close, volume, final)
    path = tmp_path_factory.mktemp("export") / name
    write_prices(path, Stored(bars, source="Yahoo"), BITCOIN)
    imported = read_prices(path, BITCOIN, Calendars(), NOW)
    assert imported.refused == ()
    assert imported.bars.same_as(bars)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_that_intraday_bars_come_back_exactly(tmp_path: Path, calendars: Calendars, name: str) -> None:
    (tmp_path / "in.csv").write_text(FIVE_MINUTES.format("Z", "Z", "Z"))
    imported = read_prices(tmp_path / "in.csv", RUSSELL_2000, calendars, NOW, "5m")
    write_prices(tmp_path / name, Stored(imported.bars, source="import: in.csv", interval="5m"), RUSSELL_2000)
    assert read_prices(tmp_path / name, RUSSELL_2000, calendars, NOW, "5m").bars.same_as(imported.bars)


def test_that_an_export_names_the_source_of_each_bar(tmp_path: Path, calendars: Calendars, read: Reader) -> None:
    store = Store.open(tmp_path / "b.sqlite3", NOW)
    store.merge(Fetched("^RUT", read(HEADER + MONDAY).bars, "import: a.csv", NOW))
    store.merge(Fetched("^RUT", read(HEADER + TUESDAY).bars, "Yahoo", NOW))
    write_prices(tmp_path / "out.csv", store.bars("^RUT"), RUSSELL_2000)
    store.close()
    assert (tmp_path / "out.csv").read_text() == (
        "Date,Open,High,Low,Close,Volume,Final,Source\n"
        "2026-01-05,1.0,3.0,0.5,2.0,100.0,true,import: a.csv\n"
        "2026-01-06,2.0,4.0,1.0,3.0,200.0,true,Yahoo\n"
    )


def test_that_an_export_that_cannot_be_written_leaves_nothing(tmp_path: Path, read: Reader) -> None:
    stored = Stored(read(HEADER + MONDAY).bars, source="Yahoo")
    with pytest.raises(FileRefused, match=r"must end in \.csv"):
        write_prices(tmp_path / "a.xlsx", stored, RUSSELL_2000)
    with pytest.raises(FileRefused, match="could not be written"):
        write_prices(tmp_path / "nowhere" / "a.csv", stored, RUSSELL_2000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["prices.csv"]


REAL = [
    ("market/RUT_1d_yahoo.csv", "^RUT", "1d", 9686, 0, "1987-09-10", "2026-02-23"),
    ("market/RUT_1d_yahoo_snapshot2020.csv", "^RUT", "1d", 8395, 1, "1987-09-10", "2020-12-31"),
    ("market/RUT_1d_nasdaqcom.csv", "^RUT", "1d", 1255, 0, "2020-06-22", "2025-06-18"),
    ("market/RUT_1d_yfinance_multiheader.csv", "^RUT", "1d", 3854, 0, "2010-01-04", "2025-04-29"),
    ("market/NDX_1d_yahoo.csv", "^NDX", "1d", 10181, 0, "1985-10-01", "2026-02-27"),
    ("market/GSPC_1d_yahoo.csv", "^GSPC", "1d", 24546, 0, "1927-12-30", "2025-09-19"),
    ("market/IWM_1d_yahoo_raw.csv", "IWM", "1d", 5658, 0, "2000-05-26", "2022-11-18"),
    ("crypto/BTC-USD_1d_yahoo.csv", "BTC-USD", "1d", 4211, 0, "2014-09-17", "2026-03-28"),
    ("crypto/BTC_1d_coingecko.csv", "BTC-USD", "1d", 4513, 2, "2013-04-27", "2025-09-07"),
    ("crypto/BNB_1d_coingecko.csv", "BNB-USD", "1d", 2192, 0, "2019-08-31", "2025-08-30"),
    ("crypto/BTC_1d_coinmetrics_community.csv", "BTC-USD", "1d", 3382, 561, "2010-07-18", "2019-10-20"),
    ("crypto/BTC_1d_kraken_cryptodatadownload.csv", "BTC-USD", "1d", 2191, 0, "2013-10-06", "2019-10-17"),
    ("crypto/SOL-USD_1d_yahoo_to2022.csv", "SOL-USD", "1d", 148, 2560, "2021-09-20", "2022-02-14"),
    ("crypto/binance_klines/BTCUSDT_1d.json", "BTC-USD", "1d", 2404, 0, "2019-09-01", "2026-03-31"),
    ("intraday/RUT_5m_ibkr.csv", "^RUT", "5m", 40016, 0, "2024-03-11", "2026-03-31"),
    ("intraday/RUT_1h_ibkr.csv", "^RUT", "1h", 7778, 0, "2021-10-19", "2026-03-31"),
    ("intraday/BTC-USD_1h_to2022.csv", "BTC-USD", "1h", 32659, 0, "2018-05-15", "2022-02-04"),
    ("intraday/IWM_1m_yahoo.csv", "IWM", "1m", 2429, 0, "2026-03-23", "2026-03-31"),
]


@pytest.mark.parametrize(("file", "symbol", "interval", "count", "refused", "first", "last"), REAL)
def test_that_real_files_are_read_without_losing_a_row(
    calendars: Calendars, file: str, symbol: str, interval: str, count: int, refused: int, first: str, last: str
) -> None:
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    imported = read_prices(shared(f"data/{file}"), asset_for(symbol), calendars, now, interval)
    assert (len(imported.bars), len(imported.refused)) == (count, refused)
    assert [sessions(imported)[place] for place in (0, -1)] == [first, last]
    assert imported.bars.final.all()
