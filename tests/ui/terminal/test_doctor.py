"""`doctor` where there is no screen; with one it is tried on a private desktop."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication

from data.calendar import Calendars
from data.profile import Profile
from tests.support.profiles import keep, staged_bars
from tests.support.receiver import Receiver
from tests.support.sources import HandClock
from tests.support.systemctl import Systemctl
from ui.terminal import doctor


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_that_it_names_each_check_and_what_follows_from_it(verb: Callable) -> None:
    answer = verb("doctor", "--json")
    assert answer.code == 1
    checks = answer.json
    assert all(list(check) == ["name", "verdict", "finding"] for check in checks)
    assert [check["name"] for check in checks] == [
        "screen",
        "keyring",
        "Yahoo",
        "Coinbase",
        "Kraken",
        "data",
        "service",
    ]
    assert {check["verdict"] for check in checks} <= {"ok", "problem"}
    assert "'watch', 'status' and 'snapshot' work without one" in checks[0]["finding"]
    assert answer.errors == "Something is to be mended, or to be lived with: screen, keyring, data.\n"


def test_that_fresh_data_are_fine(verb: Callable, profile: Profile, calendars: Calendars) -> None:
    profile.settings.write_text('watchlist = ["^RUT"]\nuse_kraken = false\n')
    keep(profile, "^RUT", staged_bars(calendars))
    checks = {check["name"]: check for check in verb("doctor", "--json").json}
    assert checks["data"] == {"name": "data", "verdict": "ok", "finding": "All 1 watched assets are fresh."}
    assert "Kraken" not in checks


def test_that_each_forwarder_is_tried_only_when_it_is_asked_for(
    verb: Callable, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("Phone", "Office mail", "Nobody")
    profile.settings.write_text(f'forwarders = {list(names)}\nforwarders_off = ["Chat"]\n')
    with Receiver() as fine, Receiver(403) as refusing:
        monkeypatch.setenv("BELLWETHER_FORWARDER_PHONE", f"json://{fine.place}/s3cret")
        monkeypatch.setenv("BELLWETHER_FORWARDER_OFFICE_MAIL", f"json://{refusing.place}/s3cret")
        quiet = verb("doctor", "--json")
        assert (fine.seen, refusing.seen) == ([], [])
        answer = verb("doctor", "--send", "--json")
        assert (len(fine.seen), len(refusing.seen)) == (1, 1)
    assert [c["verdict"] for c in quiet.json if c["name"].startswith("to ")] == ["ok"] * 3
    tried = {c["name"]: (c["verdict"], c["finding"]) for c in answer.json if c["name"].startswith("to ")}
    assert tried == {
        "to Phone": ("ok", "“Phone” has taken the test message. Please look whether it is there."),
        "to Office mail": (
            "problem",
            "“Office mail” has refused the message. Please check its address, with the password or token in it.",
        ),
        "to Nobody": ("problem", "The keyring holds no address for “Nobody”. Please enter it again in the settings."),
    }
    assert "s3cret" not in answer.out + answer.errors


def test_that_it_says_whether_systemd_watches(verb: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    service = {check["name"]: check for check in verb("doctor", "--json").json}["service"]
    assert (service["verdict"], service["finding"][:13]) == ("ok", "Not installed")
    unit = tmp_path / "systemd" / "user" / doctor.SERVICE
    unit.parent.mkdir(parents=True)
    unit.write_text("[Service]\n")
    monkeypatch.setenv("PATH", str(Systemctl.placed_in(tmp_path).folder))
    service = {check["name"]: check for check in verb("doctor", "--json").json}["service"]
    assert service["finding"] == f"{doctor.SERVICE} is installed and active."


def test_that_no_time_is_lost_where_there_is_no_session_bus(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    began = time.monotonic()
    check = doctor._notification(SimpleNamespace(parts=SimpleNamespace(clock=HandClock())), qapp)
    assert (check.verdict, check.finding[:26]) == ("problem", "This session has no D-Bus,")
    assert time.monotonic() - began < 1.5


def test_that_no_time_is_lost_where_the_session_bus_is_gone(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'gone'}")
    began = time.monotonic()
    assert doctor._notification(SimpleNamespace(parts=SimpleNamespace(clock=HandClock())), qapp).verdict == "problem"
    assert time.monotonic() - began < 1.5
