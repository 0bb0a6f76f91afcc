"""Adjusted p values against the published example and a walk over the definition."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evidence.multiplicity import Correction, adjusted

# Benjamini & Hochberg (1995), section 3.2
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip


def slow(p: list[float], correction: str) -> list[float]:
    """Each p value's own definition: the smallest level at which the procedure refuses it."""
    m = len(p)
    order = sorted(range(m), key=lambda i: p[i])
    harmonic = sum(1 / i for i in range(1, m + 1)) if correction == "by" else 1.0
    result = [0.0] * m
    for rank, which in enumerate(order):
        if correction == "holm":
            result[which] = min(1.0, max((m - j) * p[order[j]] for j in range(rank + 1)))
        else:
            result[which] = min(1.0, min(m / (j + 1) * p[order[j]] * harmonic for j in range(rank, m)))
    return result


def test_that_the_published_family_has_three_findings_by_holm_and_four_by_bh() -> None:
    assert int((adjusted(PUBLISHED, "holm") <= 0.05).sum()) == 3
    assert int((np.array(PUBLISHED) * 15 <= 0.05).sum()) == 3
    by_rate = adjusted(PUBLISHED, "bh")
    assert int((by_rate <= 0.05).sum()) == 4
    assert by_rate[3] == pytest.approx(0.035625, abs=5e-7)


@pytest.mark.parametrize("correction", ["holm", "bh", "by"])
@given(st.lists(st.floats(0, 1), min_size=1, max_size=25))
def test_that_each_correction_agrees_with_its_definition(correction: Correction, p: list[float]) -> None:
    assert adjusted(p, correction).tolist() == pytest.approx(slow(p, correction), rel=1e-12, abs=1e-300)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=25))
def test_that_an_adjusted_value_is_never_smaller_and_bh_never_stricter_than_by_or_holm(p: list[float]) -> None:
    holm, bh, by = (adjusted(p, correction) for correction in ("holm", "bh", "by"))
    assert bool((bh >= np.array(p) - 1e-15).all())
    assert bool((holm >= bh - 1e-12).all())
    assert bool((by >= bh - 1e-12).all())


def test_that_the_order_of_the_questions_does_not_matter() -> None:
    p = [0.03, 0.01, 0.2]
    expected = dict(zip(p, adjusted(p), strict=True))
    for turned in itertools.permutations(p):
        assert dict(zip(turned, adjusted(turned), strict=True)) == expected


def test_that_no_questions_have_no_answers() -> None:
    assert len(adjusted([])) == 0


@pytest.mark.parametrize("wrong", [float("nan"), -0.1, 1.1])
def test_that_what_is_no_probability_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjusted([0.5, wrong])


def test_that_holm_makes_a_false_finding_in_a_family_as_rarely_as_it_says() -> None:
    generator = np.random.default_rng(1)
    found = sum(bool((adjusted(generator.random(15)) < 0.05).any()) for _ in range(2000))
    assert 0.035 <= found / 2000 <= 0.065
