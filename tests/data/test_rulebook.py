"""The book of rules: what is kept of each, since when it is armed, and what survives edits, removal and damage."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.ledger import Ledger
from data.rulebook import Rulebook
from data.store import Store, StoreError
from tests.support.bars import NOW

LATER = NOW + dt.timedelta(days=1)
MUCH_LATER = NOW + dt.timedelta(days=2)
KEY = "all-time high"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "b.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path, NOW)
    yield opened
    opened.close()


@pytest.fixture
def book(store: Store) -> Rulebook:
    return Rulebook(store)


def test_that_a_new_book_is_empty(book: Rulebook) -> None:
    assert book.entries() == ()
    assert book.entry("a") is None
    assert book.editions("a") == ()
    assert book.memory("a") is None
    assert not book.remove("a", NOW)


def test_that_rules_come_back_in_the_order_they_were_made_after_a_restart(path: Path, book: Rulebook) -> None:
    for key in ("b", "a", "c"):
        book.save(key, f"text of {key}", NOW)
    book.save("a", "another text", LATER)
    again = Store.open(path, LATER)
    entries = Rulebook(again).entries()
    again.close()
    assert [(entry.key, entry.definition) for entry in entries] == [
        ("b", "text of b"),
        ("a", "another text"),
        ("c", "text of c"),
    ]


def test_that_an_edited_rule_is_armed_again_and_forgets(book: Rulebook, store: Store) -> None:
    ledger = Ledger(store)
    first = book.save("a", "one", NOW)
    assert (first.revision, first.armed_at, first.created_at) == (1, NOW, NOW)
    ledger.armed_at("a", "^RUT", NOW)
    assert book.remember("a", 1, "armed", NOW)
    second = book.save("a", "two", LATER)
    assert (second.revision, second.created_at, second.edited_at, second.armed_at) == (2, NOW, LATER, LATER)
    assert ledger.armed_at("a", "^RUT", MUCH_LATER) == LATER
    assert book.memory("a") is None


def test_that_a_new_name_alone_lets_a_rule_go_on_as_before(book: Rulebook, store: Store) -> None:
    ledger = Ledger(store)
    book.save("a", "one", NOW)
    ledger.armed_at("a", "^RUT", NOW)
    book.remember("a", 1, "armed", NOW)
    renamed = book.save("a", "one, renamed", LATER, rearm=False)
    assert (renamed.revision, renamed.edited_at, renamed.armed_at) == (2, LATER, NOW)
    assert ledger.armed_at("a", "^RUT", MUCH_LATER) == NOW
    assert book.memory("a") == "armed"


def test_that_a_judge_with_the_text_of_yesterday_cannot_write_its_memory_over_todays(book: Rulebook) -> None:
    book.save("a", "one", NOW)
    book.save("a", "two", LATER)
    assert not book.remember("a", 1, "fired", LATER)
    assert book.memory("a") is None
    assert book.remember("a", 2, "armed", LATER)
    assert book.memory("a") == "armed"
    assert not book.remember("b", 1, "armed", LATER)


def test_that_a_removed_rule_keeps_its_history_and_is_armed_anew_when_it_comes_back(book: Rulebook) -> None:
    book.save("a", "one", NOW)
    book.remember("a", 1, "fired", NOW)
    assert book.remove("a", LATER)
    assert not book.remove("a", LATER)
    assert (book.entries(), book.entry("a"), book.memory("a")) == ((), None, None)
    back = book.save("a", "one", MUCH_LATER, rearm=False)
    assert (back.revision, back.armed_at) == (3, MUCH_LATER)
    assert [(edition.revision, edition.change, edition.at) for edition in book.editions("a")] == [
        (1, "made", NOW),
        (2, "removed", LATER),
        (3, "made", MUCH_LATER),
    ]


def test_that_a_rule_of_the_app_is_adopted_once_and_stays_removed(book: Rulebook) -> None:
    book.adopt(KEY, "brought", NOW)
    book.adopt(KEY, "brought again", LATER)
    assert [entry.definition for entry in book.entries()] == ["brought"]
    book.remove(KEY, LATER)
    book.adopt(KEY, "brought", MUCH_LATER)
    assert book.entries() == ()


def test_that_an_adopted_rule_watches_since_the_ledger_has(book: Rulebook, store: Store) -> None:
    Ledger(store).armed_at(KEY, "^RUT", NOW)
    book.adopt(KEY, "brought", LATER)
    (entry,) = book.entries()
    assert (entry.armed_at, entry.created_at) == (NOW, LATER)
    assert Ledger(store).armed_at(KEY, "^RUT", MUCH_LATER) == NOW


def test_that_a_text_that_is_none_any_more_leaves_the_others_readable(path: Path, book: Rulebook) -> None:
    book.save("a", "one", NOW)
    book.save("b", "two", NOW)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE rule_revisions SET definition = CAST(x'ff00fe' AS TEXT) WHERE key = 'a'")
    assert [entry.definition for entry in book.entries()] == ["\ufffd\x00\ufffd", "two"]


def test_that_two_processes_see_each_others_rules(path: Path, book: Rulebook) -> None:
    other = Store.open(path, NOW)
    book.save("a", "one", NOW)
    Rulebook(other).save("a", "two", LATER)
    other.close()
    entry = book.entry("a")
    assert entry is not None
    assert (entry.definition, entry.revision) == ("two", 2)


def test_that_a_closed_store_says_so(store: Store, book: Rulebook) -> None:
    store.close()
    with pytest.raises(StoreError):
        book.entries()


EDITS = st.tuples(st.sampled_from("ab"), st.sampled_from(["save", "rename", "remove", "adopt", "remember"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, max_size=12))
def test_that_any_course_of_edits_leaves_what_a_plain_list_would(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str]]
) -> None:
    store = Store.open(tmp_path_factory.mktemp("book") / "b.sqlite3", NOW)
    book, plain, armed, known, memory = Rulebook(store), {}, {}, [], {}
    for number, (key, what) in enumerate(edits):
        now, text = NOW + dt.timedelta(minutes=number), f"text {number}"
        if what == "remove":
            assert book.remove(key, now) == (plain.pop(key, None) is not None)
            memory.pop(key, None)
        elif what == "remember":
            entry = book.entry(key)
            if entry is not None and book.remember(key, entry.revision, text, now):
                memory[key] = text
        elif what == "adopt":
            book.adopt(key, text, now)
            if key not in known:
                plain[key], armed[key] = text, now
        else:
            if key not in plain or what == "save":
                armed[key] = now
                memory.pop(key, None)
            book.save(key, text, now, rearm=what == "save")
            plain[key] = text
        known += [key] if key not in known and what not in ("remove", "remember") else []
    assert [(entry.key, entry.definition, entry.armed_at) for entry in book.entries()] == [
        (key, plain[key], armed[key]) for key in known if key in plain
    ]
    assert {key: book.memory(key) for key in known if book.memory(key)} == memory
    store.close()
