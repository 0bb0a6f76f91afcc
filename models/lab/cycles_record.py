"""The study of cycles as plain values that JSON can hold."""

from __future__ import annotations

from models.evidence.record import plain
from models.lab.business_cycle import HALVINGS, RECESSIONS, UNTIL
from models.lab.cycles import Cycles, Phases


def cycles_record(found: Cycles) -> dict[str, object]:
    """Return the study with the stable keys of the command line (section 8 of the definitions)."""
    return {
        "leader": _phases(found.leader),
        "follower": _phases(found.follower),
        "together": plain(found.together),
        "with_economy": plain(found.with_economy),
        "waves": plain(found.waves),
        "recessions": [{"first": first, "last": last} for first, last in RECESSIONS],
        "recessions_until": UNTIL,
        "halvings": plain(HALVINGS),
        "sentence": found.sentence,
    }


def _phases(phases: Phases) -> dict[str, object]:
    """Return turns with their dates and closes, and the phase by month; the daily closes can be exported instead."""
    return {
        "symbol": phases.symbol,
        "source": phases.source,
        "method": phases.method,
        "rise": phases.rise,
        "fall": phases.fall,
        "first": plain(phases.session[0].astype(object)),
        "last": plain(phases.session[-1].astype(object)),
        "withdrawn": phases.withdrawn,
        "turns": [
            {
                "row": turn.row,
                "peak": turn.peak,
                "known": turn.known,
                "date": plain(phases.session[turn.row].astype(object)),
                "close": plain(phases.close[turn.row]),
                "known_on": plain(phases.session[turn.known].astype(object)),
            }
            for turn in phases.turns
        ],
        "month": plain(phases.month),
        "state": plain(phases.state),
    }
