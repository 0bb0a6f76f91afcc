"""Live rules between two refreshes: each tick of an asset they look at is judged at once, in a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from data.ledger import Alert
from data.rulebook import Rulebook
from data.source import Cancelled
from data.store import StoreError
from models.desk import Desk
from models.jobs import Jobs
from models.judging import live_rules, look_at_all
from models.live import LiveFeed, Tick
from models.market import Market
from models.rules.evidence import Evidence
from models.rules.keeping import KeptRule
from models.rules.live import LivePrice
from models.rules.rule import symbols

LIVE_RULES_IN_PLAYBACK = "Live rules are not looked at while the past is played: it is played by its daily bars alone."


class LiveWatch(QObject):
    """Has the feed follow the assets that live rules look at, and the rules judged on what it gives.

    It follows them whether or not they are shown, and nothing while no live rule is switched on; nor in a past that is
    played, which has no bars in progress.  While rules are judged only the newest tick of each asset waits, and one
    older than what was judged is dropped.  What the rules tell, the market announces; `troubled` has a sentence for
    the user.
    """

    troubled = Signal(str)

    def __init__(self, desk: Desk, jobs: Jobs, market: Market, feed: LiveFeed) -> None:
        super().__init__(market)
        self._clock, self._ledger, self._world = desk.parts.clock, desk.ledger, desk.world
        self.book = Rulebook(desk.parts.store)
        self._jobs, self._market, self._feed = jobs, market, feed
        self._rules: tuple[KeptRule, ...] = ()
        self._prices: dict[str, LivePrice] = {}
        self._waiting: set[str] = set()
        self._is_judging = False
        self._trouble = ""
        if desk.world == "playback":
            market.ruled.connect(self._say_why_not)
        else:
            market.ruled.connect(self._take)
            market.changed.connect(self._follow)
            feed.priced.connect(self._look)

    @Slot(object)
    def _take(self, rules: tuple[KeptRule, ...]) -> None:
        self._rules = live_rules(rules)
        self._follow()

    @Slot(object)
    def _say_why_not(self, rules: tuple[KeptRule, ...]) -> None:
        if live_rules(rules) and not self._trouble:
            self._trouble = LIVE_RULES_IN_PLAYBACK
            self.troubled.emit(LIVE_RULES_IN_PLAYBACK)

    @Slot()
    def _follow(self) -> None:
        named = {symbol for kept in self._rules for symbol in symbols(kept.rule.condition)}
        views = self._market.snapshot.assets.items()
        self._feed.follow([view.asset for symbol, view in views if symbol in named])

    @Slot(object)
    def _look(self, tick: Tick) -> None:
        held = self._prices.get(tick.symbol)
        if held is not None and held.at > tick.at:
            return
        self._prices[tick.symbol] = live_price(tick)
        self._waiting.add(tick.symbol)
        self._judge()

    def _judge(self) -> None:
        if self._is_judging or not self._waiting:
            return
        self._is_judging = True
        rules = tuple(each for each in self._rules if not self._waiting.isdisjoint(symbols(each.rule.condition)))
        self._waiting.clear()
        self._jobs.run(
            partial(self._work, rules, dict(self._prices), self._market.evidence()), self._on_judged, self._fail
        )

    def _work(
        self, rules: tuple[KeptRule, ...], prices: Mapping[str, LivePrice], evidence: Evidence, _cancelled: Cancelled
    ) -> tuple[Alert, ...] | StoreError:
        try:
            return look_at_all(rules, prices, evidence, self._ledger, self.book, self._clock(), self._world)
        except StoreError as error:
            return error

    def _on_judged(self, outcome: tuple[Alert, ...] | StoreError) -> None:
        self._is_judging = False
        problem = outcome.message if isinstance(outcome, StoreError) else ""
        if problem and problem != self._trouble:
            self.troubled.emit(problem)
        self._trouble = problem
        if not isinstance(outcome, StoreError) and outcome:
            self._market.tell(outcome)
        self._judge()

    def _fail(self, _error: Exception) -> None:
        self._is_judging = False


def live_price(tick: Tick) -> LivePrice:
    """Return the price of a tick, and how far its session has been as far as its bars go."""
    bars = tick.bars[tick.bars.session == tick.bars.session[-1]]
    close = float(bars.close[-1])
    high, low = (np.append(column[~np.isnan(column)], close) for column in (bars.high, bars.low))
    return LivePrice(bars.session[-1].astype(object), close, float(high.max()), float(low.min()), tick.at)
