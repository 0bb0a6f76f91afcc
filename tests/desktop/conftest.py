"""A private desktop for all tests here, which the tests' own windows and menus appear on as well."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import shiboken6

from tests.support.desktop import Desktop

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """The desktop with everything on it: window manager, tray, notifications."""
    with Desktop() as private:
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(private.environment())
        try:
            yield private
        finally:
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


@pytest.fixture
def another_desktop() -> Iterator[Callable[..., Desktop]]:
    """Make further desktops, each with the parts that a test asks for."""
    made: list[Desktop] = []

    def make(**parts: object) -> Desktop:
        made.append(Desktop(**parts).__enter__())
        return made[-1]

    yield make
    for each in reversed(made):
        each.end()
