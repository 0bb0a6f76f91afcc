"""The key of FRED: tested before it is kept, never shown, in the keyring or nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from data.fred import KEY_NAME
from data.secrets import Place, SecretsUnavailable
from data.source import Cancelled
from models.jobs import Jobs
from ui.economy.key_room import NO_KEYRING, TESTED, WITH, WITHOUT, KeyRoom

KEY = "0123456789abcdef0123456789abcdef"


class Ring:
    """A keyring that can be locked or absent."""

    def __init__(self, place: Place = "keyring") -> None:
        self.held: dict[str, str] = {}
        self.place = place
        self.is_locked = False

    def ask_again(self) -> None:
        """Nothing to forget."""

    def get(self, name: str) -> str | None:
        self._look()
        return self.held.get(name)

    def set(self, name: str, value: str) -> Place:
        self._look()
        self.held[name] = value
        return self.place

    def delete(self, name: str) -> None:
        self._look()
        self.held.pop(name, None)

    def _look(self) -> None:
        if self.is_locked:
            raise SecretsUnavailable("locked")


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    assert jobs.stop()


def opened(qtbot: QtBot, jobs: Jobs, ring: Ring, problem: str | None = None) -> KeyRoom:
    window = QWidget()
    qtbot.addWidget(window)

    def test(_key: str, _cancelled: Cancelled) -> str | None:
        return problem

    room = KeyRoom(ring, test, jobs, window)
    room.setProperty("window", window)
    room.open()
    return room


def said(room: KeyRoom) -> str:
    assert room.dialog is not None
    return room.dialog.state.text()


def offer(qtbot: QtBot, room: KeyRoom, key: str) -> None:
    assert room.dialog is not None
    qtbot.waitUntil(lambda: "Looking" not in said(room))
    room.dialog.typed.setText(key)
    room.dialog.keep.click()
    qtbot.waitUntil(lambda: "Asking" not in said(room))


def test_that_a_key_that_does_not_work_is_not_kept_and_the_old_one_stays(qtbot: QtBot, jobs: Jobs) -> None:
    ring = Ring()
    ring.held[KEY_NAME] = "old"
    room = opened(qtbot, jobs, ring, "FRED does not know this key.")
    offer(qtbot, room, KEY)
    assert said(room) == "FRED does not know this key. Nothing was changed."
    assert ring.held == {KEY_NAME: "old"}
    room.dialog.close()


def test_that_a_key_that_works_is_kept_told_and_never_shown(qtbot: QtBot, jobs: Jobs) -> None:
    ring = Ring()
    room = opened(qtbot, jobs, ring)
    with qtbot.waitSignal(room.changed):
        offer(qtbot, room, KEY)
    assert said(room) == TESTED
    assert ring.held == {KEY_NAME: KEY}
    assert room.dialog.typed.text() == ""
    assert not any(KEY in label.text() for label in room.dialog.findChildren(QLabel))
    room.dialog.close()


def test_that_without_a_keyring_nothing_is_kept(qtbot: QtBot, jobs: Jobs) -> None:
    ring = Ring("memory")
    room = opened(qtbot, jobs, ring)
    offer(qtbot, room, KEY)
    assert said(room) == NO_KEYRING
    assert ring.held == {}
    room.dialog.close()


def test_that_a_locked_keyring_is_told_and_stops_nothing(qtbot: QtBot, jobs: Jobs) -> None:
    ring = Ring()
    ring.is_locked = True
    room = opened(qtbot, jobs, ring)
    qtbot.waitUntil(lambda: "Until then FRED is asked without a key" in said(room))
    assert room.dialog.typed.isEnabled()
    offer(qtbot, room, KEY)
    assert "could not be kept" in said(room)
    room.dialog.close()


def test_that_a_kept_key_can_be_removed(qtbot: QtBot, jobs: Jobs) -> None:
    ring = Ring()
    ring.held[KEY_NAME] = KEY
    room = opened(qtbot, jobs, ring)
    qtbot.waitUntil(lambda: said(room) == WITH)
    with qtbot.waitSignal(room.changed):
        room.dialog.remove.click()
    qtbot.waitUntil(lambda: said(room) == WITHOUT)
    assert ring.held == {}
    room.dialog.close()


def test_that_every_text_of_the_dialog_has_the_room_that_it_needs(qtbot: QtBot, jobs: Jobs) -> None:
    room = opened(qtbot, jobs, Ring())
    qtbot.waitUntil(lambda: said(room) == WITHOUT)
    for label in room.dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
    room.dialog.close()
