"""`rules`, `alerts` and `rehearse`: what is watched for, what was told, and what would have been."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from data.ledger import Alert, Judgement, Ledger, Receipt
from data.profile import Profile
from data.store import Store
from tests.support.profiles import keep
from tests.support.sources import HandClock
from tests.support.views import bars_of

RULE = '[[rule]]\nkey = "above"\nname = "Above 100"\n[rule.condition]\nkind = "level"\nof = "^RUT"\nside = "above"\n'
GOOD = RULE + "price = 100.0\n"
SESSION = dt.date(2026, 1, 5)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_that_a_new_profile_watches_the_russell_2000(verb: Callable) -> None:
    (rule,) = verb("rules", "--json").json
    assert list(rule) == [
        "key", "name", "words", "symbols", "scope", "enabled", "urgent", "channels", "expires", "note", "armed_at",
        "edited_at", "revision", "definition",
    ]  # fmt: skip
    assert (rule["key"], rule["symbols"], rule["expires"]) == ("all-time high", ["^RUT"], None)
    assert "When the Russell 2000 comes near its all-time high" in verb("rules").out


def test_that_a_rule_is_added_changed_switched_and_removed(verb: Callable, file: Path) -> None:
    assert "was added" in verb("rules", "add", str(file)).out
    assert "is as it was" in verb("rules", "add", str(file)).out
    file.write_text(GOOD.replace("100.0", "200.0"), encoding="utf-8")
    assert "was changed" in verb("rules", "add", str(file)).out
    assert verb("rules", "disable", "Above 100").code == 0
    above = next(rule for rule in verb("rules", "--json").json if rule["key"] == "above")
    assert (above["enabled"], above["revision"]) == (False, 3)
    assert verb("rules", "enable", "above").code == 0
    assert verb("rules", "remove", "above").code == 0
    assert [rule["key"] for rule in verb("rules", "--json").json] == ["all-time high"]
    again = verb("rules", "remove", "above")
    assert (again.code, len(again.errors.splitlines())) == (1, 1)


def test_that_nonsense_is_named_and_the_others_are_added(verb: Callable, file: Path) -> None:
    file.write_text(RULE.replace("above", "bad") + "price = -1.0\n" + GOOD, encoding="utf-8")
    answer = verb("rules", "add", str(file))
    assert answer.code == 1
    assert "was left out" in answer.errors
    assert "Above 100 was added" in answer.out


def test_that_what_is_exported_can_be_added_elsewhere(verb: Callable, file: Path, tmp_path: Path) -> None:
    verb("rules", "add", str(file))
    out = tmp_path / "all.toml"
    assert verb("rules", "export", str(out)).code == 0
    assert verb("rules", "add", str(out)).out.count("is as it was") == 2
    assert verb("rules", "export", str(tmp_path / "nowhere" / "x.toml")).code == 1
    assert verb("rules", "add", str(tmp_path / "missing.toml")).code == 1


def test_that_a_rehearsal_lists_each_time_it_would_have_spoken(
    verb: Callable, file: Path, profile: Profile, clock: HandClock
) -> None:
    keep(profile, "^RUT", bars_of([90, 95, 101, 102, 98, 103]))
    answer = verb("rehearse", str(file), "--json").json
    assert list(answer) == [
        "rule", "name", "words", "from", "to", "times_fired", "share_failed", "days_to_failure", "worst_lateness",
        "firings", "breaks", "problems",
    ]  # fmt: skip
    assert [(one["price"], one["level"], one["outcome"]) for one in answer["firings"]] == [
        (101.0, 100.0, None),
        (103.0, 100.0, None),
    ]
    verb("rules", "add", str(file))
    assert verb("rehearse", "Above 100", "--from", "2020-01-09", "--json").json["times_fired"] == 1
    assert "It would have spoken 2 times since 6 Jan 2020." in verb("rehearse", "above").out


def test_that_a_rehearsal_says_what_is_missing(verb: Callable, file: Path) -> None:
    assert "No prices of ^RUT are stored" in verb("rehearse", str(file)).errors
    assert "There is no rule called “hope”" in verb("rehearse", "hope").errors
    file.write_text("", encoding="utf-8")
    assert "must hold one rule" in verb("rehearse", str(file)).errors


@pytest.fixture
def told(profile: Profile, clock: HandClock) -> None:
    profile.create()
    store = Store.open(profile.database, clock())
    ledger = Ledger(store)
    for number, (rule, symbol) in enumerate((("a", "^RUT"), ("b", "BTC-USD"))):
        session = SESSION + dt.timedelta(days=number)
        alert = Alert(f"{rule}|{symbol}|{session}|fired", rule, symbol, session, "fired", "Title, one", "Body", clock())
        ledger.commit(Judgement(rule, symbol, session, "holds", {}, clock()), [alert])
    ledger.record(Receipt(f"a|^RUT|{SESSION}|fired", "toast", "delivered", clock(), "seen"))
    store.close()


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("filters", "rules"),
    [
        ((), ["b", "a"]),
        (("--rule", "a"), ["a"]),
        (("--symbol", "btc-usd"), ["b"]),
        (("--since", "2026-01-06"), ["b"]),
        (("--outcome", "delivered"), ["a"]),
        (("--outcome", "waiting"), ["b"]),
        (("--rule", "a", "--symbol", "BTC-USD"), []),
    ],
)
def test_that_the_trail_is_filtered(verb: Callable, filters: tuple[str, ...], rules: list[str]) -> None:
    assert [alert["rule"] for alert in verb("alerts", "--json", *filters).json] == rules
    rows = list(csv.DictReader(io.StringIO(verb("alerts", "--csv", *filters).out)))
    assert [row["rule"] for row in rows] == rules
    assert verb("alerts", *filters).out.count("Title, one") == len(rules)


@pytest.mark.usefixtures("told")
def test_that_the_trail_has_its_receipts(verb: Callable) -> None:
    (alert,) = verb("alerts", "--json", "--rule", "a").json
    assert alert["receipts"][0]["channel"] == "toast"
    assert dt.datetime.fromisoformat(alert["receipts"][0]["at"]).tzinfo is not None
    assert alert["session"] == "2026-01-05"
