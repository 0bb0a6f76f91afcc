"""The studies' verbs on a simulated market: JSON that machines read, words that people read, refusals in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from main import main

KEYS = {
    "leadlag": {"leader", "follower", "lags", "simultaneous", "predictions", "robust", "n", "seed", "sentence"},
    "cycle": {"leader", "follower", "together", "with_economy", "waves", "sentence"},
    "analog": {"query", "history", "matches", "p", "base_rate", "candidates", "seed", "sentence"},
}


@pytest.mark.parametrize("study", sorted(KEYS))
def test_that_json_has_its_keys_and_nothing_beside_it(study: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", "study", study, "--json"]) == 0
    assert KEYS[study] <= set(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("study", sorted(KEYS))
def test_that_the_words_end_with_what_a_careful_person_would_say(
    study: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--demo", "study", study]) == 0
    told = capsys.readouterr()
    assert "%" in told.out or "r =" in told.out
    assert "…" in told.err


def test_that_every_claim_has_a_verdict_and_the_data_their_dates(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", "claims", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    verdicts = {"not testable", "cannot tell", "no extra information", "supported", "contradicted"}
    assert len(found["judged"]) == 9
    assert {judged["finding"]["verdict"] for judged in found["judged"]} <= verdicts
    assert len(found["data"]) == 3


def test_that_a_claim_of_ones_own_is_kept_listed_refused_twice_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ["--profile", str(tmp_path), "claims", "add", "Half the time", "--share", "50"]
    assert main(add) == 0
    assert main(add) == 1
    assert "already" in capsys.readouterr().err
    assert 'name = "Half the time"' in (tmp_path / "claims.toml").read_text(encoding="utf-8")
    assert main(["--profile", str(tmp_path), "claims", "remove", "Half the time"]) == 0
    assert main(["--profile", str(tmp_path), "claims", "remove", "Half the time"]) == 1
    assert "no claim of yours" in capsys.readouterr().err


def test_that_prices_that_are_not_stored_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", str(tmp_path), "study", "leadlag"]) == 1
    assert "No prices of ^RUT are stored." in capsys.readouterr().err
