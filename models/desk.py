"""The parts of the app, built and not yet started."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from data.catalog import Asset
from data.ledger import Ledger
from data.playback import PlaybackClock
from data.profile import Profile
from data.settings import Settings
from data.source import PriceSource
from models.breakout import BreakRule, StateParameters
from models.derive import Definitions
from models.macro.refreshing import EconomySources
from models.refresh import Parts
from models.snapshot import World

NEAR_HYSTERESIS = 0.02


def no_economy(_settings: Settings) -> EconomySources:
    """Return no source: a made-up world has no economy."""
    return EconomySources()


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the window and the verbs work with.

    `sources` are all there are, `parts.sources` those that are switched on.  `playback` is the clock of a past that is
    being played, which the user stops and hurries.  `economy_of` gives the sources of figures that settings switch on.
    """

    profile: Profile
    settings: Settings
    sources: tuple[PriceSource, ...]
    parts: Parts
    ledger: Ledger
    assets: tuple[Asset, ...]
    world: World = "real"
    playback: PlaybackClock | None = None
    economy_of: Callable[[Settings], EconomySources] = no_economy

    @property
    def is_hurried(self) -> bool:
        """Whether its clock runs faster than anybody's: that of a world that is not the real one."""
        return self.world != "real"


def definitions_of(settings: Settings) -> Definitions:
    """Return the definitions that the settings ask for."""
    near = settings.near_percent / 100
    return Definitions(
        BreakRule(sessions_below=settings.sessions_below),
        StateParameters(
            near_in=near,
            near_out=near + NEAR_HYSTERESIS,
            confirm_closes=settings.confirm_closes,
            sessions_below=settings.sessions_below,
        ),
    )


def switched_on(sources: tuple[PriceSource, ...], settings: Settings) -> tuple[PriceSource, ...]:
    """Return the sources that the user left switched on, in their order; one without a switch is on."""
    return tuple(source for source in sources if getattr(settings, f"use_{source.name.lower()}", True))


def adjusted(parts: Parts, sources: tuple[PriceSource, ...], settings: Settings) -> Parts:
    """Return the parts as the settings ask for them."""
    return replace(
        parts,
        sources=switched_on(sources, settings),
        definitions=definitions_of(settings),
        cross_check=settings.cross_check,
        follower=settings.follower,
        horizon=settings.horizon_days,
        keep_judgements=dt.timedelta(days=settings.keep_judgements_days),
    )
