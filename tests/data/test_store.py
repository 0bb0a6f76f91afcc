"""The store: what a merge keeps, replaces and refuses, and what two users of one file do to each other."""

from __future__ import annotations

import datetime as dt
import json
import math
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bars import Bars
from data.source import Fetched
from data.store import Change, FetchEntry, Merged, Store, StoreError
from tests.support.bars import MONDAY, NOW, fetched, row

LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "bellwether.sqlite3", NOW)
    yield opened
    opened.close()


def closes(store: Store, symbol: str = "^RUT") -> list[float]:
    return store.bars(symbol).bars.close.tolist()


def test_that_an_unknown_series_is_empty(store: Store) -> None:
    stored = store.bars("nothing")
    assert len(stored.bars) == 0
    assert (stored.source, stored.fetched_at, stored.fresh_until, stored.revised) == ("", None, None, 0)


def test_that_merged_bars_come_back_as_they_were(store: Store) -> None:
    given_bars = fetched(row(0), row(1, 101.25), row(2, 99.5, final=False))
    merged = store.merge(given_bars)
    stored = store.bars("^RUT")
    assert (merged.added, merged.settled, merged.unchanged, merged.revisions) == (3, 0, 0, ())
    assert stored.bars.same_as(given_bars.bars)
    assert (stored.source, stored.primary, stored.fetched_at) == ("Yahoo", "Yahoo", NOW)
    assert (stored.currency, stored.name, stored.sources) == ("USD", "Russell 2000", ("Yahoo",))
    assert store.symbols() == ("^RUT",)


def test_that_missing_prices_come_back_as_missing(store: Store) -> None:
    bar = row(0)._replace(open=math.nan, volume=math.nan)
    store.merge(fetched(bar))
    assert store.bars("^RUT").bars.same_as(Bars.of([bar]))


def test_that_an_empty_answer_changes_nothing(store: Store) -> None:
    store.merge(fetched(row(0)))
    assert store.merge(fetched(at=LATER)) == Merged("^RUT")
    assert store.bars("^RUT").fetched_at == NOW


def test_that_the_same_answer_twice_is_unchanged_but_newer(store: Store) -> None:
    store.merge(fetched(row(0), row(1)))
    merged = store.merge(fetched(row(0), row(1), at=LATER))
    assert (merged.added, merged.unchanged, merged.changed) == (0, 2, False)
    assert store.bars("^RUT").fetched_at == LATER


def test_that_an_answer_about_old_sessions_does_not_make_the_series_look_newer(store: Store) -> None:
    store.merge(fetched(row(0), row(1)))
    store.merge(fetched(row(0), at=LATER))
    assert store.bars("^RUT").fetched_at == NOW


def test_that_a_bar_in_progress_is_replaced_silently_and_settles_once(store: Store) -> None:
    store.merge(fetched(row(0, 100, final=False)))
    moving = store.merge(fetched(row(0, 101, final=False)))
    settled = store.merge(fetched(row(0, 102)))
    assert (moving.refreshed, moving.revisions) == (1, ())
    assert (settled.settled, settled.revisions) == (1, ())
    assert closes(store) == [102]
    assert store.revisions("^RUT") == ()


