"""Rules to begin with: the common ones, ready to be armed or changed."""

from __future__ import annotations

from dataclasses import dataclass

from data.catalog import BITCOIN, RUSSELL_2000
from models.breakout import State
from models.rules.rule import (
    AllOf,
    AtHigh,
    Crosses,
    Drawdown,
    Extreme,
    InRegime,
    Move,
    Rule,
    Subject,
    WithinHigh,
)

_INDEX = RUSSELL_2000.symbol
_COIN = BITCOIN.symbol


@dataclass(frozen=True, slots=True)
class Template:
    """A rule to begin with, and what it is good for, in a sentence."""

    rule: Rule
    about: str


def templates(symbol: str = _INDEX, coin: str = _COIN, level: float = 2500.0) -> tuple[Template, ...]:
    """Return the templates for an asset, beside a coin where two assets are meant; `level` is a price of the asset.

    Their keys are only proposals: each must be made one of its own before it is kept.
    """
    of, beside = Subject(symbol), Subject(coin)
    broken = AtHigh(of, (State.BREAK,))
    return (
        Template(
            Rule(key="break", name="Break of the all-time high", condition=broken),
            "The first close above a high that has stood for a while.",
        ),
        Template(
            Rule(key="confirmed-break", name="Confirmed break", condition=AtHigh(of, (State.CONFIRMED,))),
            "Fewer false starts, told a few sessions later.",
        ),
        Template(
            Rule(key="failed-break", name="Failed break", condition=AtHigh(of, (State.FAILED,))),
            "A break that fell back below the high it had broken.",
        ),
        Template(
            Rule(key="touch", name="Live touch of the high", condition=AtHigh(of, (State.TOUCH,)), scope="live"),
            "The moment the price reaches its high, before the session is over; it may not last until the close.",
        ),
        Template(
            Rule(key="within-3-percent", name="Within 3 % of the high", condition=WithinHigh(of, 0.03)),
            "A break may be close.",
        ),
        Template(
            Rule(key="above-level", name="Above a price", condition=Crosses(of, "above", level)),
            "A level of your own; it can also be dragged in the chart.",
        ),
        Template(
            Rule(
                key="ratio-high",
                name="Ratio at a one-year high",
                condition=Extreme(Subject(coin, over=symbol), sessions=252),
            ),
            "The coin has done better against the index than at any close of the last year.",
        ),
        Template(
            Rule(key="drawdown-10", name="10 % below the high", condition=Drawdown(of, 0.1)),
            "What is commonly called a correction.",
        ),
        Template(
            Rule(key="coin-falls", name="Coin falls 10 % in five sessions", condition=Move(beside, -0.1, 5)),
            "A sharp fall within days.",
        ),
        Template(
            Rule(
                key="break-while-coin-rises",
                name="Break while the coin is rising",
                condition=AllOf((broken, Move(beside, 0.05, 20))),
            ),
            "A break of the index in a month in which the coin has risen as well.",
        ),
        Template(
            Rule(
                key="break-in-expansion",
                name="Break while liquidity expands",
                condition=AllOf((broken, InRegime("expanding"))),
            ),
            "A break of the index while central bank assets are growing, as far as was known then.",
        ),
    )
