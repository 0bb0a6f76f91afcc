"""`import` and `export`: nothing refused without a name, nothing lost on the way out and in again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from data.calendar import Calendars
from data.profile import Profile
from tests.support.profiles import keep, profile_in, staged_bars, staged_hours, stored

GOOD = "Date,Open,High,Low,Close,Volume\n2025-09-16,10,12,9,11,100\n2025-09-17,11,13,10,12,100\n"


def test_that_an_import_says_what_it_took_and_names_each_row_it_refused(
    verb: Callable, profile: Profile, tmp_path: Path
) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(GOOD + "2025-09-18,oops,13,10,12,100\n2025-13-45,11,13,10,12,100\n")
    answer = verb("import", str(file), "--symbol", "^rut")
    assert answer.code == 0
    assert answer.out.startswith("^RUT: 2 bars added, 0 were there already, 0 revised, 2 rows refused.")
    assert [line.partition(":")[0] for line in answer.errors.splitlines()] == ["Line 4", "Line 5"]
    assert stored(profile, "^RUT").close.tolist() == [11, 12]
    again = verb("import", str(file), "--symbol", "^RUT")
    assert again.out.startswith("^RUT: 0 bars added, 2 were there already, 0 revised, 2 rows refused.")


def test_that_a_long_list_of_refusals_is_cut_short_and_says_so(verb: Callable, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(GOOD + "2025-13-45,1,1,1,1,1\n" * 30)
    assert verb("import", str(file), "--symbol", "^RUT").errors.splitlines()[-1] == "… and 10 more rows refused"


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.parquet"])
def test_that_what_is_exported_comes_back_the_same(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path, name: str
) -> None:
    bars = staged_bars(calendars)
    keep(profile, "^RUT", bars)
    given = verb("export", "^RUT", "--to", str(tmp_path / name))
    assert (given.code, given.errors) == (0, "")
    assert given.out == f"^RUT: {len(bars)} bars written to {tmp_path / name}\n"
    other = profile_in(tmp_path / "other")
    assert verb("--profile", str(other.folder), "import", str(tmp_path / name), "--symbol", "^RUT").code == 0
    back = stored(other, "^RUT")
    for column in ("time", "session", "open", "high", "low", "close", "volume", "final"):
        assert getattr(back, column).tolist() == getattr(bars, column).tolist(), column


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "missing"),
        (b"", ""),
        (b"\x00\xff\x00\xfe\x01", ""),
        (b"nothing,of,use\n1,2,3\n", ""),
        (b"Date,Open,High,Low,Close,Volume\nyesterday,1,1,1,1,1\n", "no line that begins with a date"),
        (b"PAR1 cut short", ""),
    ],
)
def test_that_a_file_of_no_use_is_one_line_and_changes_nothing(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path, content: bytes | None, word: str
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    file = tmp_path / ("prices.parquet" if content and content.startswith(b"PAR1") else "prices.csv")
    if content is not None:
        file.write_bytes(content)
    answer = verb("import", str(file), "--symbol", "^RUT")
    assert (answer.code, answer.out) == (1, "")
    assert len(answer.errors.splitlines()) == 1
    assert "Traceback" not in answer.errors
    assert word in answer.errors
    assert len(stored(profile, "^RUT")) == len(staged_bars(calendars))


def test_that_a_folder_is_no_file_to_import(verb: Callable, tmp_path: Path) -> None:
    answer = verb("import", str(tmp_path), "--symbol", "^RUT")
    assert (answer.code, len(answer.errors.splitlines())) == (1, 1)


@pytest.mark.parametrize("target", ["no/such/folder/out.csv", "out.docx", "."])
def test_that_an_export_that_cannot_be_written_is_one_line(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path, target: str
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    answer = verb("export", "^RUT", "--to", str(tmp_path / target))
    assert (answer.code, answer.out, len(answer.errors.splitlines())) == (1, "", 1)


def test_that_closes_of_several_symbols_stand_side_by_side(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path
) -> None:
    bars = staged_bars(calendars)
    keep(profile, "^RUT", bars)
    keep(profile, "IWM", staged_bars(calendars, without=3))
    out = tmp_path / "chart.csv"
    answer = verb("export", "^RUT", "IWM", "^RUT", "--to", str(out), "--range", "1M")
    assert (answer.code, answer.errors) == (0, "")
    lines = out.read_text().splitlines()
    assert lines[0] == "Date,^RUT close (USD; Yahoo),IWM close (USD; Yahoo),In progress"
    assert 20 <= len(lines) <= 25
    assert lines[-1].startswith(f"{bars.session[-1]},{bars.close[-1]:.10g},,")
    assert f"^RUT, IWM: {len(lines) - 1 + len(lines) - 1 - 3:,} bars written" in answer.out


def test_that_a_range_or_a_period_alone_is_what_a_chart_shows(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    out = tmp_path / "chart.csv"
    assert verb("export", "^RUT", "--to", str(out), "--period", "month").code == 0
    lines = out.read_text().splitlines()
    assert lines[0].startswith("Month,^RUT close")
    assert all(len(line.split(",")[0]) == 7 for line in lines[1:])


def test_that_hours_stand_side_by_side_by_their_instants_in_utc(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path
) -> None:
    keep(profile, "^RUT", staged_hours(calendars), interval="1h")
    keep(profile, "IWM", staged_hours(calendars, first=240.0)[:-2], interval="1h")
    out = tmp_path / "chart.csv"
    answer = verb("export", "^RUT", "IWM", "--interval", "1h", "--range", "5D", "--to", str(out))
    assert (answer.code, answer.errors) == (0, "")
    head, *lines = out.read_text().splitlines()
    assert head == "Begin (UTC),^RUT close (USD; Yahoo),IWM close (USD; Yahoo),In progress"
    assert len(lines) == 5 * 7
    assert lines[0] == "2025-09-12T13:30:00Z,2415,275,"
    assert lines[-1] == "2025-09-18T19:30:00Z,2449,,^RUT"
    instants = [dt.datetime.fromisoformat(line.split(",")[0]) for line in lines]
    assert all(instant.tzinfo == dt.UTC for instant in instants)
    assert instants == sorted(instants)


def test_that_the_stored_hours_of_one_asset_come_back_the_same(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path
) -> None:
    bars = staged_hours(calendars)
    keep(profile, "^RUT", bars, interval="1h")
    out = tmp_path / "hours.csv"
    assert verb("export", "^RUT", "--interval", "1h", "--to", str(out)).code == 0
    assert out.read_text().splitlines()[1].startswith("2025-09-05T13:30:00Z,2380.0,")
    other = profile_in(tmp_path / "other")
    answer = verb("--profile", str(other.folder), "import", str(out), "--symbol", "^RUT", "--interval", "1h")
    assert (answer.code, answer.errors) == (0, "")
    again = tmp_path / "again.csv"
    assert verb("--profile", str(other.folder), "export", "^RUT", "--interval", "1h", "--to", str(again)).code == 0
    assert [line.rpartition(",")[0] for line in again.read_text().splitlines()] == [
        line.rpartition(",")[0] for line in out.read_text().splitlines()
    ]


def test_that_a_simulated_world_has_minutes_to_export(verb: Callable, tmp_path: Path) -> None:
    out = tmp_path / "minutes.csv"
    answer = verb("--demo", "export", "BTC-USD", "--interval", "5m", "--range", "1D", "--to", str(out))
    assert (answer.code, answer.errors) == (0, "")
    assert 200 < len(out.read_text().splitlines()) < 600


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ETH-USD", "--to", "chart.csv"), "No 1d prices of ETH-USD are stored"),
        (("--to", "chart.parquet", "--range", "1Y"), "must end in .csv"),
        (("--to", "chart.csv", "--range", "1Y", "--interval", "1h"), "No 1h prices of ^RUT are stored"),
        (("--to", "chart.csv", "--range", "5Y", "--interval", "1h"), "Bars of 1h cannot fill a range of 5Y"),
        (("--to", "chart.csv", "--range", "1D"), "Daily bars cannot fill a range of 1D"),
        (("--to", "chart.csv", "--range", "1M", "--interval", "30m"), "there are bars of 1m, 5m, 15m, 1h"),
        (("--to", "chart.csv", "--period", "week", "--interval", "1h"), "or a --period of days"),
        (("--to", "no/such/chart.csv", "--range", "1Y"), "could not be written"),
    ],
)
def test_that_what_cannot_stand_side_by_side_is_one_line(
    verb: Callable, profile: Profile, calendars: Calendars, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    placed = [str(tmp_path / each) if each.startswith(("chart", "no/")) else each for each in arguments]
    answer = verb("export", "^RUT", *placed)
    assert (answer.code, answer.out) == (1, "")
    assert said in answer.errors
    assert len(answer.errors.splitlines()) == 1
