"""What a way of telling the user has in common with the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import SignalInstance

from data.ledger import Alert

Clock = Callable[[], dt.datetime]


class Channel(Protocol):
    """One way to reach the user: the desktop's notification, the tray's balloon, the window's toast.

    `reported` carries a `Receipt` for every alert given to `deliver` ("delivered" only where it is proved), and later
    ones when it was clicked or dismissed; `activated` carries the alert that the user wants to see;
    `availability_changed` tells that it has become worth trying, or no longer is.
    """

    @property
    def name(self) -> str:
        """How receipts call it: "notification", "tray", "toast"."""
        ...

    @property
    def in_window(self) -> bool:
        """Whether it shows inside the app's own window, where saying it once more does no harm."""
        ...

    @property
    def reported(self) -> SignalInstance:
        """Signal(Receipt)."""
        ...

    @property
    def activated(self) -> SignalInstance:
        """Signal(Alert)."""
        ...

    @property
    def availability_changed(self) -> SignalInstance:
        """Signal(bool)."""
        ...

    def available(self) -> bool:
        """Whether it is worth trying now."""
        ...

    def deliver(self, alert: Alert) -> None:
        """Tell the user; returns at once."""
        ...


@runtime_checkable
class Starting(Protocol):
    """A channel that needs a moment after its start to find out whether it works."""

    def coming(self) -> bool:
        """Whether it is still finding out; `availability_changed` follows in any case, and within a bound."""
        ...


@runtime_checkable
class Answering(Protocol):
    """A channel whose messages have more to press than "Open chart"."""

    @property
    def snoozed(self) -> SignalInstance:
        """Signal(Alert, datetime): the alert shall be told once more at that UTC instant."""
        ...

    @property
    def asked_why(self) -> SignalInstance:
        """Signal(Alert): the user wants to know why it was told."""
        ...
