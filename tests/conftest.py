"""What holds for every test: a home of its own, no network, no screen, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.guards import DEAD_PROXY, NetworkGuard, ThreadWatch, WindowWatch

os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

NETWORK = pytest.StashKey[NetworkGuard]()
THREADS = pytest.StashKey[ThreadWatch]()
WINDOWS = pytest.StashKey[WindowWatch]()


def pytest_configure(config: pytest.Config) -> None:
    """Set the stage before anything of the app is imported."""
    home = Path(tempfile.mkdtemp(prefix="bellwether-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    _move_home(home)
    if not any("desktop" in Path(argument).parts for argument in config.args):
        _leave_the_desktop(home)
    _settle_hypothesis()
    config.stash[NETWORK] = NetworkGuard()
    guards = ExitStack()
    guards.enter_context(config.stash[NETWORK].installed())
    config.add_cleanup(guards.close)
    config.stash[THREADS] = ThreadWatch()
    config.stash[WINDOWS] = WindowWatch()


def _move_home(home: Path) -> None:
    folders = {
        "HOME": ".", "USERPROFILE": ".", "APPDATA": "roaming", "LOCALAPPDATA": "local",
        "XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local/share", "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
    }  # fmt: skip
    for name, folder in folders.items():
        (home / folder).mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(home / folder)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ.pop(name.lower(), None)
        os.environ[name] = f"http://{DEAD_PROXY[0]}:{DEAD_PROXY[1]}"
    os.environ.pop("no_proxy", None)
    os.environ["NO_PROXY"] = "localhost,127.0.0.1,::1"


def _leave_the_desktop(home: Path) -> None:
    """Draw to memory, and keep away from the session's notifications and keyring."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={home / 'no-bus-here'}"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)


def _settle_hypothesis() -> None:
    from hypothesis import settings

    # A shared machine is slow at times; how long an example takes says nothing about the code.
    settings.register_profile("bellwether", parent=settings(), deadline=None)
    settings.load_profile("bellwether")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[Any]:
    """Let what a module or session has set up for all its tests (a loopback server) stay."""
    result = yield
    if fixturedef.scope != "function":
        request.config.stash[THREADS].accept()
        request.config.stash[WINDOWS].accept()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[Any]:
    """After a test and all its fixtures: nothing runs on, no window stays, nobody was called."""
    result = yield
    stash = item.config.stash
    remains = {
        "reached for the network": stash[NETWORK].taken(),
        "left a thread running": stash[THREADS].leaked(),
        "left a window open": stash[WINDOWS].leaked(),
    }
    stash[THREADS].accept()
    stash[WINDOWS].accept()
    for what, found in remains.items():
        if found:
            pytest.fail(f"the test {what}: " + "\n".join(found), pytrace=False)
    return result
