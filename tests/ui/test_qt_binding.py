"""The binding that the window stands on: PySide6 6.12.0 drops a reference to None, True or False on each call.

An app dies of that within minutes on Python 3.11.  From Python 3.12 on these three are immortal and nobody dies; their
counts mean nothing then (they drift with sound releases, too), so that only the pin is tested there.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal

CALLS = 1000
# Other threads of this process may take or give a few references meanwhile; the fault drops one on every call.
NOISE = 50
BROKEN = "6.12.0"
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


class Speaker(QObject):
    spoken = Signal()


# A signal does not keep its object alive.
SPEAKER = Speaker()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None, True and False are immortal: their counts mean nothing")
@pytest.mark.parametrize(
    ("singleton", "call"),
    [
        pytest.param(None, lambda: SPEAKER.setObjectName("bellwether"), id="None from a setter"),
        pytest.param(None, SPEAKER.parent, id="None for no object"),
        pytest.param(True, SPEAKER.spoken.emit, id="True from a signal"),
        pytest.param(False, SPEAKER.signalsBlocked, id="False from a getter"),
    ],
)
def test_that_calls_of_qt_keep_the_references_to_what_they_return(
    singleton: object, call: Callable[[], object]
) -> None:
    assert call() is singleton
    before = sys.getrefcount(singleton)
    for _ in range(CALLS):
        call()
    assert abs(sys.getrefcount(singleton) - before) < NOISE


def test_that_the_binding_is_the_pinned_one_and_not_the_broken_one() -> None:
    pinned = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    installed = version("PySide6-Essentials")
    assert f"PySide6-Essentials=={installed}" in pinned
    assert installed != BROKEN
