"""The recorded past of a profile, laid out anew to be played: a desk that touches nothing of the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from data.catalog import asset_for
from data.ledger import Ledger
from data.playback import PlaybackClock, PlaybackSource, Record
from data.profile import Profile
from data.rulebook import Rulebook
from data.store import Store
from models.desk import Desk, adjusted
from models.refresh import RUSSELL_FUND, Clock, Parts
from models.rules.keeping import keep_all, kept_rules


class NothingToPlayError(Exception):
    """There are no prices to play; the text is for the user."""


def lay_out_past(real: Desk, profile: Profile, start: dt.date, real_clock: Clock) -> Desk:
    """Return a desk whose clock stands at the beginning of day `start` (UTC) and whose source gives the real bars.

    `profile` is an empty one; it gets the real settings and rules, every rule armed at the start, and no bar: those
    come from the source as they settle.  Reads from `real` only.  Raises `NothingToPlayError` and `StoreError`.
    """
    records = _records(real)
    if not records:
        raise NothingToPlayError("No prices are stored yet, so there is no past to play. Please fetch or import some.")
    clock = PlaybackClock(real_clock, dt.datetime.combine(start, dt.time(), dt.UTC), _end(records, real.parts.clock()))
    profile.create()
    store = Store.open(profile.database, clock())
    _copy_rules(real, store, clock())
    calendars = real.parts.calendars
    sources = (PlaybackSource(MappingProxyType(records), clock, calendars),)
    parts = adjusted(Parts(store, calendars, clock), sources, real.settings)
    assets = tuple(asset for asset in real.assets if asset.symbol in records)
    settings = replace(real.settings, watchlist=tuple(asset.symbol for asset in assets), start_hidden=False)
    return Desk(profile, settings, sources, parts, Ledger(store), assets, "playback", clock)


def _records(real: Desk) -> dict[str, Record]:
    wanted = dict.fromkeys((*(asset.symbol for asset in real.assets), RUSSELL_FUND))
    stored = {symbol: real.parts.store.bars(asset_for(symbol).symbol) for symbol in wanted}
    settled = {symbol: Record(each.bars.settled(), each.source) for symbol, each in stored.items()}
    return {symbol: record for symbol, record in settled.items() if len(record.bars)}


def _end(records: Mapping[str, Record], now: dt.datetime) -> dt.datetime:
    """Return when the last bar had surely settled, wherever it was traded."""
    last: dt.date = max(record.bars.session[-1] for record in records.values()).astype(object)
    return min(dt.datetime.combine(last + dt.timedelta(days=2), dt.time(), dt.UTC), now)


def _copy_rules(real: Desk, store: Store, start: dt.datetime) -> None:
    kept = kept_rules(Rulebook(real.parts.store), real.parts.clock()).kept
    played = Rulebook(store)
    for removed in {each.rule.key for each in kept_rules(played, start).kept} - {each.rule.key for each in kept}:
        played.remove(removed, start)
    keep_all(played, [each.rule for each in kept], start)
