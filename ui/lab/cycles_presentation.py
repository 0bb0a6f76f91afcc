"""What the page and the report show of cycles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.dates import date_text
from models.evidence.concordance import ERRORS, Concordance
from models.evidence.four_year import PERIOD, Wave
from models.evidence.words import percent
from models.lab.business_cycle import SOURCE, UNTIL, peak_to_peak
from models.lab.cycles import Cycles, CyclesRequest, Phases
from ui.lab.cycles_pictures import key_of, pictures
from ui.lab.presentation import Presentation, Table

HOW = (
    "By size (Lunde and Timmermann 2004), on daily closes: a bull market ends once the close has fallen from its top by"
    " more than one threshold, a bear market once it has risen from its bottom by more than the other. By duration (Bry"
    " and Boschan 1971, as Pagan and Sossounov 2003 set it for shares), on month-end closes: a top is the highest of"
    " the eight months on either side, none lies within six months of an end, a phase lasts four months or moves by"
    " 20 %, a cycle from top to top lasts sixteen.",
    "A turn is dated at its extreme, but nobody knew it then. By size it was known on the day on which the threshold"
    " was passed, and never changes afterwards. By duration it was known when the rules, given only the months until"
    " then, found it for good; turns that were found on the way and taken back again are counted.",
    "Two series are compared month by month: how often were both in the same phase? Two that mostly rise agree by"
    " chance, so the share stands beside that of independence, and all shifts of one against the other, round the end,"
    " decide. A t of their correlation, with errors that allow for 12, 4 or 24 months of inertia, is given only where"
    " both have six changes of phase or more; one recession can give a large t that means nothing.",
    "For a cycle of four years a wave of 48 months is fitted to what a trend leaves of the monthly log price, once with"
    " a trend in time and once in its logarithm. Random walks show such waves too, so thousands of them, made of the"
    " same monthly changes, are fitted in the same way; so are series (AR(1)) that return to their trend with as much"
    " inertia as the price does. The best period is held against the best period of each of them.",
    "Recessions are those of the NBER, which tells them months later. Halvings of bitcoin are drawn for orientation:"
    " there are four, and no figure is worked out from them.",
)


def present(found: Cycles, _request: CyclesRequest) -> Presentation:
    """Return the study as it is shown."""
    both = found.leader, found.follower
    waves = () if isinstance(found.waves, str) else found.waves
    return Presentation(
        title="Cycles",
        sentence=found.sentence,
        pictures=pictures(found),
        tables=(_concordances(found), *_waves(waves), *(_table(phases) for phases in both)),
        notes=_notes(found),
        how=HOW,
        provenance=_provenance(found, waves),
        charts={
            key_of(phases, turn.row): (phases.symbol, _day(phases, turn.row))
            for phases in both
            for turn in phases.turns
        },
    )


def _concordances(found: Cycles) -> Table:
    pairs = (
        (f"{found.leader.symbol} and {found.follower.symbol}", found.together),
        (f"US economy and {found.follower.symbol}", found.with_economy),
    )
    heads = (
        "", "months", "same phase", "by chance", "rho", "p (shifts)", "changes", *(f"t, {lags} lags" for lags in ERRORS)
    )  # fmt: skip
    return Table(
        heads, tuple(_row(name, one) for name, one in pairs), tuple(range(1, len(heads))), "In the same phase?"
    )


def _row(name: str, found: Concordance | str) -> tuple[str, ...]:
    if isinstance(found, str):
        return (name, *("–",) * (6 + len(ERRORS)))
    given = tuple(f"{t:+.1f}".replace("-", "−") for t in found.t)
    return (
        name, str(found.n), percent(found.share), percent(found.expected), f"{found.rho:+.2f}".replace("-", "−"),
        f"{found.p:.2f}", f"{found.changes[0]} and {found.changes[1]}", *(given or ("too few", "–", "–")),
    )  # fmt: skip


def _waves(waves: tuple[Wave, ...]) -> tuple[Table, ...]:
    if not waves:
        return ()
    texts: tuple[tuple[str, Callable[[Wave], str]], ...] = (
        ("trend", lambda wave: wave.trend),
        ("months", lambda wave: str(wave.months)),
        ("cycles", lambda wave: f"{wave.cycles:.1f}"),
        ("explained", lambda wave: percent(wave.share)),
        ("as many random walks", lambda wave: percent(wave.p_walk)),
        ("as many AR(1)", lambda wave: percent(wave.p_inertia)),
        ("best period", lambda wave: f"{wave.best} months"),
        ("explained by it", lambda wave: percent(wave.best_share)),
        ("random walks’ best", lambda wave: percent(wave.p_best)),
        ("AR(1)’s best", lambda wave: percent(wave.p_best_inertia)),
    )
    rows = tuple(tuple(text(wave) for _, text in texts) for wave in waves)
    return (Table(tuple(head for head, _ in texts), rows, tuple(range(1, len(texts))), f"A wave of {PERIOD} months"),)


def _table(phases: Phases) -> Table:
    rows = tuple(
        (
            "peak" if turn.peak else "trough",
            date_text(_day(phases, turn.row)),
            f"{phases.close[turn.row]:,.2f}",
            date_text(_day(phases, turn.known)),
            f"{_wait(phases, turn.row, turn.known):,} days",
        )
        for turn in phases.turns
    )
    keys = tuple(key_of(phases, turn.row) for turn in phases.turns)
    heads = ("", "date", "close", "known on", "after")
    return Table(heads, rows, (2, 4), f"Turning points of {phases.symbol}", keys)


def _notes(found: Cycles) -> tuple[str, ...]:
    months = peak_to_peak()
    told = [
        "Turning points are dated in hindsight: nobody could act on one before the day on which it was first known.",
        f"From one peak of the US economy to the next it took {months.mean():.0f} months on average from 1948 to 2020"
        f" (median {np.median(months):.0f}, standard deviation {months.std(ddof=1):.0f}), not {PERIOD}.",
    ]
    taken = [f"{each.withdrawn} of {each.symbol}" for each in (found.leader, found.follower) if each.withdrawn]
    if taken:
        told.append(f"Turns that the rules told in real time and took back later: {' and '.join(taken)}.")
    return tuple(told)


def _provenance(found: Cycles, waves: tuple[Wave, ...]) -> tuple[str, ...]:
    both = found.leader, found.follower
    windows = [
        f"{each.symbol} {date_text(_day(each, 0))} to {date_text(_day(each, -1))}"
        + (f", {each.source}" * bool(each.source))
        for each in both
    ]
    return (
        *windows, f"{SOURCE}, until {UNTIL}", *(f"{one.draws:,} random walks, seed {one.seed}" for one in waves[:1])
    )  # fmt: skip


def _wait(phases: Phases, row: int, known: int) -> int:
    return int((phases.session[known] - phases.session[row]).astype(np.int64))


def _day(phases: Phases, row: int) -> object:
    return phases.session[row].astype(object)
