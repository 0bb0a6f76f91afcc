"""FRED with a key and without: missing values, units, vintages, and everything that can come instead of figures."""

from __future__ import annotations

import datetime as dt
import json
import traceback
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import requests

from data import fred
from data.fred import FredApi, FredCsv, read_csv, read_rows
from data.fred_choice import Fred
from data.macro import SERIES, MacroSeries
from data.secrets import SecretsUnavailable
from data.source import FetchError
from tests.support.faults import Reply
from tests.support.scripted_host import ScriptedHost
from tests.support.shared_data import shared
from tests.support.sources import HandClock, open_lane

KEY = "0123456789abcdef0123456789abcdef"
NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
CSV, ABOUT, VALUES = "/graph/fredgraph.csv", "/fred/series", "/fred/series/observations"
REPO, BALANCE, OUTPUT = SERIES["RRPONTSYD"], SERIES["WALCL"], SERIES["INDPRO"]


@pytest.fixture
def host() -> Iterator[ScriptedHost]:
    with ScriptedHost() as host:
        yield host


@pytest.fixture
def plain(host: ScriptedHost) -> FredCsv:
    clock = HandClock(NOW)
    return FredCsv(open_lane("fred", clock), clock, base_url=host.url)


@pytest.fixture
def api(host: ScriptedHost) -> FredApi:
    clock = HandClock(NOW)
    return FredApi(open_lane("fred", clock), clock, KEY, base_url=host.url)


def never() -> bool:
    return False


def text(body: str, kind: str = "text/csv") -> Reply:
    return Reply(200, body, kind)


def about(units: str, frequency: str = "W") -> Reply:
    return Reply(200, json.dumps({"seriess": [{"units": units, "frequency_short": frequency}]}))


def values(*rows: tuple[str, str, str]) -> Reply:
    told = [
        {"date": date, "realtime_start": known, "realtime_end": "9999-12-31", "value": v} for date, known, v in rows
    ]
    return Reply(200, json.dumps({"count": len(told), "observations": told}))


def fails(source: FredCsv | FredApi, series: MacroSeries) -> FetchError:
    with pytest.raises(FetchError) as caught:
        source.observed(series, never)
    return caught.value


@pytest.mark.parametrize("head", ["observation_date", "DATE", "date", '"DATE"', "\ufeffDATE"])
def test_that_the_heads_of_all_times_are_read_and_blanks_and_points_are_missing(
    plain: FredCsv, host: ScriptedHost, head: str
) -> None:
    host.lay(CSV, text(f"{head},RRPONTSYD\n2025-12-24,6.4\n2025-12-25,\n2025-12-26,.\n2025-12-29,9.1\n"))
    found = plain.observed(REPO, never)
    assert found.date.astype(str).tolist() == ["2025-12-24", "2025-12-29"]
    assert found.value.tolist() == [6.4, 9.1]
    assert host.asked == [(CSV, {"id": "RRPONTSYD"})]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<!DOCTYPE html><html><body>Maintenance</body></html>", "first line"),
        ("", "first line"),
        ("day,RRPONTSYD\n2025-12-24,6.4\n", "first line"),
        ("observation_date,RRPONTSYAWARD\n2025-12-24,3.5\n", "another series"),
        ("observation_date,RRPONTSYD\n2025-12-24\n", "cut off"),
        ("observation_date,RRPONTSYD\n2025-12-24,many\n", "cannot be read"),
        ("observation_date,RRPONTSYD\n24.12.2025,6.4\n", "cannot be read"),
        ("observation_date,RRPONTSYD\n2025-12-24,\n", "no value"),
        ("observation_date,RRPONTSYD\n2025-12-24,6.4\n2025-12-24,6.5\n", "two different values"),
        ("observation_date,RRPONTSYD\n2022-12-30,2553716\n", "cannot be a figure in USD billions"),
        ("observation_date,RRPONTSYD\n2022-12-30,nan\n", "cannot be a figure"),
    ],
)
def test_that_an_answer_that_makes_no_sense_is_refused_by_name(
    plain: FredCsv, host: ScriptedHost, body: str, words: str
) -> None:
    host.lay(CSV, text(body))
    error = fails(plain, REPO)
    assert (error.kind, words in error.message, "RRPONTSYD" in error.message) == ("unreadable", True, True)
    assert "stored" in error.message


def test_that_billions_where_millions_are_expected_are_refused(plain: FredCsv, host: ScriptedHost) -> None:
    host.lay(CSV, text("observation_date,WALCL\n2025-12-24,6581.2\n"))
    assert "WALCL" in fails(plain, BALANCE).message


