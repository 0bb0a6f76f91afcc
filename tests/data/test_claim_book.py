"""The user's own claims in their file: what is none is refused, and the file is left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.claim_book import ClaimBookError, read_claims


@pytest.mark.parametrize(
    "line",
    ['outcome = "AB"', 'outcome = ""', "horizon = 90.5", "horizon = true", 'created = "yesterday"', "share = true",
     "sessions_below = false", "leader = 7"],
)  # fmt: skip
def test_that_a_hand_edited_value_of_another_kind_is_refused_and_the_file_left_as_it_is(
    tmp_path: Path, line: str
) -> None:
    fields = {
        "name": '"mine"', "leader": '"^RUT"', "follower": '"BTC-USD"', "share": "0.65", "created": "2026-01-31",
        "horizon": "90", "outcome": '"A"', "sessions_below": "63",
    }  # fmt: skip
    name, value = line.split(" = ")
    text = "[[claim]]\n" + "\n".join(f"{key} = {one}" for key, one in (fields | {name: value}).items())
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimBookError, match="no claim"):
        read_claims(path)
    assert path.read_text(encoding="utf-8") == text
