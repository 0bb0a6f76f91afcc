"""Shares and their intervals against published values and exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evidence.intervals import (
    Interval,
    bayes_factor,
    bayes_factor_uniform,
    beta_cdf,
    beta_quantile,
    binomial,
    binomial_test,
    clopper_pearson,
    jeffreys,
    posterior,
    power,
    refused_up_to,
    wilson,
)


def exact_chances(n: int, share: Fraction) -> list[Fraction]:
    return [math.comb(n, hits) * share**hits * (1 - share) ** (n - hits) for hits in range(n + 1)]


def exact_test(hits: int, n: int, claimed: Fraction) -> Fraction:
    chances = exact_chances(n, claimed)
    return sum((chance for chance in chances if chance <= chances[hits]), Fraction(0))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (4, 8, 0.2152, 0.7848),
        (2, 6, 0.0968, 0.7000),
        (3, 6, 0.1876, 0.8124),
        (1, 5, 0.0362, 0.6245),
    ],
)
def test_that_wilson_agrees_with_newcombe_and_statsmodels(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(4, 8, 0.1990, 0.8010), (2, 6, 0.0768, 0.7136), (0, 20, 0.0, 0.1166)]
)
def test_that_jeffreys_agrees_with_the_published_values(hits: int, n: int, low: float, high: float) -> None:
    found = jeffreys(hits, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_that_none_of_n_begins_at_nothing_and_all_of_n_ends_at_one() -> None:
    for interval in (wilson, jeffreys, clopper_pearson):
        assert interval(0, 20).low == 0.0
        assert interval(20, 20).high == 1.0
        assert 0 < interval(20, 20).low < 1


def test_that_the_exact_test_and_interval_agree_with_r() -> None:
    found = clopper_pearson(682, 925)
    assert binomial_test(682, 925, 0.75) == pytest.approx(0.38249, abs=5e-6)
    assert (found.low, found.high) == (pytest.approx(0.707668, abs=5e-7), pytest.approx(0.765407, abs=5e-7))


@pytest.mark.parametrize(
    ("hits", "n", "p", "factor"),
    [(4, 8, 0.46273, 1.6876), (2, 6, 0.19284, 0.6657), (1, 5, 0.05402, 0.2926), (0, 3, 0.04288, 0.1715)],
)
def test_that_the_claim_of_65_percent_is_tested_as_published(hits: int, n: int, p: float, factor: float) -> None:
    assert binomial_test(hits, n, 0.65) == pytest.approx(p, abs=5.001e-6)  # 0.042875 is printed rounded up
    assert bayes_factor_uniform(hits, n, 0.65) == pytest.approx(factor, abs=5e-5)


@pytest.mark.parametrize(("n", "expected"), [(8, 0.145), (20, 0.252), (50, 0.556), (100, 0.864)])
def test_that_the_power_is_as_published(n: int, expected: float) -> None:
    assert power(n, claimed=0.65, true=0.5) == pytest.approx(expected, abs=5e-4)


def test_that_eight_events_refuse_65_percent_only_with_two_hits_or_less() -> None:
    assert refused_up_to(8, 0.65) == 2
    assert refused_up_to(2, 0.65) is None


@given(st.integers(1, 30), st.data(), st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20))
def test_that_the_exact_test_agrees_with_fractions(n: int, data: st.DataObject, claimed: Fraction) -> None:
    hits = data.draw(st.integers(0, n))
    assert binomial_test(hits, n, float(claimed)) == pytest.approx(float(exact_test(hits, n, claimed)), rel=1e-9)


@given(st.integers(1, 25), st.data())
def test_that_the_exact_interval_ends_where_each_tail_is_a_fortieth(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    found = clopper_pearson(hits, n)
    if hits:
        assert float(sum(exact_chances(n, Fraction(found.low))[hits:])) == pytest.approx(0.025, rel=1e-9)
    if hits < n:
        assert float(sum(exact_chances(n, Fraction(found.high))[: hits + 1])) == pytest.approx(0.025, rel=1e-9)


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.001, 0.999))
def test_that_the_beta_distribution_agrees_with_the_binomial_tail(a: int, b: int, x: float) -> None:
    n = a + b - 1
    tail = float(sum(exact_chances(n, Fraction(x))[a:]))
    assert beta_cdf(x, a, b) == pytest.approx(tail, rel=1e-9, abs=1e-12)


@given(st.floats(0.3, 300), st.floats(0.3, 300), st.floats(0.001, 0.999))
def test_that_the_quantile_undoes_the_distribution(a: float, b: float, chance: float) -> None:
    assert beta_cdf(beta_quantile(chance, a, b), a, b) == pytest.approx(chance, abs=1e-9)


def test_that_the_beta_distribution_is_nothing_before_0_and_all_after_1() -> None:
    assert (beta_cdf(-1.0, 2, 3), beta_cdf(0.0, 2, 3), beta_cdf(1.0, 2, 3)) == (0.0, 0.0, 1.0)


@given(st.integers(1, 30), st.data(), st.sampled_from([Fraction(1, 5), Fraction(13, 20), Fraction(1, 2)]))
def test_that_the_bayes_factor_is_a_ratio_of_two_likelihoods(n: int, data: st.DataObject, base: Fraction) -> None:
    hits = data.draw(st.integers(0, n))
    claimed = Fraction(13, 20)
    expected = exact_chances(n, claimed)[hits] / exact_chances(n, base)[hits]
    assert bayes_factor(hits, n, 0.65, float(base)) == pytest.approx(float(expected), rel=1e-9)


def test_that_a_base_rate_of_all_or_nothing_gives_no_bayes_factor() -> None:
    assert math.isnan(bayes_factor(1, 2, 0.65, 1.0))


def test_that_a_prior_of_a_half_becomes_the_factor_as_odds() -> None:
    assert posterior(0.5, 3.0) == pytest.approx(0.75)
    with pytest.raises(ValueError, match="between 0 and 1"):
        posterior(1.0, 3.0)


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (-1, 4), (5, 4)])
def test_that_what_is_no_share_is_refused(hits: int, n: int) -> None:
    for function in (wilson, jeffreys, clopper_pearson):
        with pytest.raises(ValueError, match="no share"):
            function(hits, n)


def test_that_a_certain_share_has_a_certain_outcome() -> None:
    assert binomial(3, 1.0).tolist() == [0, 0, 0, 1]
    assert binomial(3, 0.0).tolist() == [1, 0, 0, 0]
    with pytest.raises(ValueError, match="between 0 and 1"):
        binomial(3, 1.5)


def test_that_an_interval_knows_its_width_and_what_it_holds() -> None:
    found = Interval(0.25, 0.75)
    assert (found.width, found.holds(0.75), found.holds(0.76)) == (0.5, True, False)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.65])
@pytest.mark.parametrize("n", [8, 20, 60])
def test_that_wilson_and_jeffreys_cover_about_as_often_as_they_say(share: float, n: int) -> None:
    chances = binomial(n, share)
    for interval, least in ((wilson, 0.90), (jeffreys, 0.89), (clopper_pearson, 0.95)):
        holds = np.array([interval(hits, n).holds(share) for hits in range(n + 1)])
        assert least <= float(chances[holds].sum()) <= 1.0


@pytest.mark.parametrize("n", [8, 20, 100])
def test_that_the_exact_test_refuses_a_true_claim_at_most_as_often_as_it_says(n: int) -> None:
    assert power(n, claimed=0.65, true=0.65) <= 0.05
