"""The command line in this process, on a profile of its own and with a clock set by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import main
from data.calendar import Calendars
from data.profile import Profile
from tests.support.loopback import Loopback
from tests.support.profiles import profile_in
from tests.support.sources import HandClock
from tests.support.staged import SETTLED, stage


@dataclass(frozen=True)
class Answer:
    """What a verb gave: exit code, standard output and standard error."""

    code: int
    out: str
    errors: str

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


Verb = Callable[..., Answer]


@pytest.fixture(scope="session")
def calendars() -> Calendars:
    return Calendars()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return profile_in(tmp_path)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(SETTLED)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, calendars: Calendars) -> Iterator[Loopback]:
    """The staged index, its fund and a coin, served over the sources' own protocols."""
    with Loopback() as loopback:
        for name, value in loopback.environment().items():
            monkeypatch.setenv(name, value)
        stage(loopback, calendars)
        loopback.now = SETTLED
        yield loopback


@pytest.fixture
def verb(profile: Profile, clock: HandClock, capsys: pytest.CaptureFixture[str]) -> Verb:
    """Run `main.py` with these arguments on the profile."""

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        code = main.main(["--profile", str(profile.folder), *arguments], clock)
        out, errors = capsys.readouterr()
        return Answer(code, out, errors)

    return call
