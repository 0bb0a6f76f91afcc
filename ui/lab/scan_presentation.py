"""What the page and the report show of a scan."""

from __future__ import annotations

import numpy as np

from data.catalog import asset_for
from models.dates import date_text
from models.evidence.scan import Finding, Scan
from models.evidence.scan_words import (
    HEADS,
    answer_texts,
    best_sentence,
    name_of,
    p_text,
    scan_sentence,
    standing_sentence,
)
from models.evidence.standing import Standing
from models.lab.scan import ScanAnswer, ScanRequest
from ui.lab.presentation import Axis, Layer, Level, Line, Picture, Points, Presentation, Table

MOST_ROWS = 100

_LONGEST_NAME = 13

HOW = (
    "A scan asks the question of the event study many times: for every leader, every follower, every N (sessions below"
    " the high before a break) and every horizon. A break is a close above every earlier one; the follower is bought at"
    " its first close at or after the leader's, never before.",
    "p is exact: all breaks of a leader are shifted together through the whole history, one session at a time, and p is"
    " the share of shifts that did at least as well. “All N” allows for having picked the best N of a pair: it is the"
    " share of shifts under which the best of all N does as well.",
    "Who asks hundreds of questions finds small p by chance alone. BH (Benjamini and Hochberg) and BY (Benjamini and"
    " Yekutieli) adjust for that: of the answers that stay below 5 % at most about one in twenty should be false. BH"
    " holds where questions are independent or kin, BY in any case. The picture of ranks shows the same: where breaks"
    " mean nothing the dots follow the line.",
    "Is one leader special? z is the return after breaks beyond that of any day, in standard deviations of all shifts,"
    " so that leaders with few and with many breaks can be compared. Each leader's middle z is taken over the questions"
    " that the leader in question can answer too, and p is the chance that one drawn blindly from all leaders does as"
    " well. It cannot be less than one over their number. Kin leaders, such as an index and its fund, count as two.",
)


def present(answer: ScanAnswer, request: ScanRequest) -> Presentation:
    """Return the scan as it is shown."""
    scan, stands = answer.scan, answer.standing
    pictures = [_ranks(scan)]
    tables = [_ranked(scan)]
    if stands is not None and stands.scores:
        pictures = [_by_leader(scan, stands), _map(scan, stands.leader), *pictures]
        tables = [_standings(stands), *tables]
    if scan.refused:
        tables.append(_refused(scan))
    return Presentation(
        title="Scan",
        sentence=scan_sentence(scan),
        pictures=tuple(pictures),
        tables=tuple(tables),
        notes=tuple(
            filter(None, (standing_sentence(stands) if stands else "", best_sentence(scan), *_warnings(answer)))
        ),
        how=HOW,
        provenance=_provenance(answer, request),
    )


def _by_leader(scan: Scan, stands: Standing) -> Picture:
    """Return every answer's z, a column of dots a leader, with the middle one marked."""
    places = {symbol: at for at, (symbol, _, _) in enumerate(stands.scores)}
    layers: list[Layer] = [Level(0.0, dashed=False)]
    for ours in (False, True):
        told = [row.finding for row in scan.rows if row.finding.leader in places]
        told = [one for one in told if one.z is not None and (one.leader == stands.leader) == ours]
        if told:
            x = np.array([places[one.leader] + _aside(at) for at, one in enumerate(told)])
            y = np.array([one.z or 0.0 for one in told])
            role, name = ("price", name_of(stands.leader)) if ours else ("other", "other leaders")
            layers.append(Points(x, y, role, 5, name, tuple(_key(one) for one in told)))
    for symbol, middle, _ in stands.scores:
        at = places[symbol]
        layers.append(Line(np.array([at - 0.3, at + 0.3]), np.full(2, middle), "text", 2.5, name="middle one"))
    named = tuple((float(at), _short(symbol)) for symbol, at in places.items())
    heights = [row.finding.z or 0.0 for row in scan.rows]
    return Picture(
        f"Is {name_of(stands.leader)} special?",
        tuple(layers),
        Axis(low=-0.6, high=len(places) - 0.4, named=named),
        Axis(name="z", low=min(heights) - 0.3, high=max(heights) + 0.2 * (max(heights) - min(heights)) + 0.3),
        note="z: the return beyond that of any day, in standard deviations of all shifts",
        says=standing_sentence(stands),
    )


def _aside(number: int) -> float:
    """Return how far beside its column a dot lies, so that dots of one value can be told apart."""
    return ((number * 0.618034) % 1 - 0.5) * 0.44


