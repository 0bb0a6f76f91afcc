"""Keeps the forecasts of each week without being asked, and scores those whose day has passed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Slot

from data.calendar import ROUND_THE_CLOCK
from data.database import StoreError
from data.forecasts import ForecastBook, Question
from data.source import Cancelled
from models.desk import Desk
from models.jobs import Jobs
from models.market import Market
from models.refresh import Parts
from models.snapshot import AssetView

HORIZONS = (30, 90, 180, 365)
_LOG = logging.getLogger(__name__)


class ForecastKeeper(QObject):
    """Looks each time that rules were judged, and works only when a bar has settled since; never in a made-up world.

    The leader is the first watched asset that is no coin, the targets are all coins.
    """

    def __init__(self, desk: Desk, jobs: Jobs, market: Market, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts, self._jobs, self._market = desk.parts, jobs, market
        self._looked_at: object = None
        if desk.world == "real":
            market.judged.connect(self._follow)

    @Slot(object)
    def _follow(self, _alerts: object) -> None:
        views = dict(self._market.snapshot.assets)
        now = tuple((symbol, len(view.bars), *view.bars.final[-2:].tolist()) for symbol, view in views.items())
        if now != self._looked_at:
            self._looked_at = now
            self._jobs.run(partial(keep_forecasts, self._parts, views), _complain)


def keep_forecasts(parts: Parts, views: Mapping[str, AssetView], cancelled: Cancelled) -> str:
    """Keep and score for every coin and horizon; returns what went wrong, or nothing.  To be called in a worker."""
    from models.lab.asking import RefusedError
    from models.lab.forecast_log import log
    from models.lab.reading import shown_inputs

    coins = [symbol for symbol, view in views.items() if view.asset.calendar == ROUND_THE_CLOCK]
    leader = next((symbol for symbol in views if symbol not in coins), None)
    book, now = ForecastBook(parts.store.database), parts.clock()
    for target in coins if leader is not None else ():
        try:
            inputs = shown_inputs(views, (str(leader), target), parts.calendars, now)
            for horizon in HORIZONS:
                if cancelled():
                    return ""
                log(book, Question(str(leader), target, horizon), inputs)
        except RefusedError:  # nothing is stored of one of them yet, and the next look will see
            continue
        except StoreError as error:
            return error.message
    return ""


def _complain(problem: str) -> None:
    if problem:
        _LOG.warning("no forecast was kept: %s", problem)
