"""Setting up forwarders: addresses go to the keyring and nowhere else, and every step says how it went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from data.secrets import Place, SecretsUnavailable
from data.settings import Settings
from models.quiet import policy_of
from tests.support.alerts import NOW
from tests.support.forwarded import at_once
from tests.support.receiver import Receiver
from ui.forward_channel import secret_of
from ui.forwarder_room import ForwarderRoom
from ui.settings_dialog import SettingsDialog

SECRET = "t0pic-nobody-knows"


class Ring:
    """A keyring in memory that fails when told to."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.failure: SecretsUnavailable | None = None
        self.place: Place = "keyring"

    def get(self, name: str) -> str | None:
        self._answer()
        return self.kept.get(name)

    def set(self, name: str, value: str) -> Place:
        self._answer()
        self.kept[name] = value
        return self.place

    def delete(self, name: str) -> None:
        self._answer()
        self.kept.pop(name, None)

    def ask_again(self) -> None:
        """Nothing was refused yet."""

    def _answer(self) -> None:
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture
def room(qtbot: QtBot, ring: Ring) -> Iterator[ForwarderRoom]:
    window = QWidget()
    qtbot.addWidget(window)
    made = ForwarderRoom(ring, at_once, lambda: NOW, window)
    made.open(Settings())
    yield made
    for dialog in (made.form, made.dialog):
        if dialog is not None:
            dialog.reject()


@pytest.fixture
def service() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def changes(room: ForwarderRoom) -> list[Settings]:
    heard: list[Settings] = []
    room.changed.connect(heard.append)
    return heard


def fill_in(room: ForwarderRoom, address: str, name: str = "Phone", kind: str = "ntfy") -> None:
    assert room.dialog is not None
    (room.dialog.edit if name in names(room) else room.dialog.add).click()
    assert room.form is not None
    if not room.form.name.isReadOnly():
        room.form.name.setText(name)
    room.form.kind.setCurrentText(kind)
    room.form.address.setText(address)
    room.form.save.click()


def names(room: ForwarderRoom) -> dict[str, bool]:
    assert room.dialog is not None
    items = [room.dialog.list.item(row) for row in range(room.dialog.list.count())]
    return {item.text(): item.checkState() is Qt.CheckState.Checked for item in items}


def said(room: ForwarderRoom) -> str:
    assert room.dialog is not None
    return room.dialog.status.text()


def test_that_a_new_forwarder_is_in_the_settings_by_name_and_its_address_in_the_keyring(
    room: ForwarderRoom, ring: Ring
) -> None:
    heard = changes(room)
    fill_in(room, f"https://ntfy.sh/{SECRET}")
    assert ring.kept == {secret_of("Phone"): f"ntfys://ntfy.sh/{SECRET}"}
    assert [settings.forwarders for settings in heard] == [("Phone",)]
    assert SECRET not in repr(heard)
    assert names(room) == {"Phone": True}
    assert room.form is None
    assert said(room) == "“Phone” is set up. Please send a test, to see that it arrives."


def test_that_an_address_is_not_shown_while_it_is_typed_and_none_is_left_in_the_form(room: ForwarderRoom) -> None:
    assert room.dialog is not None
    room.dialog.add.click()
    form = room.form
    assert form is not None
    assert form.address.echoMode() is QLineEdit.EchoMode.Password
    form.address.setText(SECRET)
    form.reject()
    assert form.address.text() == ""


def test_that_an_address_of_another_kind_is_refused_with_an_example_and_the_form_stays(
    room: ForwarderRoom, ring: Ring
) -> None:
    heard = changes(room)
    fill_in(room, f"tgram://{SECRET}", kind="Discord")
    assert room.form is not None
    assert room.form.status.text().startswith("This is not an address for Discord. One looks like https://discord.com")
    assert SECRET not in room.form.status.text()
    assert (ring.kept, heard) == ({}, [])
    assert room.form.save.isEnabled()


def test_that_without_a_keyring_it_is_said_how_long_the_address_lasts(room: ForwarderRoom, ring: Ring) -> None:
    ring.place = "memory"
    fill_in(room, f"https://ntfy.sh/{SECRET}")
    assert said(room).startswith("This system has no keyring, so the address of “Phone” is known until the app is")


