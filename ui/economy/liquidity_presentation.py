"""What the panel on net liquidity shows: its level and parts, prices beside it, and changes over 13 weeks."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np

from models.dates import date_text
from models.evidence.words import percent
from models.lab.money import MoneyRequest
from models.macro.economy import FALSE_EXPANSION
from models.macro.money import ANNOUNCED, Money
from models.macro.regimes import Regimes
from ui.economy.latest import begin, days_of, latest_table, line, notes_of, phase_table, span
from ui.lab.presentation import Axis, Layer, Level, Picture, Presentation, Table
from ui.theme import series_role

HOW = (
    "Net liquidity is the balance sheet of the Federal Reserve less the Treasury’s account and the reverse repo"
    " facility, on the Wednesdays of the statement. It is known on Thursday evening in New York.",
    "A regime is called expanding when the balance sheet is 1 % larger than 13 weeks before, four weeks in a row, and"
    " until that is less than 0.25 %; shrinking is the same the other way round; flat is the rest. The rule was fixed"
    " beforehand. It is applied to the securities that are held, which are policy, and to all assets, which banks can"
    " swell by borrowing.",
    "The change of a price over 13 weeks is the log return from the first close after the one figure to the first close"
    " after the other. Neighbouring weeks share twelve of their thirteen weeks, so few of them are independent. Whether"
    " liquidity comes first is tested on the page Liquidity of the evidence lab.",
)
_TINTS = {"expanding": "up", "shrinking": "down"}


def present(found: Money, request: MoneyRequest) -> Presentation:
    """Return the panel as it is shown."""
    since = max(begin(_now(found), request.years), float(days_of(found.net.date[:1])[0]))
    return Presentation(
        title="Liquidity",
        sentence=_sentence(found),
        pictures=(_parts(found, since), *_prices(found, since), _changes(found, since)),
        tables=(
            latest_table(found.rows), _correlations(found),
            phase_table("Regimes of the securities held (policy)", found.securities.phases()),
            phase_table("Regimes of the whole balance sheet (liquidity)", found.total.phases()), _announced(),
        ),
        notes=(*_false_expansion(found), *notes_of(found.rows)),
        struck=tuple(
            f"The levels of net liquidity and {one.name} correlate at {one.r_levels:+.2f}, as all that grows does."
            for one in found.beside
            if math.isfinite(one.r_levels)
        ),
        how=HOW,
        provenance=(
            f"{date_text(found.net.date[0].astype(object))} to {date_text(found.net.date[-1].astype(object))},"
            f" {len(found.net):,} weeks",
            "figures as first published" if found.first_published else "figures as they stand now (revised data)",
            f"Treasury account of the Wednesday in {percent(_wednesdays(found))} of weeks, else the week's average",
        ),
    )  # fmt: skip


def _now(found: Money) -> dt.datetime:
    return dt.datetime.combine(found.net.date[-1].astype(object), dt.time(), dt.UTC)


def _wednesdays(found: Money) -> float:
    return sum(name == "WDTGAL" for name in found.net.account) / len(found.net)


def _sentence(found: Money) -> str:
    net = found.net
    said = (
        f"On {date_text(net.date[-1].astype(object))} net liquidity was {net.value[-1]:,.0f} billion dollars:"
        f" {net.balance[-1]:,.0f} on the Federal Reserve’s balance sheet less {net.treasury[-1]:,.0f} in the Treasury’s"
        f" account and {net.repo[-1]:,.0f} in reverse repos."
    )
    if math.isfinite(found.growth[-1]):
        said += f" That is {_signed(found.growth[-1])} against 13 weeks before."
    for regimes, name in ((found.securities, "The securities held are"), (found.total, "The whole balance sheet is")):
        if len(regimes):
            phase = regimes.phases()[-1]
            said += f" {name} {phase.kind} since {date_text(phase.first)}."
    return said


def _signed(share: float) -> str:
    return f"{share * 100:+.1f} %".replace("-", "−")


def _false_expansion(found: Money) -> tuple[str, ...]:
    if not found.differs:
        return ()
    when = " and ".join(f"{date_text(phase.first)} to {date_text(phase.last)}" for phase in found.differs)
    spring = any(phase.first.year == 2023 for phase in found.differs)
    return (
        f"The whole balance sheet is called expanding while the securities are not: {when}."
        + (f" {FALSE_EXPANSION}" if spring else ""),
    )


def _bands(regimes: Regimes, since: float, name: str) -> list[Layer]:
    found = (
        span(phase.first, phase.last + dt.timedelta(days=6), since, _TINTS[phase.kind], f"{name} {phase.kind}")
        for phase in regimes.phases()
        if phase.kind in _TINTS
    )
    return [one for one in found if one is not None]


def _dates(found: Money, since: float) -> Axis:
    ends = [found.net.date[-1], *(one.session[-1] for one in found.beside if len(one.session))]
    return Axis("date", low=since, high=float(days_of(np.array(ends)).max()))


def _parts(found: Money, since: float) -> Picture:
    net = found.net
    layers: tuple[Layer, ...] = (
        *_bands(found.total, since, "all assets"),
        line(net.date, net.balance, since, "muted", "balance sheet"),
        line(net.date, net.treasury, since, "eth", "Treasury’s account"),
        line(net.date, net.repo, since, "sol", "reverse repos"),
        line(net.date, net.value, since, "accent", "net liquidity", width=2.5),
    )
    return Picture(
        "Net liquidity and its parts, billions of dollars", layers, _dates(found, since), Axis("number"),
        f"{len(net):,} weeks", _sentence(found),
    )  # fmt: skip


def _prices(found: Money, since: float) -> tuple[Picture, ...]:
    pictures = []
    for one in found.beside:
        tints = _bands(found.securities if len(found.securities) else found.total, since, "")
        shown = days_of(one.session) >= since
        if not shown.any():
            continue
        base = one.close[shown][0]
        layers = (*tints, line(one.session, np.log(one.close / base), since, series_role(one.symbol), one.name))
        pictures.append(
            Picture(
                f"{one.name} on the same dates, log scale", layers, _dates(found, since), Axis("log percent"),
                "tinted: green expanding, red shrinking", f"{one.name} since the first date that is shown.",
            )
        )  # fmt: skip
    return tuple(pictures)


def _changes(found: Money, since: float) -> Picture:
    net = found.net
    layers = (
        Level(0.0, dashed=False),
        line(net.date, np.log1p(found.growth), since, "accent", "net liquidity", width=2.5),
        *(line(net.date, one.change, since, series_role(one.symbol), one.name) for one in found.beside),
    )  # fmt: skip
    return Picture(
        "Changes over 13 weeks", layers, _dates(found, since), Axis("log percent"),
        " · ".join(f"r = {one.r_changes:+.2f} with {one.symbol}, {one.apart} apart" for one in found.beside),
        "Changes over 13 weeks of net liquidity and of the prices.",
    )  # fmt: skip


def _correlations(found: Money) -> Table:
    rows = tuple((one.name, f"{one.r_changes:+.2f}", f"{one.n_changes:,}", str(one.apart)) for one in found.beside)
    heads = ("changes over 13 weeks", "correlation", "weeks", "that do not overlap")
    return Table(heads, rows, (1, 2, 3), "Net liquidity and prices over the same weeks, no forecast")


def _announced() -> Table:
    rows = tuple((name, date_text(first), date_text(last) if last else "open") for name, first, last in ANNOUNCED)
    return Table(("as announced", "from", "through"), rows, (), "What the Federal Reserve announced (not by our rule)")
