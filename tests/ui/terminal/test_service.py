"""`watch --install` and `--uninstall`: systemd is told what to run, and refusals are one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

import main
from data.profile import Profile
from tests.support.systemctl import Systemctl
from tests.ui.terminal.conftest import Verb


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Systemctl:
    made = Systemctl.placed_in(tmp_path)
    monkeypatch.setenv("PATH", str(made.folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return made


def test_that_a_simulated_market_is_nothing_for_a_service(
    systemctl: Systemctl, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["--demo", "watch", "--install"]) == 1
    assert "Leave out --demo" in capsys.readouterr().err
    assert systemctl.told == []


def test_that_what_systemd_refuses_is_one_line_and_a_one(verb: Verb, systemctl: Systemctl) -> None:
    systemctl.refuse("enable")
    answer = verb("watch", "--install")
    assert answer.code == 1
    assert answer.errors.splitlines()[-1].endswith("Failed to connect to bus")


def test_that_the_service_watches_with_this_profile_and_can_be_removed(
    verb: Verb, systemctl: Systemctl, profile: Profile, tmp_path: Path
) -> None:
    installed = verb("watch", "--install")
    assert (installed.code, installed.errors) == (0, "")
    assert "installed and active" in installed.out
    unit = tmp_path / "config/systemd/user/bellwether-watch.service"
    assert f'main.py" "--profile" "{profile.folder}" "watch"' in unit.read_text()
    assert "stopped and removed" in verb("watch", "--uninstall").out
    assert not unit.exists()
    assert "was not installed" in verb("watch", "--uninstall").out