def _map(scan: Scan, leader: str) -> Picture:
    """Return a leader's questions: followers and horizons across, N upwards, the dot as large as z."""
    below, horizons = scan.terms.sessions_below, scan.terms.horizons
    wide = len(horizons) + 1
    followers = [symbol for symbol in scan.followers if symbol != leader]
    told = [row.finding for row in scan.rows if row.finding.leader == leader]
    layers: list[Layer] = []
    for role, sign, name in (("up", 1, "better than any day"), ("down", -1, "worse")):
        for low, high, size in ((0.0, 1.0, 5.0), (1.0, 2.0, 9.0), (2.0, np.inf, 14.0)):
            some = [one for one in told if one.z is not None and low <= sign * one.z < high and (sign > 0 or one.z < 0)]
            x = [followers.index(one.follower) * wide + horizons.index(one.horizon) for one in some]
            y = [below.index(one.sessions_below) for one in some]
            keys = tuple(_key(one) for one in some)
            layers.append(Points(np.array(x, np.float64), np.array(y, np.float64), role, size, name, keys))
    named = tuple((at * wide + (wide - 2) / 2, _short(symbol)) for at, symbol in enumerate(followers))
    rows = tuple((float(at), f"N {n}") for at, n in enumerate(below))
    days = ", ".join(map(str, horizons))
    return Picture(
        f"What followed breaks of {name_of(leader)}",
        tuple(layers),
        Axis(name=f"from left to right {days} days", low=-1.0, high=len(followers) * wide - 1.0, named=named),
        Axis(low=-0.6, high=len(below) - 0.2, named=rows),
        note="the larger the dot, the further from chance: z below 1, below 2, beyond",
        says=f"{len(told)} answers, of which {sum((one.z or 0) > 0 for one in told)} are better than any day.",
    )


def _ranks(scan: Scan) -> Picture:
    """Return the p values in order against what chance alone would give."""
    p = np.array([row.finding.p.upper for row in scan.rows if row.finding.p is not None])
    chance = (np.arange(len(p)) + 0.5) / len(p)
    layers = (
        Line(np.array([0.0, 1.0]), np.array([0.0, 1.0]), "muted", 1.5, True, name="by chance"),
        Level(0.05, name="5 %"),
        Points(chance, p, "accent", 5, "answers", tuple(_key(row.finding) for row in scan.rows)),
    )
    return Picture(
        "More small p than by chance?",
        layers,
        Axis("percent", "share of all answers, the least probable first", 0.0, 1.0),
        Axis("percent", low=0.0, high=1.0),
        note=f"{scan.small} of {len(p):,} below 5 %, {scan.expected:.1f} expected",
        says=scan_sentence(scan),
    )


def _short(symbol: str) -> str:
    """Return what fits below a column."""
    name = asset_for(symbol).name
    return name if len(name) <= _LONGEST_NAME else symbol


def _key(one: Finding) -> str:
    z = f"{one.z or 0.0:+.2f}".replace("-", "−")
    return (
        f"{asset_for(one.leader).name}, N {one.sessions_below}: {asset_for(one.follower).name}, {one.horizon} days,"
        f" {one.hits} of {one.n}, z {z}, p {p_text(one.p.upper) if one.p else '–'}"
    )


def _standings(stands: Standing) -> Table:
    rows = tuple(
        (str(at), asset_for(symbol).name, f"{z:+.2f}".replace("-", "−"), f"{questions:,}")
        for at, (symbol, z, questions) in enumerate(stands.scores, start=1)
    )
    return Table(("", "leader", "middle z", "questions"), rows, (0, 2, 3), "Leaders, asked the same questions")


def _ranked(scan: Scan) -> Table:
    rows = tuple(answer_texts(row, scan.terms.outcome) for row in scan.rows[:MOST_ROWS])
    title = "The least probable answers first"
    if len(scan.rows) > MOST_ROWS:
        title += f" ({MOST_ROWS} of {len(scan.rows):,})"
    return Table(HEADS, rows, (1, *range(3, len(HEADS))), title)


def _refused(scan: Scan) -> Table:
    """Return why questions were not answered, each reason once."""
    told: dict[tuple[str, str, str], int] = {}
    for one in scan.refused:
        key = (one.leader, one.follower, one.refusal or "")
        told[key] = told.get(key, 0) + 1
    rows = tuple((*key[:2], str(count), key[2]) for key, count in list(told.items())[:MOST_ROWS])
    return Table(("leader", "follower", "questions", "why"), rows, (2,), "Not answered")


def _warnings(answer: ScanAnswer) -> tuple[str, ...]:
    return tuple(f"{symbol}: {warning}" for symbol, _, _, _, warning in answer.data if warning)


def _provenance(answer: ScanAnswer, request: ScanRequest) -> tuple[str, ...]:
    terms = answer.scan.terms
    return (
        *(f"{symbol} {source} {date_text(first)} to {date_text(last)}"
          for symbol, source, first, last, _ in answer.data),
        f"N {', '.join(map(str, terms.sessions_below))}; {', '.join(map(str, terms.horizons))} days",
        f"outcome {terms.outcome}, all {len(request.leaders)} × {len(request.followers)} pairs",
        "exact, no seed",
    )  # fmt: skip
