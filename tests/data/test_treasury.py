"""The Treasury and alternative.me: dollars and millions, "null", accounts that changed their names, and nonsense."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest

from data.headlines import read_headlines
from data.mood import MoodSource
from data.source import FetchError
from data.treasury import TreasurySource
from tests.support.faults import Reply
from tests.support.scripted_host import ScriptedHost
from tests.support.shared_data import shared
from tests.support.sources import HandClock, open_lane

NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
BASE = "/services/api/fiscal_service"
DEBT, CASH = f"{BASE}/v2/accounting/od/debt_to_penny", f"{BASE}/v1/accounting/dts/operating_cash_balance"
KINDS, SECURITIES = f"{BASE}/v1/debt/mspd/mspd_table_1", f"{BASE}/v1/debt/mspd/mspd_table_3_market"


@pytest.fixture
def host() -> Iterator[ScriptedHost]:
    with ScriptedHost() as host:
        yield host


@pytest.fixture
def treasury(host: ScriptedHost) -> TreasurySource:
    clock = HandClock(NOW)
    return TreasurySource(open_lane("treasury", clock), clock, base_url=host.url)


def never() -> bool:
    return False


def page(*rows: dict[str, str], pages: int = 1) -> Reply:
    return Reply(200, json.dumps({"data": rows, "meta": {"count": len(rows), "total-pages": pages}}))


def test_that_the_debt_comes_in_dollars_and_is_kept_in_millions(treasury: TreasurySource, host: ScriptedHost) -> None:
    first = {"record_date": "2025-12-30", "tot_pub_debt_out_amt": "38386391213063.55"}
    gap = {"record_date": "2025-12-31", "tot_pub_debt_out_amt": "null"}
    then = {"record_date": "2026-01-02", "tot_pub_debt_out_amt": "38514008786236.80"}
    host.lay(DEBT, page(first, gap, pages=2), page(then, pages=2))
    found = treasury.debt(dt.date(2025, 12, 1), never)
    assert found.date.astype(str).tolist() == ["2025-12-30", "2026-01-02"]
    assert found.value.tolist() == pytest.approx([38386391.21306355, 38514008.7862368])
    assert [query["page[number]"] for _path, query in host.asked] == ["1", "2"]
    assert host.asked[0][1]["filter"] == "record_date:gte:2025-12-01"


def test_that_the_account_is_found_under_all_its_names(treasury: TreasurySource, host: ScriptedHost) -> None:
    def row(day: str, account: str, opening: str, closing: str) -> dict[str, str]:
        return {
            "record_date": day, "account_type": account, "open_today_bal": opening, "close_today_bal": closing
        }  # fmt: skip

    host.lay(
        CASH,
        page(
            row("2021-09-30", "Federal Reserve Account", "100000", "215160"),
            row("2021-10-05", "Treasury General Account (TGA)", "99000", "132000"),
            row("2025-12-31", "Treasury General Account (TGA) Opening Balance", "826406", "null"),
            row("2025-12-31", "Treasury General Account (TGA) Closing Balance", "872853", "null"),
        ),
    )
    assert treasury.cash(None, never).value.tolist() == [215160.0, 132000.0, 872853.0]
    assert "filter" not in host.asked[0][1]


def test_that_the_debt_is_told_by_kind(treasury: TreasurySource, host: ScriptedHost) -> None:
    def row(kind: str, name: str, amount: str) -> dict[str, str]:
        return {
            "record_date": "2025-12-31", "security_type_desc": kind, "security_class_desc": name,
            "total_mil_amt": amount,
        }  # fmt: skip

    host.lay(
        KINDS,
        page(
            row("Marketable", "Bills", "6546563.7"), row("Marketable", "Notes", "15632487.7"),
            row("Total Marketable", "_", "30250943.7"), row("Nonmarketable", "Bills", "1"),
        ),
    )  # fmt: skip
    found = {one.series: one.value.tolist() for one in treasury.outstanding(None, never)}
    assert found == {"MSPD_BILLS": [6546563.7], "MSPD_NOTES": [15632487.7], "MSPD_TOTAL": [30250943.7]}


def test_that_what_matures_within_twelve_months_is_summed(treasury: TreasurySource, host: ScriptedHost) -> None:
    def row(matures: str, amount: str, kind: str = "Notes") -> dict[str, str]:
        return {
            "record_date": "2025-12-31", "security_class1_desc": kind, "maturity_date": matures,
            "outstanding_amt": amount,
        }  # fmt: skip

    host.lay(
        SECURITIES,
        page(
            row("2026-01-15", "10"), row("2026-12-31", "20"), row("2027-01-01", "40"), row("2026-01-15", "5"),
            row("2026-01-15", "null"), row("null", "75", "Total Treasury Notes"),
        ),
    )  # fmt: skip
    found = treasury.maturities(dt.date(2025, 12, 1), never)
    assert [(str(one.matures), one.amount) for one in found] == [
        ("2026-01-15", 15.0),
        ("2026-12-31", 20.0),
        ("2027-01-01", 40.0),
    ]
    assert treasury.within_a_year(found).value.tolist() == [35.0]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, "<html>Maintenance</html>", "text/html"),
        Reply(200, "[]"),
        Reply(200, '{"data": [], "meta": {"total-pages": 1}}'),
        Reply(200, '{"data": [{"record_date": "2025-12-30"}], "meta": {"total-pages": 1}}'),
        page({"record_date": "2025-12-30", "tot_pub_debt_out_amt": "much"}),
        page({"record_date": "2025-12-30", "tot_pub_debt_out_amt": "-5"}),
        page({"record_date": "2025-12-30", "tot_pub_debt_out_amt": "38386391213063550000000"}),
    ],
)
def test_that_nonsense_of_the_treasury_is_refused(treasury: TreasurySource, host: ScriptedHost, reply: Reply) -> None:
    host.lay(DEBT, reply)
    with pytest.raises(FetchError, match="stored") as caught:
        treasury.debt(None, never)
    assert caught.value.kind == "unreadable"


@pytest.fixture
def mood(host: ScriptedHost) -> MoodSource:
    clock = HandClock(NOW)
    return MoodSource(open_lane("mood", clock), clock, base_url=host.url)


def test_that_fear_and_greed_comes_newest_first_and_is_kept_by_day(mood: MoodSource, host: ScriptedHost) -> None:
    rows = [{"value": "11", "timestamp": "1774915200"}, {"value": "8", "timestamp": "1774828800"}]
    host.lay("/fng/", Reply(200, json.dumps({"data": [*rows, rows[0]]})))
    found = mood.observed(never)
    assert found.date.astype(str).tolist() == ["2026-03-30", "2026-03-31"]
    assert (found.value.tolist(), found.duplicates) == ([8.0, 11.0], 1)


@pytest.mark.parametrize(
    "body", ["", "{}", '{"data": []}', '{"data": [{"value": "x", "timestamp": "1"}]}',
             '{"data": [{"value": "101", "timestamp": "1774915200"}]}'],
)  # fmt: skip
def test_that_nonsense_of_the_mood_is_refused(mood: MoodSource, host: ScriptedHost, body: str) -> None:
    host.lay("/fng/", Reply(200, body))
    with pytest.raises(FetchError) as caught:
        mood.observed(never)
    assert caught.value.kind == "unreadable"


def test_that_the_recorded_mood_is_read_whole(mood: MoodSource, host: ScriptedHost) -> None:
    body = shared("data/crypto/fng_alternative_me.json").read_text()
    host.lay("/fng/", Reply(200, body))
    found = mood.observed(never)
    assert len(found.date) + found.duplicates == len(json.loads(body)["data"])
    assert str(found.date[0]) == "2018-02-01"


def test_that_headlines_have_a_source_and_a_time() -> None:
    story = {
        "uuid": "a", "title": " Bitcoin  falls ", "publisher": "A paper", "link": "https://example.org/a",
        "providerPublishTime": 1740430629,
    }  # fmt: skip
    later = story | {"uuid": "b", "providerPublishTime": 1740430630}
    broken = [story | {"title": ""}, story | {"link": "javascript:x"}, story | {"providerPublishTime": None}, {}]
    found = read_headlines("BTC-USD", [story, later, *broken, story])
    assert [one.key for one in found] == ["b", "a"]
    assert (found[1].title, found[1].publisher) == ("Bitcoin falls", "A paper")
    assert found[1].published_at == dt.datetime(2025, 2, 24, 20, 57, 9, tzinfo=dt.UTC)


def test_that_recorded_news_is_read() -> None:
    for name in ("BTC-USD", "QQQ", "GC=F"):
        body = json.loads(shared(f"data/fixtures/yahoo/search-{name}.json").read_text())["response"]["bodyJson"]
        found = read_headlines(name, body["news"])
        assert len(found) == len(body["news"])
        assert all(one.publisher and one.title for one in found)
