"""What the verbs work with."""

from __future__ import annotations

from dataclasses import dataclass

from data.catalog import Asset
from data.ledger import Ledger
from data.profile import Profile
from data.settings import Settings
from models.refresh import Parts


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request that cannot be met, in one clear sentence for the user; the exit code is 1."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the app, built and not started."""

    profile: Profile
    settings: Settings
    parts: Parts
    ledger: Ledger
    assets: tuple[Asset, ...]
    simulated: bool = False
