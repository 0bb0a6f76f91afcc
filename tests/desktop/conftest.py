"""A private desktop for all tests here, which the tests' own windows and menus appear on as well."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shiboken6

from tests.support.desktop import Desktop, Program

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def desktop(request: pytest.FixtureRequest) -> Iterator[Desktop]:
    """The desktop with everything on it: window manager, tray, notifications."""
    with Desktop() as private:
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(private.environment())
        try:
            yield private
        finally:
            private.keep_logs = request.session.testsfailed > 0
            os.environ.clear()
            os.environ.update(before)


@pytest.fixture(scope="session")
def qapp(desktop: Desktop, qapp_args: list[str], qapp_cls: type[QApplication]) -> Iterator[QApplication]:
    """An application on the private desktop."""
    app = qapp_cls.instance() or qapp_cls(qapp_args)
    assert app.platformName() == "xcb", f"the desktop tests ran on the platform {app.platformName()!r}"
    yield app
    # Qt ends the whole process, the report included, when its screen goes away first.
    shiboken6.delete(app)


@pytest.fixture(autouse=True)
def clean_screen(request: pytest.FixtureRequest) -> None:
    """Let each test that uses the common desktop find no notification of an earlier one."""
    if "desktop" in request.fixturenames:
        request.getfixturevalue("desktop").forget_notifications()


@pytest.fixture
def another_desktop(request: pytest.FixtureRequest) -> Iterator[Callable[..., Desktop]]:
    """Make further desktops, each with the parts that a test asks for."""
    made: list[Desktop] = []

    def make(**parts: object) -> Desktop:
        made.append(Desktop(**parts).__enter__())
        return made[-1]

    failed = request.session.testsfailed
    yield make
    for each in reversed(made):
        each.end(keep=request.session.testsfailed > failed)


@pytest.fixture
def launch() -> Iterator[Callable[..., Program]]:
    """Start programs of this repository on a desktop: `launch(desktop, "-m", "tests.support.tray_program")`."""
    started: list[Program] = []

    def start(on: Desktop, *arguments: str) -> Program:
        started.append(Program(on, sys.executable, *arguments, cwd=ROOT))
        return started[-1]

    yield start
    for program in reversed(started):
        program.end()
