"""What starts by itself when the user logs in: the window, hidden, and `watch` as a service of systemd."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from data.whole_file import replace_text

SERVICE = "bellwether-watch.service"
ENTRY = "bellwether.desktop"
_TEMPLATE = Path(__file__).resolve().parent.parent / "resources" / SERVICE
_PATIENCE = 20  # seconds for systemctl, which answers at once or hangs with the bus


class LoginError(Exception):
    """Something could not be set up to start at login; `message` is for the user, the `__cause__` for the log."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def config_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the user's folder of settings, as the XDG base directories name it; a relative one does not count."""
    named = Path(environment.get("XDG_CONFIG_HOME", ""))
    return named if named.is_absolute() else Path(environment.get("HOME", "~")).expanduser() / ".config"


def set_autostart(command: Sequence[str], *, on: bool, folder: Path) -> None:
    """Let the desktop run the command at login, or no longer; `folder` is what `config_folder` returns.

    Source: the Desktop Application Autostart Specification.  Raises `LoginError`.
    """
    if not sys.platform.startswith("linux"):
        raise LoginError("Bellwether can set this up on Linux only; please use the system's own settings for it.")
    entry = folder / "autostart" / ENTRY
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Name=Bellwether",
        "Comment=Watch the Russell 2000 against its all-time high",
        "Exec=" + " ".join(map(_entry_word, command)),
        "Icon=bellwether",
        "Terminal=false",
        "X-GNOME-Autostart-enabled=true",
    )
    try:
        if on:
            replace_text(entry, "\n".join(lines) + "\n")
        else:
            entry.unlink(missing_ok=True)
    except OSError as error:
        raise LoginError(
            f"The entry {ENTRY} in the folder autostart could not be changed, so Bellwether starts at login as it "
            "did before. Please check that the folder can be written to."
        ) from error


def install_service(command: Sequence[str], *, folder: Path) -> Path:
    """Let systemd run the command now and at each login of the user, and return the unit's file.

    The command should name the profile, so that the window's and the service's are the same.  Raises `LoginError`
    where there is no systemd, or it refuses; then no unit is left behind that was not there before.
    """
    systemctl = _systemctl()
    unit = _unit(folder)
    before = unit.read_text(encoding="utf-8") if unit.exists() else None
    text = _TEMPLATE.read_text(encoding="utf-8").replace("@COMMAND@", " ".join(map(_unit_word, command)))
    try:
        replace_text(unit, text)
        _tell(systemctl, "daemon-reload")
        _tell(systemctl, "enable", SERVICE)
        _tell(systemctl, "restart", SERVICE)
    except OSError as error:
        raise LoginError(f"The unit {SERVICE} could not be written, so nothing was installed.") from error
    except LoginError:
        if before is None:
            unit.unlink(missing_ok=True)
        raise
    return unit


def uninstall_service(*, folder: Path) -> bool:
    """End the service, for good, and return whether there was one.  Raises `LoginError`."""
    unit = _unit(folder)
    if not unit.exists():
        return False
    systemctl = _systemctl()
    _tell(systemctl, "disable", "--now", SERVICE)
    try:
        unit.unlink(missing_ok=True)
    except OSError as error:
        raise LoginError(f"The service was stopped, but its unit {SERVICE} could not be removed.") from error
    _tell(systemctl, "daemon-reload")
    return True


def service_state(*, folder: Path) -> str | None:
    """Return systemd's word for the service ("active", "inactive", "failed" ...); None when it is not installed.

    Raises `LoginError` where systemd does not answer.
    """
    if not _unit(folder).exists():
        return None
    answer = _ask(_systemctl(), "is-active", SERVICE)
    return answer.stdout.strip() or "unknown"


def _unit(folder: Path) -> Path:
    return folder / "systemd" / "user" / SERVICE


def _systemctl() -> str:
    found = shutil.which("systemctl")
    if found is None:
        raise LoginError(
            "There is no systemd here, so nothing was changed. "
            "Let the system's own start-up run 'main.py watch' instead."
        )
    return found


def _ask(systemctl: str, *words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - systemctl as found on the path, with words of ours
            [systemctl, "--user", *words], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LoginError(f"systemd did not answer to 'systemctl --user {' '.join(words)}'.") from error


def _tell(systemctl: str, *words: str) -> None:
    answer = _ask(systemctl, *words)
    if answer.returncode != 0:
        reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise LoginError(f"systemd refused 'systemctl --user {' '.join(words)}': {reason}")


def _unit_word(word: str) -> str:
    """Return a word of ExecStart: quoted, with the signs that systemd would expand doubled."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _entry_word(word: str) -> str:
    """Return a word of Exec: quoted as the Desktop Entry Specification asks, on top of its escapes for any string."""
    quoted = "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in word).replace("%", "%%")
    return '"' + quoted.replace("\\", "\\\\") + '"'