def test_that_a_value_that_comes_twice_alike_is_kept_once_and_counted(plain: FredCsv, host: ScriptedHost) -> None:
    host.lay(CSV, text("DATE,RRPONTSYD\n2025-12-24,6.4\n2025-12-24,6.4\n"))
    found = plain.observed(REPO, never)
    assert (found.value.tolist(), found.duplicates) == ([6.4], 1)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [(404, "unknown", "renamed"), (400, "unknown", "renamed"), (429, "limited", "pause"), (503, "down", "fault"),
     (403, "refused", "turned")],
)  # fmt: skip
def test_that_each_refusal_has_its_own_sentence(
    plain: FredCsv, host: ScriptedHost, status: int, kind: str, words: str
) -> None:
    host.lay(CSV, Reply(status, "<html>no</html>", "text/html", {"Retry-After": "60"}))
    error = fails(plain, REPO)
    assert (error.kind, words in error.message) == (kind, True)


def test_that_the_unit_is_read_and_held_against_the_one_expected(api: FredApi, host: ScriptedHost) -> None:
    host.lay(VALUES, values(("2025-12-24", "2025-12-26", "6581231"), ("2025-12-31", "2026-01-02", ".")))
    host.lay(ABOUT, about("Millions of U.S. Dollars"))
    found = api.observed(BALANCE, never)
    assert (found.value.tolist(), found.known_at, found.unit) == ([6581231.0], None, "Millions of U.S. Dollars")
    host.lay(ABOUT, about("Billions of U.S. Dollars"))
    error = fails(api, BALANCE)
    assert (error.kind, "WALCL" in error.message, "Billions" in error.message) == ("unreadable", True, True)


def test_that_another_frequency_is_another_series(api: FredApi, host: ScriptedHost) -> None:
    host.lay(ABOUT, about("Millions of U.S. Dollars", "M"))
    assert "monthly and not weekly" in fails(api, BALANCE).message


def test_that_each_vintage_of_a_revised_series_is_known_when_it_came_out(api: FredApi, host: ScriptedHost) -> None:
    first, then = ("2025-07-01", "2025-08-15", "104.0"), ("2025-07-01", "2025-09-16", "103.8")
    again = ("2025-07-01", "2026-01-01", "103.8")  # the next stretch of vintages begins with what was known
    host.lay(ABOUT, about("Index 2017=100", "M"))
    empty = values()
    host.lay(VALUES, *[empty] * 5, values(first, then), values(again))
    found = api.observed(OUTPUT, never)
    assert found.value.tolist() == [104.0, 103.8]
    assert found.known_at is not None
    assert [str(dt.datetime.fromtimestamp(second, dt.UTC)) for second in found.known_at.tolist()] == [
        "2025-08-15 13:15:00+00:00",
        "2025-09-16 13:15:00+00:00",
    ]
    spans = [(query["realtime_start"], query["realtime_end"]) for path, query in host.asked if path == VALUES]
    assert spans[0] == ("1776-07-04", "1989-12-31")
    assert spans[-1] == ("2024-01-01", "9999-12-31")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, '{"error_code":400,"error_message":"Bad Request. The value for variable api_key is not registered."}'),
        (400, '{"error_code":400,"error_message":"Bad Request.  Variable api_key has not been set."}'),
        (403, "Forbidden"),
    ],
)
def test_that_a_wrong_key_is_named_and_not_shown(api: FredApi, host: ScriptedHost, status: int, body: str) -> None:
    host.lay(ABOUT, Reply(status, body))
    error = fails(api, BALANCE)
    assert (error.kind, "key" in error.message) == ("refused", True)
    assert KEY not in "".join(traceback.format_exception(error))
    assert fred.tested(api, never) == error.message


def test_that_a_key_of_another_shape_is_not_even_sent(host: ScriptedHost) -> None:
    clock = HandClock(NOW)
    source = FredApi(open_lane("fred", clock), clock, "secret key", base_url=host.url)
    assert fails(source, BALANCE).kind == "refused"
    assert host.asked == []


def test_that_a_key_that_works_is_said_to(api: FredApi, host: ScriptedHost) -> None:
    host.lay(ABOUT, about("Millions of U.S. Dollars"))
    assert fred.tested(api, never) is None


def test_that_a_series_that_is_gone_is_named(api: FredApi, host: ScriptedHost) -> None:
    host.lay(ABOUT, Reply(400, '{"error_code":400,"error_message":"Bad Request.  The series does not exist."}'))
    error = fails(api, BALANCE)
    assert (error.kind, "WALCL" in error.message) == ("unknown", True)


