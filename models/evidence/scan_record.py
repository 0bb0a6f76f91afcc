"""A scan as plain values with stable keys, for JSON and for comparing results to the last digit."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields
from typing import TYPE_CHECKING

from models.evidence.placebo import Tails
from models.evidence.record import DEFINITIONS, plain
from models.evidence.scan import Finding, Ranked, Scan
from models.evidence.scan_words import best_sentence, scan_sentence, standing_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.evidence.standing import Standing

Data = tuple[str, str, dt.date, dt.date, str]


def scan_record(scan: Scan, stands: Standing | None, data: Sequence[Data] = ()) -> dict[str, object]:
    """Return the scan with the stable keys of the command line."""
    terms = scan.terms
    return {
        "leaders": list(scan.leaders),
        "followers": list(scan.followers),
        "sessions_below": list(terms.sessions_below),
        "horizons": list(terms.horizons),
        "outcome": terms.outcome,
        "definition": DEFINITIONS[terms.outcome],
        "step": terms.step,
        "window": [_day(terms.first), _day(terms.last)],
        "data": [
            {"symbol": symbol, "source": source, "first": str(first), "last": str(last), "warning": warning or None}
            for symbol, source, first, last, warning in data
        ],
        "asked": scan.asked,
        "family": len(scan.rows),
        "p_below_5_percent": scan.small,
        "expected_by_chance": scan.expected,
        "stand_bh": scan.stand_bh,
        "stand_by": scan.stand_by,
        "sentence": " ".join(filter(None, (scan_sentence(scan), best_sentence(scan)))),
        "special": None if stands is None else _standing(stands),
        "results": [_ranked(row) for row in scan.rows],
        "refused": [_refused(one) for one in scan.refused],
    }


def as_bytes(scan: Scan, stands: Standing | None) -> bytes:
    """Return the scan as text in which any two different numbers differ."""
    return json.dumps(scan_record(scan, stands), allow_nan=False).encode()


def _ranked(row: Ranked) -> dict[str, object]:
    return _finding(row.finding) | {"p_bh": row.bh, "p_by": row.by}


def _finding(one: Finding) -> dict[str, object]:
    p = one.p or Tails(1.0, 1.0)
    return {
        "leader": one.leader,
        "follower": one.follower,
        "N": one.sessions_below,
        "horizon": one.horizon,
        "n": one.n,
        "k": one.hits,
        "n_cens": one.censored,
        "n_nonoverlap": one.nonoverlapping,
        "share": one.share,
        "wilson": plain(one.wilson),
        "p0": one.rate,
        "T": one.sessions,
        "effect": one.effect,
        "z": one.z,
        "shift_p": plain(p),
        "joint_p": one.joint,
    }


def _refused(one: Finding) -> dict[str, object]:
    keys = ("leader", "follower", "N", "horizon", "n", "n_cens")
    told = _finding(one)
    return {key: told[key] for key in keys} | {"refusal": one.refusal}


def _standing(stands: Standing) -> dict[str, object]:
    return {
        "leader": stands.leader,
        "sentence": standing_sentence(stands),
        "overall": plain(stands.overall),
        "scores": [{"leader": symbol, "median_z": z, "questions": count} for symbol, z, count in stands.scores],
        "left_out": list(stands.left_out),
        "by_question": [
            {"follower": follower, "N": below, "horizon": horizon}
            | {field.name: getattr(place, field.name) for field in fields(place)}
            for (follower, below, horizon), place in stands.questions
        ],
    }


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
