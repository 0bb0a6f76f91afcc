"""`watch --install` and `--uninstall`: the same watching, run by systemd for the user."""

from __future__ import annotations

import sys
from pathlib import Path

from data.login import SERVICE, LoginError, config_folder, install_service, service_state, uninstall_service
from models.desk import Desk
from ui.terminal.refusal import Refusal

PROGRAM = Path(__file__).resolve().parents[2] / "main.py"


def change(desk: Desk, *, on: bool) -> int:
    """Install or uninstall the service for this profile and say what follows; raises `Refusal`."""
    if desk.world != "real":
        raise Refusal("A simulated market ends with its window, so it is nothing for a service. Leave out --demo.")
    try:
        print(_install(desk) if on else _uninstall())
    except LoginError as error:
        raise Refusal(error.message) from error
    return 0


def _install(desk: Desk) -> str:
    folder = config_folder()
    profile = desk.profile.folder.resolve()
    install_service((sys.executable, str(PROGRAM), "--profile", str(profile), "watch"), folder=folder)
    return (
        f"{SERVICE} is installed and {service_state(folder=folder)}; it watches with the profile {profile}.\n"
        f"Its messages: journalctl --user -u {SERVICE}\n"
        "To let it run while nobody is logged in, as on a server: loginctl enable-linger"
    )


def _uninstall() -> str:
    was_there = uninstall_service(folder=config_folder())
    return f"{SERVICE} is stopped and removed." if was_there else f"{SERVICE} was not installed."
