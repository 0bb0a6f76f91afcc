"""The store of figures: what was known when, revisions beside what they replaced, and nothing ever lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.macro import Observed
from data.macro_store import Headline, MacroStore, Maturity
from data.store import Store

NOW = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "bars.sqlite3", NOW)
    yield store
    store.close()


@pytest.fixture
def store(whole: Store) -> MacroStore:
    return MacroStore(whole.database)


def answer(
    values: dict[str, float], at: dt.datetime = NOW, series: str = "WALCL", known: Sequence[str] | None = None
) -> Observed:
    exact = None if known is None else np.array(known, "datetime64[s]").astype(np.int64)
    dates = np.array([name.partition("#")[0] for name in values], "datetime64[D]")
    return Observed(series, dates, np.array(list(values.values())), "FRED", at, exact)


def test_that_an_unknown_series_is_empty(store: MacroStore) -> None:
    assert len(store.recorded("WALCL")) == 0
    assert len(store.recorded("WALCL").as_of(NOW)) == 0
    assert len(store.recorded("WALCL").first()) == 0


def test_that_a_value_is_known_from_its_release_on(store: MacroStore) -> None:
    store.merge(answer({"2025-12-10": 6.5e6, "2025-12-17": 6.6e6}))
    kept = store.recorded("WALCL")
    release = dt.datetime(2025, 12, 18, 21, 35, tzinfo=dt.UTC)
    assert kept.as_of(release - dt.timedelta(minutes=1)).value.tolist() == [6.5e6]
    assert kept.as_of(release).value.tolist() == [6.5e6, 6.6e6]
    assert not kept.exact.any()


def test_that_a_value_that_came_before_the_rule_says_is_known_since_it_came(store: MacroStore) -> None:
    early = dt.datetime(2025, 9, 16, 14, tzinfo=dt.UTC)  # the rule says the 18th
    store.merge(answer({"2025-08-01": 101.3}, early, "INDPRO"))
    assert store.recorded("INDPRO").known_at.tolist() == [int(early.timestamp())]


def test_that_a_release_put_off_is_known_only_since_it_came(store: MacroStore) -> None:
    store.merge(answer({"2025-08-01": 101.3}, dt.datetime(2025, 9, 20, tzinfo=dt.UTC), "INDPRO"))
    store.merge(answer({"2025-08-01": 101.3}, dt.datetime(2025, 11, 20, tzinfo=dt.UTC), "INDPRO"))
    late = dt.datetime(2025, 12, 3, tzinfo=dt.UTC)
    store.merge(answer({"2025-08-01": 101.3, "2025-09-01": 101.4}, late, "INDPRO"))
    assert store.recorded("INDPRO").known_at[-1] == int(late.timestamp())


def test_that_a_revision_stands_beside_what_it_replaced(store: MacroStore) -> None:
    store.merge(answer({"2025-12-17": 6.6e6}))
    merged = store.merge(answer({"2025-12-17": 6.7e6}, NOW + DAY))
    kept = store.recorded("WALCL")
    assert (merged.added, merged.revised, kept.revisions) == (0, 1, 1)
    assert kept.as_of(NOW).value.tolist() == [6.6e6]
    assert kept.as_of(NOW + DAY).value.tolist() == [6.7e6]
    assert kept.first().value.tolist() == [6.6e6]


def test_that_the_same_answer_again_changes_nothing(store: MacroStore) -> None:
    store.merge(answer({"2025-12-10": 6.5e6, "2025-12-17": 6.6e6}))
    merged = store.merge(answer({"2025-12-10": 6.5e6, "2025-12-17": 6.6e6 * (1 + 1e-12)}, NOW + DAY))
    assert (merged.added, merged.revised, merged.notes) == (0, 0, ())


def test_that_two_revisions_within_a_second_are_both_kept(store: MacroStore) -> None:
    for value in (1.0, 2.0, 3.0):
        store.merge(answer({"2025-12-17": value}))
    assert store.recorded("WALCL").value.tolist() == [1.0, 2.0, 3.0]


def test_that_a_halved_history_keeps_what_was_stored_and_says_so(store: MacroStore) -> None:
    store.merge(answer({"1997-01-02": 3.1, "2024-01-02": 3.4, "2024-01-03": 3.5}, series="BAMLH0A0HYM2"))
    merged = store.merge(answer({"2024-01-03": 3.5, "2024-01-04": 3.6}, NOW + DAY, "BAMLH0A0HYM2"))
    assert (merged.added, merged.older_kept) == (1, 2)
    assert "2 older values of BAMLH0A0HYM2 are kept" in merged.notes[0]
    assert len(store.recorded("BAMLH0A0HYM2")) == 4


def test_that_vintages_replace_guesses_of_the_same_value_only(store: MacroStore) -> None:
    store.merge(answer({"2025-07-01": 103.8, "2025-06-01": 99.0}, series="INDPRO"))
    told = {"2025-06-01": 104.1, "2025-07-01": 104.0, "2025-07-01#2": 103.8}
    known = ["2025-07-16T13:15", "2025-08-15T13:15", "2025-09-16T13:15"]
    store.merge(answer(told, NOW + DAY, "INDPRO", known))
    kept = store.recorded("INDPRO")
    assert sorted(zip(kept.date.astype(str).tolist(), kept.value.tolist(), kept.exact.tolist(), strict=True)) == [
        ("2025-06-01", 99.0, False),
        ("2025-06-01", 104.1, True),
        ("2025-07-01", 103.8, True),
        ("2025-07-01", 104.0, True),
    ]
    again = store.merge(answer(told, NOW + 2 * DAY, "INDPRO", known))
    assert (again.added, again.revised) == (0, 0)


def test_that_a_failure_is_noted_and_the_last_success_is_remembered(store: MacroStore) -> None:
    store.merge(answer({"2025-12-17": 6.6e6}))
    store.note_failure("WALCL", "FRED", NOW + DAY, "offline", "No connection.")
    state = store.states()["WALCL"]
    assert (state.outcome, state.message, state.tried_at, state.fetched_at) == (
        "offline", "No connection.", NOW + DAY, NOW
    )  # fmt: skip
    assert len(store.recorded("WALCL")) == 1


def test_that_everything_is_there_after_a_year_without_a_network(tmp_path: Path) -> None:
    path = tmp_path / "bars.sqlite3"
    first = Store.open(path, NOW)
    MacroStore(first.database).merge(answer({"2025-12-17": 6.6e6}))
    first.close()
    later = Store.open(path, NOW + 365 * DAY)
    assert MacroStore(later.database).recorded("WALCL").as_of(NOW + 365 * DAY).value.tolist() == [6.6e6]
    later.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.dictionaries(st.integers(0, 5), st.integers(1, 3), min_size=1), min_size=1, max_size=6))
def test_that_at_every_moment_the_store_tells_what_the_last_answers_said(
    tmp_path_factory: pytest.TempPathFactory, answers: list[dict[int, int]]
) -> None:
    whole = Store.open(tmp_path_factory.mktemp("store") / "bars.sqlite3", NOW)
    store, said, expected = MacroStore(whole.database), {}, []
    for number, values in enumerate(answers):
        told = {str(dt.date(2025, 12, 1) + day * DAY): float(value) for day, value in sorted(values.items())}
        store.merge(answer(told, NOW + number * DAY, "T10Y2Y"))
        said |= told
        expected.append(dict(said))
    kept = store.recorded("T10Y2Y")
    last = kept.as_of(NOW + len(answers) * DAY)
    assert dict(zip(last.date.astype(str).tolist(), last.value.tolist(), strict=True)) == expected[-1]
    for number, known in enumerate(expected):
        then = kept.as_of(NOW + number * DAY)
        seen = dict(zip(then.date.astype(str).tolist(), then.value.tolist(), strict=True))
        assert all(seen[day] == value for day, value in known.items())
    whole.close()


def test_that_the_maturities_of_the_newest_month_are_shown(store: MacroStore) -> None:
    old = Maturity(dt.date(2025, 11, 30), "Bills", dt.date(2026, 1, 8), 5.0)
    new = [Maturity(dt.date(2025, 12, 31), "Notes", dt.date(2027, 1, day), float(day)) for day in (1, 15)]
    store.keep_maturities([old, *new])
    store.keep_maturities(new[:1])
    assert store.maturities() == (new[0],)


def test_that_a_headline_is_kept_once_per_asset(store: MacroStore) -> None:
    one = Headline("BTC-USD", "a", "Bitcoin falls", "A paper", "https://example.org/a", NOW - DAY)
    two = Headline("BTC-USD", "b", "Bitcoin rises", "A paper", "https://example.org/b", NOW)
    assert store.keep_headlines([one, two], NOW) == 2
    assert store.keep_headlines([one], NOW + DAY) == 0
    assert store.headlines("BTC-USD") == (two, one)
    assert store.headlines("ETH-USD") == ()
    assert store.headlines(most=1) == (two,)
