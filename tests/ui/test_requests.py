"""What the user asks of the window is carried out, kept in the profile, and answered with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import main
from data.profile import Profile
from data.settings import load
from models.desk import Desk
from models.jobs import Jobs
from models.market import Market
from tests.support.profiles import profile_in
from tests.support.sources import HandClock
from ui.requests import Requests

GOOD = "Date,Open,High,Low,Close,Volume\n2025-09-16,10,12,9,11,100\n2025-09-17,11,13,10,12,100\n"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return profile_in(tmp_path, ["^RUT"])


@pytest.fixture
def desk(profile: Profile) -> Iterator[Desk]:
    made = main.build(profile, demo=True, seed=7, clock=HandClock())
    yield made
    made.parts.store.close()


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.stop(), "a worker outlived its test"


@pytest.fixture
def market(desk: Desk, jobs: Jobs) -> Iterator[Market]:
    made = Market(desk, jobs)
    yield made
    made.stop()


@pytest.fixture
def requests(desk: Desk, market: Market, jobs: Jobs) -> Requests:
    made = Requests(desk, market, jobs, ("true",))
    made.settled.connect(market.change)
    return made


def answer(qtbot: QtBot, requests: Requests, act: Callable[[], None]) -> str:
    with qtbot.waitSignal(requests.told, timeout=10_000) as told:
        act()
    return told.args[0]


def test_that_a_good_file_is_told_and_its_bars_show(
    qtbot: QtBot, requests: Requests, market: Market, tmp_path: Path
) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(GOOD)
    assert answer(qtbot, requests, lambda: requests.bring(str(file), "^RUT")) == "prices.csv: 2 bars added."
    qtbot.waitUntil(lambda: "^RUT" in market.snapshot.assets)
    assert {11.0, 12.0} <= set(market.snapshot.assets["^RUT"].bars.close.tolist())


@pytest.mark.parametrize("content", [None, b"", b"nothing,of,use\n1,2,3\n", b"\x00\xff\x00"])
def test_that_a_file_of_no_use_is_answered_with_a_sentence(
    qtbot: QtBot, requests: Requests, desk: Desk, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "prices.csv"
    if content is not None:
        file.write_bytes(content)
    sentence = answer(qtbot, requests, lambda: requests.bring(str(file), "^RUT"))
    assert "prices.csv" in sentence
    assert sentence.endswith(".")
    assert len(desk.parts.store.bars("^RUT").bars) == 0


def test_that_an_import_names_the_rows_it_left_out(qtbot: QtBot, requests: Requests, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(f"{GOOD}2025-09-18,1,1,1,nothing,1\n")
    with qtbot.waitSignal(requests.refused, timeout=10_000) as refused:
        requests.bring(str(file), "^RUT")
    sentence, rows = refused.args
    assert sentence == "prices.csv: 2 bars added, 1 row refused."
    assert [(row.line, row.reason) for row in rows] == [(4, "the close “nothing” is no number")]


def kept(profile: Profile) -> object:
    return load(profile.settings)[0]


def test_that_a_symbol_added_or_removed_is_kept_in_the_profile(
    qtbot: QtBot, requests: Requests, profile: Profile
) -> None:
    requests.add("ETH-USD")
    qtbot.waitUntil(lambda: kept(profile).watchlist == ("^RUT", "ETH-USD"))
    requests.remove("^RUT")
    qtbot.waitUntil(lambda: kept(profile).watchlist == ("ETH-USD",))


def test_that_changed_settings_are_kept_and_in_force(qtbot: QtBot, requests: Requests, profile: Profile) -> None:
    changed = replace(requests.settings, sessions_below=21, theme="light")
    with qtbot.waitSignal(requests.settled):
        requests.change(changed)
    qtbot.waitUntil(lambda: kept(profile).sessions_below == 21)
    assert kept(profile).theme == "light"
    assert requests.settings == changed


def test_that_settings_that_cannot_be_kept_are_told_and_still_in_force(
    qtbot: QtBot, requests: Requests, profile: Profile
) -> None:
    profile.settings.unlink()
    profile.settings.mkdir()
    changed = replace(requests.settings, theme="light")
    assert answer(qtbot, requests, lambda: requests.change(changed)).endswith(".")
    assert requests.settings == changed


SYMBOLS = ("^RUT", "BTC-USD", "ETH-USD", "IWM")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.booleans(), st.sampled_from(SYMBOLS)), max_size=8))
def test_that_after_any_adding_and_removing_the_profile_holds_what_is_watched(
    qtbot: QtBot, requests: Requests, jobs: Jobs, profile: Profile, steps: list[tuple[bool, str]]
) -> None:
    expected = list(requests.settings.watchlist)
    for adds, symbol in steps:
        (requests.add if adds else requests.remove)(symbol)
        if adds and symbol not in expected:
            expected.append(symbol)
        elif not adds and symbol in expected:
            expected.remove(symbol)
    assert set(requests.settings.watchlist) == set(expected)
    assert len(requests.settings.watchlist) == len(expected)
    qtbot.waitUntil(lambda: kept(profile).watchlist == requests.settings.watchlist, timeout=10_000)


def test_that_starting_at_login_follows_its_setting(
    qtbot: QtBot, requests: Requests, profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    entry = tmp_path / "autostart/bellwether.desktop"
    requests.change(replace(requests.settings, start_at_login=True))
    qtbot.waitUntil(entry.exists)
    assert f'"true" "--minimized" "--profile" "{profile.folder}"' in entry.read_text()
    requests.change(replace(requests.settings, start_at_login=False))
    qtbot.waitUntil(lambda: not entry.exists())


def test_that_an_entry_for_the_login_that_cannot_be_written_is_told(
    qtbot: QtBot, requests: Requests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "autostart").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with qtbot.waitSignal(requests.told) as told:
        requests.change(replace(requests.settings, start_at_login=True))
    assert "could not be changed" in told.args[0]
