"""The forwarders' dialog at work: opens it, has done what it asks for, and hands on the settings that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from data.forwarding import Forwarders
from data.settings import Settings
from ui.channel import Clock
from ui.forwarder_work import AskableSecrets, Done, forget, keep, kind_called, send_test
from ui.forwarders_dialog import ForwarderForm, ForwardersDialog
from ui.ledger_work import Run


class ForwarderRoom(QObject):
    """Belongs to one window; everything that touches keyring or network runs off this thread.

    `changed` carries settings with other forwarders in them.  `is_real` is False where the market is a made-up one.
    """

    changed = Signal(object)

    def __init__(
        self, secrets: AskableSecrets, run: Run, clock: Clock, window: QWidget, *, is_real: bool = True
    ) -> None:
        super().__init__(window)
        self._secrets = secrets
        self._run = run
        self._window = window
        self._is_real = is_real
        self._forwarders = Forwarders(clock)
        self._settings = Settings()
        self.dialog: ForwardersDialog | None = None
        self.form: ForwarderForm | None = None

    def open(self, settings: Settings) -> None:
        """Show the forwarders of these settings."""
        self._settings = settings
        if self.dialog is None:
            self.dialog = dialog = ForwardersDialog(self._window, is_real=self._is_real)
            dialog.finished.connect(self._on_closed)
            dialog.add_wanted.connect(partial(self._edit, ""))
            dialog.edit_wanted.connect(self._edit)
            dialog.test_wanted.connect(self._test)
            dialog.removal_wanted.connect(self._remove)
            dialog.switched.connect(self._switch)
            dialog.open()
        self._show()

    def show_settings(self, settings: Settings) -> None:
        """Follow settings that were changed elsewhere."""
        self._settings = settings
        self._show()

    def _show(self) -> None:
        if self.dialog is not None:
            self.dialog.show_forwarders(self._settings.forwarders, self._settings.forwarders_off)

    @Slot(str)
    def _edit(self, name: str) -> None:
        taken = (*self._settings.forwarders, *self._settings.forwarders_off)
        self.form = form = ForwarderForm(taken, name, self.dialog)
        form.finished.connect(self._on_form_closed)
        form.saved.connect(self._keep)
        form.open()

    @Slot(str, str, str)
    def _keep(self, name: str, kind: str, typed: str) -> None:
        work = partial(keep, self._forwarders, self._secrets, name, kind_called(kind), typed)
        self._do(work, partial(self._on_kept, name))

    def _on_kept(self, name: str, done: Done) -> None:
        if self.form is not None and not done.good:
            self.form.show_problem(done.sentence)
            return
        if self.form is not None:
            self.form.accept()
        self._say(done)
        if done.good and name not in self._settings.forwarders_off:
            self._put(on=tuple(dict.fromkeys((*self._settings.forwarders, name))))

    @Slot(str)
    def _test(self, name: str) -> None:
        self._say(Done(True, f"Sending a test to “{name}” …"))
        self._do(partial(send_test, self._forwarders, self._secrets, name), self._say)

    @Slot(str)
    def _remove(self, name: str) -> None:
        on = tuple(each for each in self._settings.forwarders if each != name)
        off = tuple(each for each in self._settings.forwarders_off if each != name)
        self._put(on=on, off=off)
        self._do(partial(forget, self._secrets, name), self._say)

    @Slot(str, bool)
    def _switch(self, name: str, is_on: bool) -> None:
        on = [each for each in self._settings.forwarders if each != name]
        off = [each for each in self._settings.forwarders_off if each != name]
        (on if is_on else off).append(name)
        self._put(on=tuple(on), off=tuple(off))

    def _put(self, *, on: tuple[str, ...], off: tuple[str, ...] | None = None) -> None:
        off = self._settings.forwarders_off if off is None else off
        self._settings = replace(self._settings, forwarders=on, forwarders_off=off)
        self._show()
        self.changed.emit(self._settings)

    def _do(self, work: Callable[[], Done], then: Callable[[Done], None]) -> None:
        def done(result: Done) -> None:
            if self.dialog is not None:
                self.dialog.set_busy(False)
            then(result)

        if self.dialog is not None:
            self.dialog.set_busy(True)
        self._run(lambda _cancelled: work(), done)

    def _say(self, done: Done) -> None:
        if self.dialog is not None:
            self.dialog.say(done.sentence, good=done.good)

    @Slot()
    def _on_closed(self) -> None:
        self.dialog = self.form = None

    @Slot()
    def _on_form_closed(self) -> None:
        self.form = None
