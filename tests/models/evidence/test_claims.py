"""The verdict on each claim, by every branch of the rule."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.claim_book import ClaimBookError, OwnClaim, keep_claims, read_claims
from models.evidence.claims import CLAIMS, agreed, judged_concordance, judged_waves, untestable
from models.evidence.concordance import Concordance
from models.evidence.four_year import Wave
from models.evidence.verdict import Finding, Verdict

CLAIM = CLAIMS[0]


def together(p: float, rho: float, changes: tuple[int, int] = (8, 9)) -> Concordance:
    return Concordance(120, 0.6, 0.5, rho, p, changes, ())


def wave(p: float, cycles: float) -> Wave:
    none = np.zeros(0)
    return Wave("linear", int(cycles * 48), cycles, 0.3, p, p, 48, 0.3, p, none, none, none, none, 10, 1, 0.3, none, p)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (together(0.01, 0.5), Verdict.SUPPORTED),
        (together(0.01, 0.5, (5, 9)), Verdict.CANNOT_TELL),
        (together(0.05, 0.5), Verdict.NO_EXTRA_INFORMATION),
        (together(0.99, -0.5), Verdict.CONTRADICTED),
        ("Nothing can be said.", Verdict.CANNOT_TELL),
    ],
)
def test_that_shifts_decide_on_going_together(found: Concordance | str, expected: Verdict) -> None:
    assert judged_concordance(CLAIM, "BTC-USD", found, [together(0.5, 0.1)]).finding.verdict is expected


def test_that_going_together_needs_the_same_sign_in_every_other_sample() -> None:
    found = together(0.01, 0.5)
    for others in ((), ("Nothing can be said.",), (together(0.5, -0.1),), (together(0.5, 0.1), together(0.9, 0.0))):
        assert judged_concordance(CLAIM, "BTC-USD", found, others).finding.verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((wave(0.01, 8), wave(0.01, 8)), Verdict.SUPPORTED),
        ((wave(0.01, 8), wave(0.2, 8)), Verdict.NO_EXTRA_INFORMATION),
        ((wave(0.01, 7.9), wave(0.01, 8)), Verdict.CANNOT_TELL),
        ("Nothing can be said.", Verdict.CANNOT_TELL),
    ],
)
def test_that_few_cycles_cannot_tell_however_well_a_wave_fits(found: tuple[Wave, ...] | str, expected: Verdict) -> None:
    assert judged_waves(CLAIM, found).finding.verdict is expected


@given(st.lists(st.sampled_from(Verdict), min_size=1, max_size=5))
def test_that_horizons_that_differ_cannot_tell(verdicts: list[Verdict]) -> None:
    found = agreed([Finding(each, "because") for each in verdicts])
    assert found.verdict is (verdicts[0] if len(set(verdicts)) == 1 else Verdict.CANNOT_TELL)


def test_that_what_has_no_test_is_not_testable_and_says_why() -> None:
    for claim in CLAIMS:
        if claim.test == "none":
            assert untestable(claim).finding == Finding(Verdict.NOT_TESTABLE, claim.tested_by)
    assert len({claim.key for claim in CLAIMS}) == len(CLAIMS) == 9


def own(**changed: object) -> OwnClaim:
    usual = {"name": "mine", "leader": "^RUT", "follower": "BTC-USD", "share": 0.7, "created": dt.date(2026, 11, 24)}
    return OwnClaim(**(usual | changed))  # type: ignore[arg-type]


def test_that_claims_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    assert read_claims(path) == ()
    kept = (own(), own(name="“quoted” [other]", outcome="D", horizon=365))
    keep_claims(path, kept)
    assert read_claims(path) == kept


@pytest.mark.parametrize(
    "changed",
    [{"name": " "}, {"follower": "^RUT"}, {"share": 0.0}, {"share": 1.0}, {"horizon": 0}, {"outcome": "E"}],
)
def test_that_what_is_no_claim_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        own(**changed)


@pytest.mark.parametrize(
    "text", ["[[claim]]\nname = 1", "not toml [", '[[claim]]\nname = "x"\nunknown = 1', "claim = 3"]
)
def test_that_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimBookError, match=r"claims\.toml"):
        read_claims(path)
    assert path.read_text(encoding="utf-8") == text
