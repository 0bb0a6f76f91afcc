"""Is this leader special?  Its place among others, asked the same questions.

Section 2 of the definitions, "Control": the same study with the breaks of other leaders.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from models.evidence.scan import Finding, Scan

_EQUAL = 1e-12

Question = tuple[str, int, int]  # follower, N, horizon


@dataclass(frozen=True, slots=True)
class Place:
    """Where a leader stands in one question, or in all of them.

    Among `of` leaders it is number `rank`; `as_well` of the others do at least as well, which is the share `share` of
    them.  `p` is that of a leader drawn blindly from all of them doing as well, which cannot be less than 1/`of`.
    `score` is what it is ranked by: z, or the middle one of its z.
    """

    rank: int
    of: int
    as_well: int
    share: float
    p: float
    score: float


@dataclass(frozen=True, slots=True)
class Standing:
    """One leader against the others: over all questions that it can answer, and in each of them.

    `scores` are the middle z of each leader over those questions, the best first; who can answer none of them, or is
    itself the follower in them all, is in `left_out`.  `overall` is None where there is nobody to compare with, and
    each question that only this leader answers is left out.
    """

    leader: str
    overall: Place | None
    scores: tuple[tuple[str, float, int], ...]
    left_out: tuple[str, ...]
    questions: tuple[tuple[Question, Place], ...]

    def place(self, question: Question) -> Place | None:
        """Return its place in one question, None where there is none."""
        return dict(self.questions).get(question)


def standing(scan: Scan, leader: str) -> Standing:
    """Return where the leader stands; a leader that the scan does not know stands nowhere."""
    by_question: dict[Question, dict[str, float]] = {}
    for row in scan.rows:
        one = row.finding
        if one.z is not None:
            by_question.setdefault(_question(one), {})[one.leader] = one.z
    ours = {question: scores for question, scores in by_question.items() if leader in scores}
    told: dict[str, list[float]] = {}
    for scores in ours.values():
        for symbol, z in scores.items():
            told.setdefault(symbol, []).append(z)
    middle = {symbol: statistics.median(scores) for symbol, scores in told.items()}
    places = [(question, _place(scores, leader)) for question, scores in sorted(ours.items()) if len(scores) > 1]
    return Standing(
        leader=leader,
        overall=_place(middle, leader) if len(middle) > 1 else None,
        scores=tuple(sorted(((s, z, len(told[s])) for s, z in middle.items()), key=lambda row: (-row[1], row[0]))),
        left_out=tuple(symbol for symbol in scan.leaders if symbol not in middle),
        questions=tuple(places),
    )


def share_special(places: Sequence[Place]) -> float:
    """Return in what share of questions the leader is first."""
    return sum(place.rank == 1 for place in places) / len(places) if places else 0.0


def _question(one: Finding) -> Question:
    return one.follower, one.sessions_below, one.horizon


def _place(scores: dict[str, float], leader: str) -> Place:
    own = scores[leader]
    others = [z for symbol, z in scores.items() if symbol != leader]
    as_well = sum(z >= own - _EQUAL for z in others)
    better = sum(z > own + _EQUAL for z in others)
    return Place(
        rank=1 + better,
        of=len(scores),
        as_well=as_well,
        share=as_well / len(others),
        p=(1 + as_well) / len(scores),
        score=own,
    )
