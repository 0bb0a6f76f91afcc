"""The dialog of FRED's key at work: everything that touches the keyring or the network runs in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from data.fred import KEY_NAME
from data.secrets import SecretsUnavailable
from data.source import Cancelled
from models.jobs import Jobs
from ui.economy.key_dialog import KeyDialog
from ui.forwarder_work import AskableSecrets

Test = Callable[[str, Cancelled], str | None]
"""Takes a key; None where it works, else a sentence."""

WITHOUT = "No key is kept. FRED is asked without one."
WITH = "A key is kept in the keyring, and FRED is asked with it."
TESTED = "The key works and is kept in the keyring. FRED is asked with it from now on."
NO_KEYRING = "The key works, but this system has no keyring to keep it in, so FRED is asked without one."
FAULT = "The key could not be tested because of a fault in the app, and was not kept. The log has the cause."


@dataclass(frozen=True, slots=True)
class Told:
    """How things stand with the key, and whether that is new."""

    sentence: str
    has_key: bool
    changed: bool = False


class KeyRoom(QObject):
    """Belongs to one window; `changed` says that there is another key, or none any more."""

    changed = Signal()

    def __init__(self, secrets: AskableSecrets, test: Test, jobs: Jobs, window: QWidget) -> None:
        super().__init__(window)
        self._secrets, self._test, self._jobs, self._window = secrets, test, jobs, window
        self.dialog: KeyDialog | None = None

    @Slot()
    def open(self) -> None:
        """Show the dialog, and whether there is a key."""
        if self.dialog is None:
            self.dialog = KeyDialog(self._window)
            self.dialog.offered.connect(self._keep)
            self.dialog.removal_wanted.connect(self._remove)
            self.dialog.finished.connect(self._on_closed)
            self.dialog.open()
        self._jobs.run(partial(look, self._secrets), self._show)

    @Slot(str)
    def _keep(self, key: str) -> None:
        self._jobs.run(partial(keep, self._secrets, self._test, key), self._show, self._fail)

    @Slot()
    def _remove(self) -> None:
        self._jobs.run(partial(forget, self._secrets), self._show)

    def _show(self, told: Told) -> None:
        if told.changed:
            self.changed.emit()
        if self.dialog is not None:
            self.dialog.show_state(told.sentence, has_key=told.has_key, kept=told.changed)

    def _fail(self, _error: Exception) -> None:
        """Let nobody wait for an answer that will not come; whoever owns the jobs logs the error."""
        self._show(Told(FAULT, has_key=False))

    @Slot()
    def _on_closed(self) -> None:
        self.dialog = None


def look(secrets: AskableSecrets, _cancelled: Cancelled) -> Told:
    """Return whether the keyring has a key."""
    secrets.ask_again()
    try:
        has_key = bool(secrets.get(KEY_NAME))
    except SecretsUnavailable as error:
        return Told(f"{error.message} Until then FRED is asked without a key.", has_key=False)
    return Told(WITH if has_key else WITHOUT, has_key)


def keep(secrets: AskableSecrets, test: Test, key: str, cancelled: Cancelled) -> Told:
    """Keep a key that works; one that does not leaves everything as it was."""
    problem = test(key, cancelled)
    if problem is not None:
        before = look(secrets, cancelled)
        return Told(f"{problem} Nothing was changed.", before.has_key)
    try:
        place = secrets.set(KEY_NAME, key)
    except SecretsUnavailable as error:
        return Told(f"The key works but could not be kept. {error.message}", has_key=False)
    if place == "memory":
        secrets.delete(KEY_NAME)
        return Told(NO_KEYRING, has_key=False)
    return Told(TESTED, has_key=True, changed=True)


def forget(secrets: AskableSecrets, _cancelled: Cancelled) -> Told:
    """Remove the key."""
    secrets.ask_again()
    try:
        secrets.delete(KEY_NAME)
    except SecretsUnavailable as error:
        return Told(f"The key may still be in the keyring. {error.message}", has_key=True)
    return Told(WITHOUT, has_key=False, changed=True)
