"""The trail holds every step of an alert in order, is found by any of its parts, and forgets only what it may."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.ledger import Alert, Judgement, Ledger, Receipt
from data.store import Store
from data.trail import COLUMNS, KINDS, Entry, Trail, Wanted, as_csv, as_json
from tests.support.bars import MONDAY, NOW

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ALERT = Alert("ath|^RUT|2026-01-05|break", "ath", "^RUT", MONDAY, "break", "It broke", "Closed at 2,467.", NOW + HOUR)
JUDGED = Judgement("ath", "^RUT", MONDAY, "break", {"close": 2466.66, "findings": ["gap"]}, NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "b.sqlite3", NOW)
    yield opened
    opened.close()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store)


@pytest.fixture
def trail(store: Store) -> Trail:
    return Trail(store)


def told(ledger: Ledger) -> None:
    ledger.commit(JUDGED, [ALERT])
    ledger.claim(ALERT.key, "notification", "window-1", NOW + HOUR, HOUR)
    ledger.record(Receipt(ALERT.key, "notification", "delivered", NOW + 2 * HOUR, "accepted"))
    ledger.record(Receipt(ALERT.key, "notification", "clicked", NOW + 3 * HOUR))


def lines(trail: Trail, wanted: Wanted | None = None) -> list[tuple[str, str]]:
    return [(entry.kind, entry.what) for entry in trail.entries(wanted)]


def test_that_an_empty_trail_is_no_fault(trail: Trail) -> None:
    assert trail.entries() == ()
    assert trail.drop_evaluations(NOW) == 0
    assert json.loads(as_json(())) == []


def test_that_every_step_is_there_newest_first(ledger: Ledger, trail: Trail) -> None:
    told(ledger)
    assert lines(trail) == [
        ("receipt", "clicked"),
        ("receipt", "delivered"),
        ("alert", "break"),
        ("evaluation", "break"),
    ]


def test_that_a_delivery_that_was_begun_shows_until_it_is_answered(ledger: Ledger, trail: Trail) -> None:
    ledger.commit(JUDGED, [ALERT])
    ledger.claim(ALERT.key, "tray", "window-1", NOW, HOUR)
    assert ("delivery", "begun") in lines(trail)
    ledger.record(Receipt(ALERT.key, "tray", "delivered", NOW))
    assert ("delivery", "begun") not in lines(trail)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(kinds=()), []),
        (Wanted(kinds=("alert",)), [("alert", "break")]),
        (Wanted(rule="another"), []),
        (Wanted(symbol="BTC-USD"), []),
        (Wanted(what="delivered"), [("receipt", "delivered")]),
        (Wanted(kinds=("alert",), since=MONDAY, until=MONDAY), [("alert", "break")]),
        (Wanted(since=MONDAY + DAY), []),
        (Wanted(until=MONDAY - DAY), []),
        (Wanted(text="CLOSED AT"), [("alert", "break")]),
        (Wanted(text="% ' \" _"), []),
    ],
)
def test_that_lines_are_found_by_their_parts(
    ledger: Ledger, trail: Trail, wanted: Wanted, expected: list[tuple[str, str]]
) -> None:
    told(ledger)
    assert lines(trail, wanted) == expected


def test_that_no_more_than_asked_for_are_given_and_the_newest_are(ledger: Ledger, trail: Trail) -> None:
    told(ledger)
    assert [entry.what for entry in trail.entries(most=1)] == ["clicked"]


def test_that_dropping_keeps_alerts_their_evaluations_and_the_newest_of_each_rule(ledger: Ledger, trail: Trail) -> None:
    for ahead in range(-5, 3):
        ledger.commit(replace(JUDGED, through=MONDAY + ahead * DAY, verdict="near", at=NOW + ahead * DAY))
    ledger.commit(replace(JUDGED, symbol="BTC-USD", through=MONDAY - 9 * DAY, verdict="below", at=NOW - 9 * DAY))
    told(ledger)
    before = {(e.kind, e.session) for e in trail.entries() if e.kind != "evaluation"}
    assert trail.drop_evaluations(NOW + DAY) == 5
    kept = [(e.symbol, e.session) for e in trail.entries(Wanted(kinds=("evaluation",)))]
    assert ("^RUT", MONDAY) in kept  # of the alert
    assert ("BTC-USD", MONDAY - 9 * DAY) in kept  # the only one
    assert ("^RUT", MONDAY - DAY) not in kept
    assert {(e.kind, e.session) for e in trail.entries() if e.kind != "evaluation"} == before


def test_that_json_has_inputs_as_values_and_instants_with_their_zone(ledger: Ledger, trail: Trail) -> None:
    told(ledger)
    rows = json.loads(as_json(trail.entries()))
    evaluation = next(row for row in rows if row["kind"] == "evaluation")
    assert evaluation["text"] == {"close": 2466.66, "findings": ["gap"]}
    assert dt.datetime.fromisoformat(evaluation["at"]) == NOW
    assert [*evaluation] == [*COLUMNS]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\0")), max_size=4))
def test_that_csv_reads_back_and_starts_no_formula(texts: list[str]) -> None:
    entries = [Entry(NOW, "alert", "ath", "^RUT", MONDAY, "break", text=text) for text in texts]
    rows = list(csv.DictReader(io.StringIO(as_csv(entries))))
    assert [row["text"].removeprefix("'") for row in rows] == [text.removeprefix("'") for text in texts]
    assert not any(row["text"].startswith(("=", "+", "-", "@", "\t")) for row in rows)


def test_that_the_kinds_are_those_that_the_trail_gives(ledger: Ledger, trail: Trail) -> None:
    told(ledger)
    ledger.commit(JUDGED, [replace(ALERT, key="other")])
    ledger.claim("other", "tray", "window-1", NOW, HOUR)
    assert {entry.kind for entry in trail.entries()} == set(KINDS)
