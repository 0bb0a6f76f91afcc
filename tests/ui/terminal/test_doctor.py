"""`doctor` where there is no screen; with one it is tried on a private desktop."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from data.calendar import Calendars
from data.profile import Profile
from tests.support.profiles import keep, staged_bars


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_that_it_names_each_check_and_what_follows_from_it(verb: Callable) -> None:
    answer = verb("doctor", "--json")
    assert answer.code == 1
    checks = answer.json
    assert all(list(check) == ["name", "verdict", "finding"] for check in checks)
    assert [check["name"] for check in checks] == ["screen", "keyring", "Yahoo", "Coinbase", "Kraken", "data"]
    assert {check["verdict"] for check in checks} <= {"ok", "problem"}
    assert "'watch', 'status' and 'snapshot' work without one" in checks[0]["finding"]
    assert answer.errors == "Something is to be mended, or to be lived with: screen, keyring, data.\n"


def test_that_fresh_data_are_fine(verb: Callable, profile: Profile, calendars: Calendars) -> None:
    profile.settings.write_text('watchlist = ["^RUT"]\nuse_kraken = false\n')
    keep(profile, "^RUT", staged_bars(calendars))
    checks = {check["name"]: check for check in verb("doctor", "--json").json}
    assert checks["data"] == {"name": "data", "verdict": "ok", "finding": "All 1 watched assets are fresh."}
    assert "Kraken" not in checks
