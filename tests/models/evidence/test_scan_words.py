"""What is said of a scan, and its record."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from models.evidence.alignment import Outcome
from models.evidence.intervals import wilson
from models.evidence.placebo import Tails
from models.evidence.scan import Finding, Scan, ScanTerms, gathered
from models.evidence.scan_record import as_bytes, scan_record
from models.evidence.scan_words import best_sentence, effect_text, p_text, scan_sentence, standing_sentence
from models.evidence.standing import standing

LEADERS = ("^RUT", "^GSPC", "^NDX", "IWM")


def finding(leader: str = "^RUT", p: float = 0.4, z: float = 0.5, horizon: int = 90) -> Finding:
    return Finding(
        leader, "BTC-USD", 63, horizon, 8, 7, 0, 2900, 4, 0.5, wilson(4, 8), 0.58, -0.02, z, Tails(p, 1 - p), p
    )


def refused(leader: str = "IWM") -> Finding:
    return Finding(leader, "BTC-USD", 252, 90, 1, 1, 0, 2900, refusal="Only one break: too few to say anything.")


def scan_of(*found: Finding, outcome: Outcome = "A", leaders: tuple[str, ...] = LEADERS) -> Scan:
    return gathered(ScanTerms((63,), (90,), outcome), leaders, ("BTC-USD",), [found])


def test_that_small_answers_stand_beside_what_chance_would_give() -> None:
    scan = scan_of(finding(p=0.03), *(finding(name) for name in LEADERS[1:]), refused())
    assert scan_sentence(scan) == (
        "Of 4 answers, 1 has a p below 5 %; where breaks mean nothing, about 0.2 would by chance. Adjusted for how many"
        " questions were asked, none stands. One further question could not be answered."
    )


def test_that_what_stands_is_told_by_both_corrections() -> None:
    scan = scan_of(finding(p=0.001), finding("IWM", p=0.0002), *(finding(name) for name in LEADERS[1:3]))
    assert "questions were asked, 2 stand (Benjamini and Hochberg), and 2 where" in scan_sentence(scan)
    scan = scan_of(finding(p=0.011), *(finding(name) for name in LEADERS[1:]))
    assert "one stands (Benjamini and Hochberg), and one where" in scan_sentence(
        scan_of(finding(p=0.005), *(finding(name) for name in LEADERS[1:]))
    )
    assert "one stands (Benjamini and Hochberg), and none where" in scan_sentence(scan)


def test_that_the_least_probable_answer_comes_with_n_and_base_rate() -> None:
    assert best_sentence(scan_of(finding(p=0.03), finding("IWM"))) == (
        "The least probable: after 8 breaks of the Russell 2000 (63 or more sessions below its high), bitcoin rose over"
        " 90 days in 4 (50 %, interval 22 to 78 %); on any day in 58 %. Its p is 0.030, and 0.060 when adjusted for all"
        " 2 questions."
    )
    assert best_sentence(scan_of(refused())) == ""


@pytest.mark.parametrize("outcome", ["B", "C", "D"])
def test_that_each_outcome_has_its_words(outcome: Outcome) -> None:
    assert "20 %" in best_sentence(scan_of(finding(), outcome=outcome))


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ((2.0, 1.0, 0.0, -1.0), "comes first of 4 leaders: none of the 3 others does at least as well, so one drawn"
         " blindly would do as well in 25 % of all cases. It is the first, but among 4 leaders one always is"),
        ((1.0, 2.0, 0.0, -1.0), "comes second of 4 leaders: one of the 3 others does at least as well, so one drawn"
         " blindly would do as well in 50 % of all cases. By this measure the Russell 2000 is not special."),
        ((0.0, 2.0, 1.0, -1.0), "comes third of 4 leaders: 2 of the 3 others do at least as well"),
        ((-2.0, 2.0, 1.0, -1.0), "comes fourth of 4 leaders: all of the 3 others do at least as well"),
    ],
)  # fmt: skip
def test_that_the_question_whether_it_is_special_gets_a_plain_answer(scores: tuple[float, ...], words: str) -> None:
    scan = scan_of(*(finding(name, z=z) for name, z in zip(LEADERS, scores, strict=True)))
    assert words in standing_sentence(standing(scan, "^RUT"))


def test_that_only_a_first_place_among_many_is_special() -> None:
    names = tuple(f"LEAD{i}" for i in range(24))
    scan = scan_of(finding(z=9.0), *(finding(name) for name in names), leaders=("^RUT", *names))
    assert standing_sentence(standing(scan, "^RUT")).endswith(
        "in 4 % of all cases. By this measure the Russell 2000 is special among them."
    )
    assert "comes 25th of 25" in standing_sentence(
        standing(scan_of(finding(z=-9.0), *(finding(name) for name in names)), "^RUT")
    )


def test_that_two_leaders_are_told_in_the_singular_and_none_cannot_be_told() -> None:
    both = standing_sentence(standing(scan_of(finding(z=1.0), finding("IWM")), "^RUT"))
    assert "of 2 leaders: the other one does less well" in both
    alone = standing_sentence(standing(scan_of(finding()), "^RUT"))
    assert alone.startswith("There is no other leader to compare the Russell 2000 with")
    silent = standing_sentence(standing(scan_of(finding("IWM")), "^RUT"))
    assert silent.startswith("The Russell 2000 answers none of these questions")


def test_that_no_p_reads_as_nothing_and_effects_have_their_unit() -> None:
    assert (p_text(0.0002), p_text(0.0005), p_text(1.0)) == ("below 0.001", "0.001", "1.000")
    assert (effect_text(finding(), "A"), effect_text(finding(), "B")) == ("−2.0 %", "−2.0 points")
    assert effect_text(refused(), "A") == "–"


def test_that_the_record_is_json_with_stable_keys_and_null_for_what_is_missing() -> None:
    scan = scan_of(finding(), finding("IWM"), refused("^GSPC"))
    data = (("^RUT", "Yahoo", dt.date(1987, 9, 10), dt.date(2026, 8, 21), ""),)
    told = scan_record(scan, standing(scan, "^RUT"), data)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["data"] == [
        {"symbol": "^RUT", "source": "Yahoo", "first": "1987-09-10", "last": "2026-08-21", "warning": None}
    ]
    assert isinstance(told["results"], list)
    assert set(told["results"][0]) == {
        "leader", "follower", "N", "horizon", "n", "k", "n_cens", "n_nonoverlap", "share", "wilson", "p0", "T",
        "effect", "z", "shift_p", "joint_p", "p_bh", "p_by",
    }  # fmt: skip
    assert told["refused"] == [
        {"leader": "^GSPC", "follower": "BTC-USD", "N": 252, "horizon": 90, "n": 1, "n_cens": 0,
         "refusal": "Only one break: too few to say anything."}
    ]  # fmt: skip
    assert scan_record(scan, None)["special"] is None


def test_that_a_difference_in_the_last_digit_is_a_difference_of_bytes() -> None:
    one = finding()
    other = replace(one, z=0.5 + 2**-53)
    assert as_bytes(scan_of(one), None) != as_bytes(scan_of(other), None)
