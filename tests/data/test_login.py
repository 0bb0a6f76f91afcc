"""What starts at login: judged by systemd's and the desktop's own checkers where they are there."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.login import (
    SERVICE,
    LoginError,
    config_folder,
    install_service,
    service_state,
    set_autostart,
    uninstall_service,
)
from data.login import _entry_word as entry_word
from data.login import _unit_word as unit_word
from tests.support.systemctl import Systemctl

ODD = 'my "odd" pro%file $HOME \\ `x`'
WORDS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Systemctl:
    made = Systemctl.placed_in(tmp_path)
    monkeypatch.setenv("PATH", str(made.folder))
    return made


def complaints(*command: str, env: dict[str, str] | None = None) -> str:
    """Return what a checker says of a file."""
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env=env)
    return answer.stdout + answer.stderr


def exec_start(unit: Path) -> str:
    return next(line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")).partition("=")[2]


def test_that_a_refusal_of_systemd_is_told_and_leaves_no_unit_behind(systemctl: Systemctl, tmp_path: Path) -> None:
    systemctl.refuse("daemon-reload")
    with pytest.raises(LoginError, match="Failed to connect to bus"):
        install_service(["python", "main.py", "watch"], folder=tmp_path)
    assert not (tmp_path / "systemd/user" / SERVICE).exists()


def test_that_a_refused_second_installation_keeps_the_first_unit(systemctl: Systemctl, tmp_path: Path) -> None:
    unit = install_service(["python", "main.py", "watch"], folder=tmp_path)
    systemctl.refuse("restart")
    with pytest.raises(LoginError):
        install_service(["python", "main.py", "watch"], folder=tmp_path)
    assert unit.exists()


def test_that_without_systemd_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LoginError, match="no systemd here"):
        install_service(["x"], folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_that_a_unit_that_cannot_be_written_is_told(systemctl: Systemctl, tmp_path: Path) -> None:
    (tmp_path / "systemd").write_text("a file where the folder should be")
    with pytest.raises(LoginError, match="could not be written"):
        install_service(["x"], folder=tmp_path)


def test_that_installing_writes_the_unit_and_starts_it_and_uninstalling_ends_both(
    systemctl: Systemctl, tmp_path: Path
) -> None:
    unit = install_service(["/a python", "main.py", "--profile", ODD, "watch"], folder=tmp_path)
    assert '"/a python" "main.py" "--profile"' in exec_start(unit)
    assert service_state(folder=tmp_path) == "active"
    assert uninstall_service(folder=tmp_path)
    assert not unit.exists()
    assert not uninstall_service(folder=tmp_path)
    assert service_state(folder=tmp_path) is None
    assert systemctl.told == [
        "--user daemon-reload",
        f"--user enable {SERVICE}",
        f"--user restart {SERVICE}",
        f"--user is-active {SERVICE}",
        f"--user disable --now {SERVICE}",
        "--user daemon-reload",
    ]


def test_that_systemd_itself_finds_no_fault_with_the_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checker = shutil.which("systemd-analyze")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/systemctl").symlink_to("/bin/true")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    unit = install_service([sys.executable, "main.py", "--profile", ODD, "watch"], folder=tmp_path)
    reader = configparser.ConfigParser(interpolation=None)
    reader.read(unit)
    assert {"Unit", "Service", "Install"} <= set(reader)
    if checker is not None:
        surroundings = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
        assert SERVICE not in complaints(checker, "--user", "verify", str(unit), env=surroundings)


def unquoted(text: str) -> str:
    """Read a word in double quotes, sign by sign: after a backslash the next one stands for itself."""
    signs, word = iter(text[1:-1]), ""
    for sign in signs:
        word += next(signs) if sign == "\\" else sign
    return word


@given(WORDS)
def test_that_systemd_reads_each_word_as_it_was_given(word: str) -> None:
    doubled = word.replace("%", "%%").replace("$", "$$")  # which systemd makes single again
    assert unquoted(unit_word(word)) == doubled
    assert shlex.split(unit_word(word)) == [doubled]


@given(WORDS)
def test_that_the_desktop_reads_each_word_as_it_was_given(word: str) -> None:
    unescaped = re.sub(r"\\\\", lambda _: "\\", entry_word(word))  # the escapes of any string come off first
    assert unquoted(unescaped) == word.replace("%", "%%")


def test_that_the_desktop_itself_finds_no_fault_with_the_entry(tmp_path: Path) -> None:
    set_autostart(["/a python", "main.py", "--minimized", "--profile", ODD], on=True, folder=tmp_path)
    entry = tmp_path / "autostart/bellwether.desktop"
    checker = shutil.which("desktop-file-validate")
    assert entry.read_text().startswith("[Desktop Entry]\nType=Application\n")
    if checker is not None:
        assert complaints(checker, str(entry)) == ""


def test_that_starting_at_login_can_be_switched_on_and_off(tmp_path: Path) -> None:
    entry = tmp_path / "autostart/bellwether.desktop"
    set_autostart(["python", "main.py", "--minimized"], on=True, folder=tmp_path)
    reader = configparser.ConfigParser(interpolation=None)
    reader.read(entry)
    assert reader["Desktop Entry"]["Exec"] == '"python" "main.py" "--minimized"'
    for _ in range(2):
        set_autostart([], on=False, folder=tmp_path)
        assert not entry.exists()


def test_that_an_entry_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("a file where the folder should be")
    with pytest.raises(LoginError, match="could not be changed"):
        set_autostart(["x"], on=True, folder=tmp_path)


def test_that_only_an_absolute_folder_of_settings_counts(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert config_folder(home) == tmp_path / ".config"
    assert config_folder({**home, "XDG_CONFIG_HOME": "somewhere"}) == tmp_path / ".config"
    assert config_folder({**home, "XDG_CONFIG_HOME": str(tmp_path / "c")}) == tmp_path / "c"