@pytest.mark.parametrize("status", [400, 404, 429, 500])
def test_that_no_failure_carries_the_key(host: ScriptedHost, status: int) -> None:
    clock = HandClock(NOW)
    host.lay(ABOUT, Reply(status, f"you asked for api_key={KEY}", "text/html"))
    source = FredApi(open_lane("fred", clock), clock, KEY, base_url=host.url)
    assert_hidden(fails(source, BALANCE))
    assert KEY not in repr(source)


def assert_hidden(error: BaseException) -> None:
    assert KEY not in "".join(traceback.format_exception(error))


def test_that_a_connection_that_fails_does_not_tell_the_key(api: FredApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(url: str, params: dict[str, str], **_: object) -> None:
        raise requests.ConnectionError(f"no route to {url}?api_key={params['api_key']}")

    monkeypatch.setattr(requests, "get", fail)
    error = fails(api, BALANCE)
    assert error.kind == "offline"
    assert KEY not in str(error.__cause__)
    assert_hidden(error)


@pytest.mark.parametrize("body", ["[]", "{}", '{"seriess": []}', '{"seriess": [1]}', "not json"])
def test_that_a_description_that_makes_no_sense_is_refused(api: FredApi, host: ScriptedHost, body: str) -> None:
    host.lay(ABOUT, Reply(200, body))
    assert fails(api, BALANCE).kind == "unreadable"


class Kept:
    """Secrets that hold one key, or none, or are locked."""

    def __init__(self, key: str | None, *, locked: bool = False) -> None:
        self.key, self.locked, self.asked = key, locked, 0

    def get(self, name: str) -> str | None:
        self.asked += 1
        if self.locked:
            raise SecretsUnavailable("locked")
        return self.key

    def set(self, name: str, value: str) -> Any:
        raise NotImplementedError

    def delete(self, name: str) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("secrets", [Kept(None), Kept(None, locked=True)])
def test_that_without_a_key_the_download_is_used_and_the_keyring_asked_once(
    secrets: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(FredCsv, "observed", lambda self, series, cancelled: asked.append(series.id))
    clock = HandClock(NOW)
    source = Fred(open_lane("csv", clock), open_lane("api", clock), secrets, clock)
    source.observed(REPO, never)
    source.observed(BALANCE, never)
    assert (asked, secrets.asked) == (["RRPONTSYD", "WALCL"], 1)


def test_that_a_key_entered_later_is_used_when_it_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    used = []
    monkeypatch.setattr(FredCsv, "observed", lambda self, series, cancelled: used.append("csv"))
    monkeypatch.setattr(FredApi, "observed", lambda self, series, cancelled: used.append("api"))
    clock, secrets = HandClock(NOW), Kept(None)
    source = Fred(open_lane("csv", clock), open_lane("api", clock), secrets, clock)
    source.observed(REPO, never)
    secrets.key = KEY
    source.ask_again()
    source.observed(REPO, never)
    assert used == ["csv", "api"]


FILES = {
    "WALCL": 1203, "WTREGEN": 1203, "RRPONTSYD": None, "T10Y2Y": None, "M2SL": 803, "INDPRO": 1280, "GFDEBTN": 238,
    "A091RC1Q027SBEA": 237, "BAMLH0A0HYM2_1996-2025": None, "USREC_1960-2025": 785,
}  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_that_real_downloads_are_read_whole(file: str) -> None:
    body = shared(f"data/fred/{file}.csv").read_text()
    found = read_csv(body, SERIES[file.partition("_")[0]], NOW)
    lines = [line.split(",") for line in body.splitlines()[1:]]
    assert found.value.tolist() == [float(value) for _date, value in lines if value]
    assert FILES[file] in (None, len(found.date))


def test_that_recorded_answers_of_the_api_are_read() -> None:
    recorded = json.loads(shared("data/fixtures/fred/get_series_json.json").read_text())[0]["response"]["bodyJson"]
    series = MacroSeries("GDP", "Product", "USD billions", "quarterly", "accounts", 1.0, 1e5, revised=True)
    found = read_rows(recorded["observations"], series, NOW, "Billions of Dollars")
    assert (str(found.date[0]), found.value[0]) == ("1947-01-01", 243.164)
    first = json.loads(shared("data/fixtures/fred/get_series_initial_release_json.json").read_text())
    rows = first[0]["response"]["bodyJson"]["observations"]
    vintages = read_rows(rows, series, NOW, vintages=True)
    assert vintages.known_at is not None
    assert dt.datetime.fromtimestamp(int(vintages.known_at[0]), dt.UTC) == dt.datetime(
        1992, 1, 29, 13, 30, tzinfo=dt.UTC
    )
    assert np.isfinite(vintages.value).all()
