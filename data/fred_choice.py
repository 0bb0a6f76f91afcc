"""FRED with the user's key where there is one, and without where there is none."""

from __future__ import annotations

import threading

from data.figures_wire import TIMEOUT
from data.fred import API_HOST, KEY_NAME, FredApi, FredCsv, tested
from data.lane import BreakerStore, Clock, Lane
from data.macro import MacroSeries, Observed
from data.secrets import Secrets, SecretsUnavailable
from data.source import Cancelled


class Fred:
    """The keyring is asked once, with the first request and off the GUI thread; locked, it means no key."""

    name = "FRED"

    def __init__(self, csv: Lane, api: Lane, secrets: Secrets, clock: Clock, *, timeout: float = TIMEOUT) -> None:
        self._csv = FredCsv(csv, clock, timeout=timeout)
        self._api = api
        self._secrets = secrets
        self._clock = clock
        self._timeout = timeout
        self._chosen: FredCsv | FredApi | None = None
        self._choosing = threading.Lock()

    def observed(self, series: MacroSeries, cancelled: Cancelled) -> Observed:
        """Return the whole history of a series; raises `FetchError`."""
        return self._source().observed(series, cancelled)

    def ask_again(self) -> None:
        """Look for the key anew, because it was entered, changed or removed."""
        with self._choosing:
            self._chosen = None

    def _source(self) -> FredCsv | FredApi:
        with self._choosing:
            if self._chosen is None:
                key = self._key()
                self._chosen = FredApi(self._api, self._clock, key, timeout=self._timeout) if key else self._csv
            return self._chosen

    def _key(self) -> str | None:
        try:
            return self._secrets.get(KEY_NAME)
        except SecretsUnavailable:  # what needs no key can be fetched all the same
            return None


def key_works(breakers: BreakerStore, clock: Clock, key: str, cancelled: Cancelled) -> str | None:
    """Ask FRED with a key before it is kept: None where it works, else the sentence for the user."""
    lane = Lane(API_HOST, per_minute=30, burst=5, breakers=breakers, clock=clock, name=Fred.name)
    return tested(FredApi(lane, clock, key), cancelled)
