"""The controls as plain values that JSON can hold: other leaders, and the basket with how many of it died."""

from __future__ import annotations

from collections.abc import Sequence

from models.evidence.controls import Basket
from models.evidence.event_study import EventStudy
from models.evidence.record import as_record


def basket_record(basket: Basket) -> dict[str, object]:
    """Return what the basket holds, and what its membership leaves out; null for dates where it is empty."""
    series = basket.series
    return {
        "symbol": series.asset.symbol,
        "members": list(basket.members),
        "members_count": len(basket.members),
        "died": list(basket.died),
        "died_count": len(basket.died),
        "label": basket.label,
        "source": series.source,
        "first": series.first.isoformat() if len(series) else None,
        "last": series.last.isoformat() if len(series) else None,
        "sessions": len(series),
    }


def leaders_record(studies: Sequence[EventStudy]) -> list[dict[str, object]]:
    """Return the same study of each leader, without paths, and per leader how many of its breaks counted."""
    return [
        {"breaks": len(study.events)} | {key: value for key, value in as_record(study).items() if key != "paths"}
        for study in studies
    ]