def test_that_a_final_bar_is_never_replaced_by_one_in_progress(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    merged = store.merge(fetched(row(0, 250, final=False)))
    assert merged.unchanged == 1
    assert closes(store) == [100]
    assert store.bars("^RUT").bars.final.all()


def test_that_a_changed_final_bar_is_kept_as_a_revision_with_old_and_new(store: Store) -> None:
    store.merge(fetched(row(0, 100), row(1, 101)))
    merged = store.merge(fetched(row(0, 100), row(1, 90)._replace(open=100, low=99, high=103), at=LATER))
    (revision,) = merged.revisions
    assert revision.session == MONDAY + dt.timedelta(days=1)
    assert revision.changes == (Change("close", 101.0, 90.0),)
    assert (revision.at, revision.source, revision.replaced, revision.time) == (LATER, "Yahoo", "Yahoo", row(1).time)
    assert store.revisions("^RUT") == (revision,)
    assert store.bars("^RUT").revised == 1
    assert closes(store) == [100, 90]


def test_that_float_noise_is_no_revision_and_keeps_the_first_value(store: Store) -> None:
    store.merge(fetched(row(0, 168.97)))
    for step in range(1, 4):
        merged = store.merge(fetched(row(0, 168.97 * (1 + step * 4e-7))))
    assert closes(store) == [pytest.approx(168.97 * (1 + 3 * 4e-7), rel=1e-12)]
    assert len(merged.revisions) == 1, "steps of noise in one direction must not add up unnoticed"


def test_that_a_changed_volume_alone_is_counted_and_no_revision(store: Store) -> None:
    store.merge(fetched(row(0, volume=0)))
    merged = store.merge(fetched(row(0, volume=5e9)))
    assert (merged.volumes_changed, merged.revisions) == (1, ())
    assert store.bars("^RUT").bars.volume.tolist() == [5e9]


def test_that_a_missing_value_never_replaces_a_number(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    nothing = row(0)._replace(open=math.nan, high=math.nan, low=math.nan, close=math.nan, volume=math.nan)
    merged = store.merge(fetched(nothing))
    assert merged.unchanged == 1
    assert closes(store) == [100]


def test_that_a_price_that_was_missing_arrives_as_a_revision(store: Store) -> None:
    store.merge(fetched(row(0)._replace(close=math.nan)))
    merged = store.merge(fetched(row(0, 100)))
    assert merged.revisions[0].changes == (Change("close", None, 100.0),)
    assert closes(store) == [100]


def test_that_unsorted_and_repeated_bars_are_sorted_and_the_last_received_counts(store: Store) -> None:
    merged = store.merge(fetched(row(2, 102), row(0, 100), row(1, 1), row(1, 101)))
    assert closes(store) == [100, 101, 102]
    assert (merged.added, merged.duplicates, merged.unsorted) == (3, 1, True)


def test_that_repeated_bars_in_order_are_not_called_unsorted(store: Store) -> None:
    merged = store.merge(fetched(row(0, 100), row(0, 101), row(1, 102)))
    assert (merged.duplicates, merged.unsorted) == (1, False)
    assert closes(store) == [101, 102]


@pytest.mark.parametrize(
    "rows",
    [
        (row(0, 100), row(0, 7, final=False)),
        (row(0, 100), row(0, 7)._replace(close=math.nan)),
        (row(0, 7, final=False), row(0, 100)),
    ],
)
def test_that_of_repeated_bars_a_final_one_with_a_close_counts(store: Store, rows: tuple[object, ...]) -> None:
    store.merge(fetched(*rows))  # type: ignore[arg-type]
    assert closes(store) == [100]


def test_that_another_source_does_not_overwrite_the_primary(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    merged = store.merge(fetched(row(0, 200), row(1, 201), source="Kraken", at=LATER))
    assert (merged.kept, merged.added, merged.revisions) == (1, 1, ())
    stored = store.bars("^RUT")
    assert stored.bars.close.tolist() == [100, 201]
    assert (stored.primary, stored.source, stored.fetched_at) == ("Yahoo", "Kraken", LATER)
    assert [stored.sources[number] for number in stored.origin] == ["Yahoo", "Kraken"]


def test_that_the_primary_takes_over_what_another_source_gave_meanwhile(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    store.merge(fetched(row(1, 200), source="Kraken"))
    merged = store.merge(fetched(row(1, 101)))
    assert closes(store) == [100, 101]
    assert (merged.revisions[0].replaced, merged.revisions[0].source) == ("Kraken", "Yahoo")


def test_that_a_source_may_correct_its_own_bars_in_a_series_of_another(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    store.merge(fetched(row(1, 101), source="Kraken"))
    merged = store.merge(fetched(row(0, 5), row(1, 102), source="Kraken"))
    assert closes(store) == [100, 102]
    assert (merged.kept, len(merged.revisions)) == (1, 1)


def test_that_a_live_source_corrects_what_was_imported_and_keeps_what_it_replaced(store: Store) -> None:
    store.merge(fetched(row(0, 100), row(1, 99), source="import: old.csv"))
    merged = store.merge(fetched(row(1, 101), row(2, 102)))
    assert closes(store) == [100, 101, 102]
    assert (merged.revisions[0].replaced, merged.revisions[0].changes[-1].old) == ("import: old.csv", 99)
    assert store.merge(fetched(row(2, 7), source="import: old.csv")).kept == 1
    assert store.bars("^RUT").primary == "Yahoo"


def test_that_an_import_into_a_live_series_fills_gaps_only(store: Store) -> None:
    store.merge(fetched(row(1, 101), row(3, 103)))
    merged = store.merge(fetched(row(0, 1), row(1, 2), row(2, 3), source="import: mine.csv"))
    assert closes(store) == [1, 101, 3, 103]
    assert (merged.added, merged.kept) == (2, 1)


def test_that_all_imports_count_as_one_source(store: Store) -> None:
    store.merge(fetched(row(0, 100), source="import: first.csv"))
    merged = store.merge(fetched(row(0, 50), source="import: corrected.csv"))
    assert len(merged.revisions) == 1
    assert closes(store) == [50]


def test_that_a_bar_in_progress_of_one_source_settles_with_another(store: Store) -> None:
    store.merge(fetched(row(0, 100, final=False)))
    assert store.merge(fetched(row(0, 101), source="Kraken")).settled == 1
    assert closes(store) == [101]


def test_that_intraday_bars_are_kept_apart_by_their_time(store: Store) -> None:
    bars = [row(0)._replace(time=row(0).time + 300 * step, close=100.0 + step) for step in range(3)]
    store.merge(fetched(*bars), "5m")
    assert store.bars("^RUT", "5m").bars.close.tolist() == [100, 101, 102]
    assert len(store.bars("^RUT").bars) == 0
    assert (store.symbols("5m"), store.symbols()) == (("^RUT",), ())


def test_that_a_daily_bar_keeps_its_place_when_its_time_moves(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    store.merge(fetched(row(0, 101)._replace(time=row(0).time + 3600)))
    assert closes(store) == [101]


def test_that_forgetting_removes_everything_of_one_symbol_alone(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    store.merge(fetched(row(0, 90)))
    store.merge(fetched(row(0), symbol="IWM"))
    store.log_fetch(FetchEntry("^RUT", "Yahoo", NOW, "ok"))
    store.forget("^RUT")
    assert len(store.bars("^RUT").bars) == 0
    assert store.revisions("^RUT") == ()
    assert "^RUT" not in store.last_fetches()
    assert len(store.bars("IWM").bars) == 1


def test_that_freshness_is_kept_for_the_next_start(store: Store) -> None:
    store.merge(fetched(row(0)))
    store.set_fresh_until("^RUT", LATER)
    store.set_fresh_until("unknown", LATER)
    assert store.bars("^RUT").fresh_until == LATER


def test_that_the_latest_fetch_of_each_symbol_is_told_with_whether_it_ever_worked(store: Store) -> None:
    store.log_fetch(FetchEntry("^RUT", "Yahoo", NOW, "ok"))
    for minute in range(80):
        at = NOW + dt.timedelta(minutes=minute)
        store.log_fetch(FetchEntry("^RUT", "Yahoo", at, "offline", "No connection."))
    store.log_fetch(FetchEntry("X", "Kraken", NOW, "limited", "Too often."))
    last = store.last_fetches()
    assert last["^RUT"] == FetchEntry("^RUT", "Yahoo", at, "offline", "No connection.", ever_ok=True)
    assert last["X"].ever_ok is False
    with store.database.reading() as connection:
        (kept,) = connection.execute("SELECT count(*) FROM fetches").fetchone()
    assert kept == 52, "fifty of the one, its success, and the other"


def test_that_a_breaker_survives_a_restart_and_can_be_lifted(tmp_path: Path) -> None:
    path = tmp_path / "bellwether.sqlite3"
    first = Store.open(path, NOW)
    first.set_breaker("host", NOW)
    first.set_breaker("host", LATER)
    first.close()
    second = Store.open(path, NOW)
    assert second.breaker("host") == LATER
    second.set_breaker("host", None)
    assert second.breaker("host") is None
    second.close()


def test_that_a_commit_is_forced_to_the_disk(store: Store) -> None:
    with store.database.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,), "2 is FULL"


def test_that_a_full_disk_loses_nothing_and_is_said(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    with store.database.reading() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError) as told:
        store.merge(fetched(*(row(day) for day in range(5000)), symbol="IWM"))
    assert told.value.kind == "full"
    assert "disk is full" in told.value.message
    assert closes(store) == [100]
    assert len(store.bars("IWM").bars) == 0


def test_that_a_locked_database_is_said_and_works_again_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "bellwether.sqlite3"
    store = Store.open(path, NOW, timeout=dt.timedelta(milliseconds=20))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as told:
        store.merge(fetched(row(0, 100)))
    assert told.value.kind == "locked"
    assert len(store.bars("^RUT").bars) == 0, "readers are not kept out"
    other.execute("ROLLBACK")
    other.close()
    assert store.merge(fetched(row(0, 100))).added == 1
    store.close()


def test_that_a_database_that_may_only_be_read_is_said(store: Store) -> None:
    with store.database.reading() as connection:
        connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError) as told:
        store.merge(fetched(row(0)))
    assert told.value.kind == "readonly"


def test_that_a_fault_of_the_program_is_not_dressed_up(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError), store.database.writing() as connection:
        connection.execute("SELECT * FROM no_such_table")


def test_that_an_error_undoes_the_whole_transaction(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), store.database.writing() as connection:
        connection.executemany("INSERT INTO breakers VALUES (?, ?)", [("host", 1), ("host", None)])
    assert store.breaker("host") is None


def test_that_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError) as told:
        store.bars("^RUT")
    assert told.value.kind == "closed"


def test_that_closing_waits_for_nobody_and_leaves_no_connection(store: Store) -> None:
    with store.database.reading() as connection:
        store.close()
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")


def test_that_a_connection_that_was_broken_is_not_lent_again(store: Store) -> None:
    with pytest.raises(sqlite3.ProgrammingError), store.database.reading() as connection:
        connection.close()
    assert store.merge(fetched(row(0))).added == 1


def test_that_a_database_that_vanished_does_not_come_back_empty(store: Store, tmp_path: Path) -> None:
    store.merge(fetched(row(0)))
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(StoreError) as told:
        store.bars("^RUT")
    assert told.value.kind == "readonly"
    assert "has been removed" in told.value.message
    assert list(tmp_path.iterdir()) == []


def test_that_many_threads_may_read_and_write_at_once(store: Store) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for day in range(20):
                store.merge(fetched(row(day, 100.0 + day), symbol=f"S{number}"))
                assert len(store.bars(f"S{number}").bars) == day + 1
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [len(store.bars(f"S{number}").bars) for number in range(4)] == [20] * 4


def test_that_what_one_store_wrote_another_one_on_the_same_file_sees(store: Store, tmp_path: Path) -> None:
    other = Store.open(tmp_path / "bellwether.sqlite3", NOW)
    store.merge(fetched(row(0, 100)))
    assert closes(other) == [100]
    other.merge(fetched(row(1, 101)))
    assert closes(store) == [100, 101]
    other.close()


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 6),
                st.one_of(st.just(math.nan), st.sampled_from([100.0, 101.0, 250.0])),
                st.booleans(),
            ),
            max_size=8,
        ),
        max_size=6,
    )
)
def test_that_any_series_of_merges_agrees_with_a_plain_dictionary(
    tmp_path_factory: pytest.TempPathFactory, answers: list[list[tuple[int, float, bool]]]
) -> None:
    store = Store.open(tmp_path_factory.mktemp("merge") / "b.sqlite3", NOW)
    model: dict[int, tuple[float, bool]] = {}
    revisions = 0
    for answer in answers:
        best: dict[int, tuple[float, bool]] = {}
        for day, close, final in answer:
            rank = (not math.isnan(close), final)
            if day not in best or rank >= (not math.isnan(best[day][0]), best[day][1]):
                best[day] = (close, final)
        for day, (close, final) in best.items():
            old, was_final = model.get(day, (math.nan, False))
            if was_final and not final:
                continue
            value = old if math.isnan(close) else close
            revisions += was_final and final and not (value == old or (math.isnan(value) and math.isnan(old)))
            model[day] = (value, final)
        rows = [row(day, 100, final=final)._replace(close=close) for day, close, final in answer]
        store.merge(fetched(*rows))
    bars = store.bars("^RUT").bars
    expected = [model[day] for day in sorted(model)]
    np.testing.assert_array_equal(bars.close, [close for close, _ in expected])
    assert bars.final.tolist() == [final for _, final in expected]
    assert len(store.revisions("^RUT")) == revisions
    store.close()


def test_that_revisions_are_stored_as_plain_text(store: Store) -> None:
    store.merge(fetched(row(0, 100)))
    store.merge(fetched(row(0, 90)))
    with store.database.reading() as connection:
        (text,) = connection.execute("SELECT changes FROM revisions").fetchone()
    assert ["close", 100.0, 90.0] in json.loads(text)


def test_that_ten_thousand_bars_come_back_whole(store: Store) -> None:
    count = 10_000
    rng = np.random.default_rng(7)
    days = np.arange(count)
    bars = Bars(
        days * 86_400, days.astype("datetime64[D]"), *rng.uniform(1, 2, (5, count)), final=np.ones(count, np.bool_)
    )
    store.merge(Fetched("BIG", bars, "Yahoo", NOW))
    assert store.bars("BIG").bars.same_as(bars)