def test_that_a_locked_keyring_keeps_nothing_and_says_so(room: ForwarderRoom, ring: Ring) -> None:
    ring.failure = SecretsUnavailable("locked")
    heard = changes(room)
    fill_in(room, f"https://ntfy.sh/{SECRET}")
    assert room.form is not None
    assert room.form.status.text() == ring.failure.message
    assert heard == []


@pytest.mark.parametrize("name", ["phone", "Desktop", "desktop"])
def test_that_a_name_is_given_once(room: ForwarderRoom, name: str) -> None:
    room.open(Settings(forwarders=("Phone",)))
    assert room.dialog is not None
    room.dialog.add.click()
    assert room.form is not None
    room.form.address.setText("x")
    room.form.name.setText(name)
    assert not room.form.save.isEnabled()
    assert room.form.status.text() == f"There is a “{name}” already. Please choose another name."
    room.form.name.setText("Office")
    assert room.form.save.isEnabled()
    assert room.form.status.text() == ""


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (200, "“Phone” has taken the test message. Please look whether it is there."),
        (403, "“Phone” has refused the message. Please check its address, with the password or token in it."),
        (500, "“Phone” has a fault of its own at the moment. Alerts are tried again by themselves."),
    ],
)
def test_that_a_test_goes_there_and_back_and_says_how(
    room: ForwarderRoom, service: Receiver, status: int, sentence: str
) -> None:
    fill_in(room, f"http://{service.place}/{SECRET}", kind="Webhook")
    service.status = status
    assert room.dialog is not None
    room.dialog.test.click()
    assert len(service.seen) == 1
    assert "Bellwether can reach you" in service.seen[0][1]
    assert said(room) == sentence


def test_that_an_unticked_forwarder_is_kept_and_off_and_a_removed_one_gone(room: ForwarderRoom, ring: Ring) -> None:
    fill_in(room, f"https://ntfy.sh/{SECRET}")
    heard = changes(room)
    assert room.dialog is not None
    room.dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert (heard[-1].forwarders, heard[-1].forwarders_off) == ((), ("Phone",))
    fill_in(room, "https://ntfy.sh/other")
    assert ring.kept[secret_of("Phone")] == "ntfys://ntfy.sh/other"
    assert names(room) == {"Phone": False}
    room.dialog.remove.click()
    assert (heard[-1].forwarders, heard[-1].forwarders_off, ring.kept) == ((), (), {})
    assert said(room) == "“Phone” and its address are removed."


def test_that_other_settings_changed_meanwhile_stay(room: ForwarderRoom) -> None:
    heard = changes(room)
    room.show_settings(Settings(refresh_minutes=99))
    fill_in(room, f"https://ntfy.sh/{SECRET}")
    assert heard[-1].refresh_minutes == 99


def test_that_a_result_that_comes_after_the_dialog_was_closed_harms_nobody(qtbot: QtBot, ring: Ring) -> None:
    waiting: list[object] = []
    window = QWidget()
    qtbot.addWidget(window)
    room = ForwarderRoom(ring, lambda work, done: waiting.append((work, done)), lambda: NOW, window)
    room.open(Settings(forwarders=("Phone",)))
    assert room.dialog is not None
    room.dialog.test.click()
    assert not room.dialog.add.isEnabled()
    room.dialog.reject()
    for work, done in waiting:
        done(work(lambda: False))
    room.open(Settings())
    assert room.dialog is not None
    assert room.dialog.add.isEnabled()
    room.dialog.reject()


def test_that_the_settings_lead_there_and_are_kept_first(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    order: list[str] = []
    dialog.accepted_settings.connect(lambda _: order.append("kept"))
    dialog.forwarders_requested.connect(lambda: order.append("forwarders"))
    dialog.controls["notify"].show(False)
    dialog._leave_for(dialog.forwarders_requested)
    assert order == ["kept", "forwarders"]


def test_that_nothing_made_up_is_forwarded() -> None:
    settings = replace(Settings(), forwarders=("Phone",))
    assert [policy_of(settings, world).forwarders for world in ("real", "simulated", "playback")] == [
        ("Phone",),
        (),
        (),
    ]


def test_that_nothing_typed_reaches_the_settings_file(room: ForwarderRoom, tmp_path: Path) -> None:
    from data.settings import save

    heard = changes(room)
    fill_in(room, f"https://ntfy.sh/{SECRET}")
    save(tmp_path / "settings.toml", heard[-1])
    assert SECRET not in (tmp_path / "settings.toml").read_text()
