"""The past is laid out to be played: judged as it came, told as playback, and nothing real is touched."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from data.calendar import Calendars
from data.profile import Profile
from data.rulebook import Rulebook
from models.desk import Desk
from models.judging import judge_all
from models.playback import NothingToPlayError, lay_out_past
from models.refresh import refresh_asset
from models.rules.evidence import Evidence
from models.rules.judge import ALL_TIME_HIGH
from models.rules.keeping import keep, kept_rules
from models.rules.rule import Rule, Subject, WithinHigh
from tests.support.profiles import keep as keep_bars
from tests.support.profiles import profile_in, staged_bars
from tests.support.sources import HandClock
from tests.support.staged import BREAK_DAY, SETTLED

START = BREAK_DAY - dt.timedelta(days=3)
NEAR = Rule(key="near", name="Near", condition=WithinHigh(Subject("^RUT"), 0.5))


@pytest.fixture
def clock() -> HandClock:
    return HandClock(SETTLED + dt.timedelta(days=3))


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return profile_in(tmp_path)


@pytest.fixture
def real(profile: Profile, clock: HandClock) -> Iterator[Desk]:
    desk = main.build(profile, demo=False, seed=0, clock=clock)
    yield desk
    desk.parts.store.close()


@pytest.fixture
def played(real: Desk, profile: Profile, clock: HandClock, tmp_path: Path) -> Iterator[Desk]:
    keep_bars(profile, "^RUT", staged_bars(Calendars()))
    keep(Rulebook(real.parts.store), NEAR, clock())
    desk = lay_out_past(real, Profile(tmp_path / "played"), START, clock)
    yield desk
    desk.parts.store.close()


def sessions(desk: Desk) -> list[dt.date]:
    view = refresh_asset(desk.parts, desk.assets[0], lambda: False).view
    return view.bars.session.astype(object).tolist()  # type: ignore[no-any-return]


def told(desk: Desk) -> list[tuple[dt.date, str, str]]:
    views = {asset.symbol: refresh_asset(desk.parts, asset, lambda: False).view for asset in desk.assets}
    evidence = Evidence(views, desk.parts.calendars, desk.parts.definitions)
    book = Rulebook(desk.parts.store)
    kept = kept_rules(book, desk.parts.clock()).kept
    alerts = judge_all(kept, evidence, desk.ledger, book, desk.parts.clock(), desk.world)
    return [(alert.session, alert.transition, alert.title) for alert in alerts if alert.rule == ALL_TIME_HIGH.key]


def test_that_without_stored_prices_there_is_nothing_to_play(real: Desk, clock: HandClock, tmp_path: Path) -> None:
    with pytest.raises(NothingToPlayError, match="No prices are stored"):
        lay_out_past(real, Profile(tmp_path / "played"), START, clock)
    assert not (tmp_path / "played").exists()


def test_that_an_asset_without_prices_is_left_out(played: Desk) -> None:
    assert [asset.symbol for asset in played.assets] == ["^RUT"]
    assert played.settings.watchlist == ("^RUT",)


def test_that_no_bar_is_there_before_it_had_settled(played: Desk) -> None:
    assert max(sessions(played)) < START
    assert played.playback is not None
    played.playback.advance(dt.timedelta(days=2))
    assert START <= max(sessions(played)) < START + dt.timedelta(days=2)


def test_that_a_break_is_told_when_it_came_once_and_as_playback(played: Desk) -> None:
    assert played.playback is not None
    assert told(played) == []
    news = []
    for _ in range(8):
        played.playback.advance(dt.timedelta(days=1))
        news += told(played)
    breaks = [(session, title) for session, transition, title in news if transition == "break"]
    assert [session for session, _ in breaks] == [BREAK_DAY]
    assert breaks[0][1].startswith("Playback: ")


def test_that_all_rules_of_the_user_are_armed_at_the_start_and_no_others(played: Desk, real: Desk) -> None:
    kept = kept_rules(Rulebook(played.parts.store), played.parts.clock()).kept
    assert {each.rule for each in kept} == {ALL_TIME_HIGH, NEAR}
    assert {each.armed_at.date() for each in kept} == {START}


def test_that_a_rule_the_user_removed_does_not_come_back(
    real: Desk, profile: Profile, clock: HandClock, tmp_path: Path
) -> None:
    keep_bars(profile, "^RUT", staged_bars(Calendars()))
    kept_rules(Rulebook(real.parts.store), clock())
    Rulebook(real.parts.store).remove(ALL_TIME_HIGH.key, clock())
    desk = lay_out_past(real, Profile(tmp_path / "played"), START, clock)
    assert kept_rules(Rulebook(desk.parts.store), clock()).kept == ()
    desk.parts.store.close()


def test_that_playing_changes_nothing_of_the_real_profile(played: Desk, real: Desk, profile: Profile) -> None:
    def seen() -> dict[str, str]:
        with real.parts.store.database.reading() as connection:
            text = "\n".join(connection.iterdump())
        files = sorted(path.name for path in profile.folder.iterdir() if not path.name.startswith("bellwether.sqlite3"))
        return {"database": hashlib.sha256(text.encode()).hexdigest(), "files": " ".join(files)}

    before = seen()
    assert played.playback is not None
    played.playback.advance(dt.timedelta(days=8))
    told(played)
    assert seen() == before


def test_that_it_ends_when_the_last_bar_had_settled(played: Desk) -> None:
    assert played.playback is not None
    played.playback.advance(dt.timedelta(days=999))
    assert played.playback.ended
    assert played.playback().date() <= BREAK_DAY + dt.timedelta(days=9)
