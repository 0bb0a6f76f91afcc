"""When an alert may be told: quiet hours by the wall clock, and what else holds it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from data.holds import HERE, Holds
from data.ledger import Alert
from data.settings import Settings
from models.snapshot import World

HELD = "Held while quiet."
"""How an alert ends that quiet hours have kept back."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` by the wall clock of `zone` (None: this computer's), over midnight where `end` is earlier.

    The same time twice means never.
    """

    start: dt.time
    end: dt.time
    zone: dt.tzinfo | None = None

    def until(self, now: dt.datetime) -> dt.datetime | None:
        """Return when (UTC) the quiet hours end that `now` lies in; None outside them."""
        local = now.astimezone(self.zone)
        at = local.time()
        overnight = self.end < self.start
        inside = at >= self.start or at < self.end if overnight else self.start <= at < self.end
        if not inside:
            return None
        day = local.date() + dt.timedelta(days=1 if overnight and at >= self.start else 0)
        end = dt.datetime.combine(day, self.end, self.zone).astimezone(dt.UTC)
        # In the hour that a clock set back has twice, the end may have been already the first time round.
        return end if end > now else end + dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user wants of telling: quiet hours, and the names of the forwarders on duty."""

    quiet: QuietHours | None = None
    forwarders: tuple[str, ...] = ()


def policy_of(settings: Settings, world: World = "real") -> Policy:
    """Return what the settings ask for; nothing that did not happen is forwarded to anybody."""
    start, end = (dt.time.fromisoformat(text) for text in (settings.quiet_from, settings.quiet_to))
    return Policy(
        QuietHours(start, end) if settings.quiet_hours else None, settings.forwarders if world == "real" else ()
    )


@dataclass(frozen=True, slots=True)
class Released:
    """The alerts that may be told now, and when (UTC) the first of the others may be; None without any."""

    alerts: tuple[Alert, ...]
    next_at: dt.datetime | None


def release(waiting: Sequence[Alert], holds: Holds, quiet: QuietHours | None, now: dt.datetime) -> Released:
    """Sort out what may be told at `now`.  An urgent alert passes quiet hours, but no mute and no snooze."""
    quiet_until = quiet.until(now) if quiet is not None else None
    free, ends = [], []
    for alert in waiting:
        held = holds.until(alert)
        if quiet_until is not None and not alert.urgent:
            held = max(held or quiet_until, quiet_until)
        if held is None or held <= now:
            free.append(_marked(alert, quiet, now))
        else:
            ends.append(held)
    return Released(tuple(free), min(ends, default=None))


def was_held(alert: Alert) -> bool:
    """Whether quiet hours have kept the alert back until now."""
    return alert.body.endswith(HELD)


def _marked(alert: Alert, quiet: QuietHours | None, now: dt.datetime) -> Alert:
    """Say on an alert that it comes from quiet hours which are over."""
    until = quiet.until(alert.created_at) if quiet is not None and not alert.urgent else None
    return replace(alert, body=f"{alert.body}\n{HELD}") if until is not None and until <= now else alert


def is_for_here(alert: Alert, forwarders: Collection[str]) -> bool:
    """Whether this computer tells the alert: unless its rule names only forwarders, of which one is on duty."""
    return not alert.channels or HERE in alert.channels or not set(alert.channels) & set(forwarders)
