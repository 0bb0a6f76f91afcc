"""The study of analogs as JSON: matches, null quantiles, p and the forecasts made on the way (section 8)."""

from __future__ import annotations

import numpy as np

from models.evidence.analogs import Analogs
from models.evidence.record import plain

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def as_record(found: Analogs) -> dict[str, object]:
    """Return the study with stable keys; returns are logs, `course` and the searched history are left out."""
    terms = found.terms
    return {
        "query": found.query,
        "history": found.history,
        "first": plain(found.first),
        "last": plain(found.last),
        "m": terms.m,
        "horizon": terms.horizon,
        "unit": terms.unit,
        "matches": [
            {
                "first": plain(match.first),
                "last": plain(match.last),
                "distance": match.distance,
                "r": match.r,
                "within": match.within,
                "ahead": match.ahead,
            }
            for match in found.matches
        ],
        "n": len(found.matches),
        "hits": found.hits,
        "spread": plain(found.spread),
        "candidates": found.candidates,
        "n_nonoverlap": found.apart,
        "base_rate": found.base_rate,
        "base_median": found.base_median,
        "median_distance": found.median_distance,
        "p": found.p,
        "null": plain(found.null),
        "null_quantiles": {f"{at:g}": float(np.quantile(found.null, at)) for at in _QUANTILES},
        "draws": terms.draws,
        "block": terms.block,
        "seed": terms.seed,
        "walk": plain(found.walk),
        "sources": list(found.sources),
        "sentence": found.sentence,
    }
