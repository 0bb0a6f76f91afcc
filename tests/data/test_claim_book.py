"""The user's own claims in their file: what is none is refused, nothing is lost, and no change is without a trace."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.claim_book import ClaimBookError, ClaimTerms, OwnClaim, added, dropped, keep_claims, read_claims

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
TERMS = ClaimTerms("^RUT", "BTC-USD", 0.65)
FIELDS = {
    "name": '"mine"', "leader": '"^RUT"', "follower": '"BTC-USD"', "share": "0.65", "created": "2026-01-31",
    "horizon": "90", "outcome": '"A"', "sessions_below": "63",
}  # fmt: skip


def entry(**changed: str) -> str:
    return "[[claim]]\n" + "\n".join(f"{key} = {one}" for key, one in (FIELDS | changed).items()) + "\n"


@pytest.mark.parametrize(
    "line",
    ['outcome = "AB"', 'outcome = ""', 'outcome = ["A"]', "horizon = 90.5", "horizon = true", 'created = "yesterday"',
     "share = true", "share = nan", "sessions_below = false", "leader = 7", "name = 3", "created = 09:00:00",
     "created = 2026-01-31T09:00:00", "removed = 1", "revisions = 3", "revisions = [3]", "revisions = [{share = 0.5}]",
     "removed = {}", "unknown = 1"],
)  # fmt: skip
def test_that_a_hand_edited_value_of_another_kind_is_refused_by_its_entry_and_the_file_left_as_it_is(
    tmp_path: Path, line: str
) -> None:
    key, value = line.split(" = ", 1)
    text = entry(name='"first"') + entry(**{key: value})
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimBookError, match="entry 2"):
        read_claims(path)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("text", ["claim = 3", 'claim = "x"', "[claim]\nname = 1", "claim = [1]", entry() + entry()])
def test_that_entries_that_are_none_and_names_that_come_twice_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimBookError, match=r"claims\.toml"):
        read_claims(path)


def test_that_a_claim_that_was_dropped_and_added_anew_keeps_its_first_day_and_what_it_said() -> None:
    later, last = NOW + dt.timedelta(days=1), NOW + dt.timedelta(days=2)
    book = dropped(added((), "mine", TERMS, NOW), "mine", later)
    other = ClaimTerms("^RUT", "BTC-USD", 0.4)
    (claim,) = added(book, "mine", other, last)
    assert (claim.created, claim.removed, claim.terms) == (NOW, None, other)
    assert [(one.terms, one.until) for one in claim.revisions] == [(TERMS, last)]
    (same,) = added(book, "mine", TERMS, last)
    assert same.revisions == ()


def test_that_a_name_in_use_and_one_that_is_not_there_are_refused() -> None:
    book = added((), "mine", TERMS, NOW)
    with pytest.raises(ValueError, match="already"):
        added(book, "mine", TERMS, NOW)
    with pytest.raises(ValueError, match="no claim of yours"):
        dropped(dropped(book, "mine", NOW), "mine", NOW)


def test_that_keeping_leaves_notes_by_hand_and_other_tables_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text("# mine\n" + entry(share="0.5 # a guess") + "\n[other]\nx = 1\n", encoding="utf-8")
    book = read_claims(path)
    keep_claims(path, dropped(added(book, "second", TERMS, NOW), "mine", NOW))
    text = path.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "# a guess" in text
    assert "[other]\nx = 1" in text
    assert [(claim.name, claim.removed) for claim in read_claims(path)] == [("mine", NOW), ("second", None)]


STEPS = st.lists(st.tuples(st.sampled_from(("add", "drop")), st.sampled_from((0.25, 0.5, 0.75))), max_size=12)


@given(STEPS)
def test_that_no_order_of_adding_and_dropping_loses_a_wording(steps: list[tuple[str, float]]) -> None:
    """A plain list of what was ever said, beside the book that is written and read after every step."""
    said: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path, book = Path(folder) / "claims.toml", tuple[OwnClaim, ...]()
        for number, (step, share) in enumerate(steps):
            now = NOW + dt.timedelta(hours=number)
            try:
                terms = ClaimTerms("^RUT", "BTC-USD", share)
                book = added(book, "x", terms, now) if step == "add" else dropped(book, "x", now)
            except ValueError:
                continue
            if step == "add" and said[-1:] != [share]:
                said.append(share)
            keep_claims(path, book)
            assert read_claims(path) == book
            (claim,) = book
            assert [*(one.terms.share for one in claim.revisions), claim.share] == said
