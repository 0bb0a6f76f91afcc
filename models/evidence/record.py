"""A study as plain values that JSON can hold: ISO dates, numbers, null for what is missing."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from models.evidence.event_study import BaseRate, Cell, EventStudy, Figures, Occurrence
from models.evidence.paths import AveragePath, Way
from models.evidence.specification import SpecificationCurve
from models.evidence.verdict import verdict
from models.evidence.words import sentence

DEFINITIONS = {
    "A": "higher at the end of the horizon than at the entry",
    "B": "higher by the step or more at the end of the horizon",
    "C": "a close higher by the step at any time until the end of the horizon",
    "D": "a close higher by the step before one lower by the step; neither is left out",
}


def as_record(study: EventStudy) -> dict[str, object]:
    """Return the study with the stable keys of the command line (section 8 of the definitions)."""
    terms = study.terms
    return {
        "leader": study.leader.asset.symbol,
        "source": study.leader.source,
        "events": [day.isoformat() for day in study.events],
        "outcome": terms.outcome,
        "definition": DEFINITIONS[terms.outcome],
        "step": terms.step,
        "horizons": list(terms.horizons),
        "window": [_day(terms.first), _day(terms.last)],
        "claimed": terms.claimed,
        "correction": terms.correction,
        "family": study.family,
        "draws": terms.draws,
        "seed": terms.seed,
        "results": [_cell(study, cell) for cell in study.cells],
        "paths": {
            follower.asset.symbol: _path(path) for follower, path in zip(study.followers, study.paths, strict=False)
        },
    }


def curve_record(curve: SpecificationCurve) -> dict[str, object]:
    """Return a specification curve with stable keys: what all definitions say together, then each of them."""
    return {
        "horizon": curve.horizon,
        "median_effect": curve.median_effect,
        "p_median": curve.p_median,
        "p_largest": curve.p_largest,
        "specifications": [
            {field.name: getattr(one.rule, field.name) for field in fields(one.rule)}
            | {"n": one.n, "effect": one.effect, "z": one.z}
            for one in curve.specifications
        ],
    }


def _cell(study: EventStudy, cell: Cell) -> dict[str, object]:
    follower = next(follower for follower in study.followers if follower.asset.symbol == cell.symbol)
    finding = verdict(cell, ())
    return {
        "follower": cell.symbol,
        "source": follower.source,
        "data_until": follower.last.isoformat() if len(follower) else None,
        "horizon": cell.horizon,
        "n": cell.n,
        "k": cell.hits,
        "n_cens": cell.censored,
        "n_nonoverlap": cell.nonoverlapping,
        "n_undecided": cell.undecided,
        "n_no_price": cell.no_price,
        **_base(cell.base),
        **_figures(cell.figures),
        "verdict": finding.verdict.value,
        "reason": finding.reason,
        "sentence": sentence(study, cell.symbol, cell.horizon),
        "refusal": cell.refusal,
        "occurrences": [_occurrence(one) for one in cell.occurrences],
    }


def _base(base: BaseRate | None) -> dict[str, object]:
    return {
        "p0": base.rate if base else None,
        "T": base.sessions if base else 0,
        "p0_interval": plain(base.interval) if base else None,
        "p0_block": base.block if base else None,
        "base_first": _day(base.first) if base else None,
        "base_last": _day(base.last) if base else None,
        "windows": base.windows if base else None,
        "base_mean": base.mean if base else None,
        "base_median": base.median if base else None,
        "base_mean_log": base.mean_log if base else None,
    }


def _figures(figures: Figures | None) -> dict[str, object]:
    """Return the keys of the figures, with null behind each where there are none."""
    names = {
        "share": "share", "wilson": "wilson", "jeffreys": "jeffreys", "mean": "mean", "median": "median",
        "mean_log": "mean_log", "shift_p": "shift_returns", "shift_p_hits": "shift_hits", "era_p": "era", "p": "p",
        "p_adjusted": "adjusted", "claim": "claim",
    }  # fmt: skip
    return {key: plain(getattr(figures, name)) if figures else None for key, name in names.items()}


def _occurrence(one: Occurrence) -> dict[str, object]:
    return {
        "session": one.session.isoformat(),
        "status": one.status.name.lower(),
        "entered": _day(one.entered),
        "entry": one.entry,
        "left": _day(one.left),
        "exit": one.exit,
        "return": one.simple,
        "hit": one.hit,
    }


def _path(path: AveragePath) -> dict[str, object]:
    return {
        "offsets": path.offsets.tolist(),
        "n": path.n,
        "T": path.sessions,
        "mean": plain(path.mean),
        "median": plain(path.median),
        "low": plain(path.low),
        "high": plain(path.high),
        "p": path.p,
        "ways": [_way(way) for way in path.ways],
    }


def _way(way: Way) -> dict[str, object]:
    return {"session": way.session.isoformat(), "complete": way.complete, "values": plain(way.values)}


def plain(value: Any) -> object:  # noqa: ANN401 - whatever a result holds
    """Return numbers, arrays and frozen results as what JSON knows; what is no number becomes null."""
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _day(day: object) -> str | None:
    return None if day is None else str(day)
