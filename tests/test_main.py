"""The program as a process: exit codes, one clear line, and no traceback, whatever is in the way."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import main
from data.calendar import Calendars
from data.profile import Profile
from tests.support.clocked import FileClock, finished, start
from tests.support.faults import HANG
from tests.support.loopback import Loopback
from tests.support.profiles import keep, profile_in, staged_bars, stored
from tests.support.staged import SETTLED, stage

NO_SCREEN = {"QT_QPA_PLATFORM": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return profile_in(tmp_path)


@pytest.fixture
def clock(tmp_path: Path) -> FileClock:
    made = FileClock(tmp_path / "clock")
    made.set(SETTLED)
    return made


def call(profile: Profile, *arguments: str, **environment: str) -> tuple[int, str, str]:
    return finished(start(None, "--profile", str(profile.folder), *arguments, environment=environment))


def one_line(errors: str) -> str:
    assert "Traceback" not in errors
    assert len(errors.splitlines()) == 1, errors
    return errors


def test_that_a_verb_in_a_process_of_its_own_answers_with_json_alone(profile: Profile) -> None:
    code, out, errors = call(profile, "status", "--json")
    assert (code, errors) == (0, "")
    assert [asset["symbol"] for asset in json.loads(out)] == ["^RUT", "BTC-USD"]


@pytest.mark.parametrize("display", ["", ":77"])
def test_that_without_a_display_the_window_names_what_works_instead(profile: Profile, display: str) -> None:
    code, out, errors = call(profile, **{**NO_SCREEN, "DISPLAY": display})
    assert (code, out) == (1, "")
    assert all(verb in one_line(errors) for verb in ("'watch'", "'status'", "'snapshot OUT.png'"))
    assert not profile.database.exists(), "nothing is made for a window that cannot open"


def test_that_a_reader_who_leaves_early_is_no_fault(profile: Profile, calendars: Calendars) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    with start(None, "--profile", str(profile.folder), "breakouts", "^RUT", "--sessions-below", "0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_that_no_terminal_is_too_plain_to_keep_a_minus(profile: Profile, calendars: Calendars, encoding: str) -> None:
    keep(profile, "^RUT", staged_bars(calendars, without=1))
    code, out, errors = call(profile, "status", PYTHONIOENCODING=f"{encoding}:strict", PYTHONUTF8="0")
    assert (code, errors) == (0, "")
    line = next(line for line in out.splitlines() if line.startswith("^RUT  "))
    assert "-1.17%" in line.replace("−", "-")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nosuchverb",),
        ("breakouts",),
        ("breakouts", "^RUT", "--sessions-below", "many"),
        ("breakouts", "^RUT", "--sessions-below", "-1"),
        ("breakouts", "^RUT", "--basis", "open"),
        ("breakouts", "^RUT", "--buffer", "nan"),
        ("breakouts", "^RUT", "--buffer", "x"),
        ("breakouts", "^RUT", "--confirm", "0"),
        ("breakouts", " "),
        ("import", "prices.csv"),
        ("import", "prices.csv", "--symbol", "^RUT", "--interval", "7x"),
        ("export", "^RUT"),
        ("export", "^RUT", "--to", "out.csv", "--interval", "fortnight"),
        ("snapshot", "out.png", "--range", "2Y"),
        ("snapshot", "out.png", "--theme", "pink"),
        ("snapshot", "out.png", "--size", "large"),
        ("snapshot", "out.png", "--size", "10x10"),
        ("--seed", "-1", "--demo", "status"),
        ("--seed", "one", "--demo", "status"),
    ],
)
def test_that_wrong_usage_is_explained_and_touches_nothing(
    profile: Profile, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as end:
        main.main(["--profile", str(profile.folder), *arguments])
    assert end.value.code == 2
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.splitlines()[-1].startswith("main.py")
    assert "_count" not in errors
    assert "invalid _" not in errors
    assert not profile.database.exists()


@pytest.mark.parametrize("arguments", [("breakouts", "^RUT"), ("export", "^RUT", "--to", "out.csv")])
def test_that_nothing_stored_is_one_line_and_exit_code_1(profile: Profile, arguments: tuple[str, ...]) -> None:
    code, out, errors = call(profile, *arguments)
    assert (code, out) == (1, "")
    assert "^RUT" in one_line(errors)


def test_that_a_profile_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    code, out, errors = call(Profile(tmp_path / "file"), "status")
    assert (code, out) == (1, "")
    assert "--profile" in one_line(errors)


def test_that_a_damaged_database_is_set_aside_told_and_gone_the_next_time(
    profile: Profile, calendars: Calendars
) -> None:
    keep(profile, "^RUT", staged_bars(calendars))
    profile.database.write_bytes(b"this is no database" * 500)
    code, out, errors = call(profile, "status", "--json")
    assert code == 0
    assert "damaged" in one_line(errors)
    assert len(json.loads(out)) == 2
    assert call(profile, "status", "--json")[2] == ""


def test_that_a_profile_of_a_newer_version_is_left_alone(profile: Profile) -> None:
    call(profile, "status")
    connection = sqlite3.connect(profile.database)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    code, _out, errors = call(profile, "status")
    assert code == 1
    assert "newer version" in one_line(errors)


def test_that_a_wrong_setting_is_named_on_standard_error_and_json_stays_json(profile: Profile) -> None:
    profile.settings.write_text('watchlist = ["^RUT"]\nrefresh_minutes = "often"\n')
    code, out, errors = call(profile, "status", "--json")
    assert code == 0
    assert "refresh_minutes" in one_line(errors)
    assert len(json.loads(out)) == 1


def test_that_the_log_goes_to_the_profile_and_the_process_log_is_left_as_it_was(
    profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    import logging

    before = (logging.getLogger().level, list(logging.getLogger().handlers))
    with main.logging_to(profile.log):
        logging.getLogger("bellwether").info("noted")
    assert "noted" in profile.log.read_text()
    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before
    with main.logging_to(profile.folder):
        logging.getLogger("bellwether").info("cannot be written")
    assert capsys.readouterr().err == ""


@pytest.fixture
def world(calendars: Calendars) -> object:
    with Loopback() as loopback:
        stage(loopback, calendars)
        loopback.now = SETTLED
        yield loopback


@pytest.fixture(scope="session")
def calendars() -> Calendars:
    return Calendars()


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def ends_within_three_seconds(process: object, how: int = signal.SIGTERM) -> tuple[int, str, str]:
    process.send_signal(how)
    return finished(process, 3)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_that_watch_judges_and_ends_cleanly_when_asked_to(
    profile: Profile, world: Loopback, clock: FileClock, how: int
) -> None:
    process = start(clock._path, "--profile", str(profile.folder), "watch", environment=world.environment())
    wait_for(lambda: profile.database.exists() and len(stored_or_none(profile, "BTC-USD")) > 0)
    code, out, errors = ends_within_three_seconds(process, how)
    assert (code, out) == (0, "")
    assert errors.startswith("Watching 2 assets")
    assert "Traceback" not in errors


@pytest.mark.parametrize("arguments", [("watch",), ("--minimized",), ()])
def test_that_quitting_during_a_hanging_request_takes_no_three_seconds(
    profile: Profile, world: Loopback, clock: FileClock, arguments: tuple[str, ...]
) -> None:
    world.fail("*", HANG)
    process = start(clock._path, "--profile", str(profile.folder), *arguments, environment=world.environment())
    wait_for(lambda: world.count() > 0)
    code, _out, errors = ends_within_three_seconds(process)
    assert code == 0, errors
    assert "Traceback" not in errors


def stored_or_none(profile: Profile, symbol: str) -> object:
    try:
        return stored(profile, symbol)
    except main.StoreError:
        return ()


def test_that_ctrl_c_during_a_refresh_is_one_line(profile: Profile, world: Loopback, clock: FileClock) -> None:
    world.fail("*", HANG)
    process = start(clock._path, "--profile", str(profile.folder), "refresh", environment=world.environment())
    wait_for(lambda: world.count() > 0)
    code, _out, errors = ends_within_three_seconds(process, signal.SIGINT)
    assert code == 1
    assert errors.splitlines() == ["Fetching Russell 2000", "Stopped. What was stored before is kept."]


def test_that_a_second_launch_raises_the_first_window_and_another_profile_opens_its_own(
    profile: Profile, world: Loopback, clock: FileClock, tmp_path: Path
) -> None:
    first = start(clock._path, "--profile", str(profile.folder), environment=world.environment())
    wait_for(lambda: world.count() > 0)
    second = start(clock._path, "--profile", str(profile.folder / "..") + "/profile", environment=world.environment())
    assert finished(second, 10) == (0, "", "")
    other = start(clock._path, "--profile", str(profile_in(tmp_path / "b").folder), environment=world.environment())
    asked = world.count()
    wait_for(lambda: world.count() > asked)
    assert first.poll() is None
    assert other.poll() is None
    for process in (first, other):
        assert ends_within_three_seconds(process)[0] == 0


def test_that_two_launches_at_once_give_one_window_and_a_crash_leaves_the_place_free(
    profile: Profile, world: Loopback, clock: FileClock
) -> None:
    pair = [start(clock._path, "--profile", str(profile.folder), environment=world.environment()) for _ in range(2)]
    wait_for(lambda: any(process.poll() is not None for process in pair))
    winner = next(process for process in pair if process.poll() is None)
    loser = next(process for process in pair if process is not winner)
    assert finished(loser)[0] == 0
    winner.kill()
    finished(winner)
    asked = world.count()
    after = start(clock._path, "--profile", str(profile.folder), environment=world.environment())
    wait_for(lambda: world.count() > asked)
    assert ends_within_three_seconds(after)[0] == 0


def test_that_a_simulated_world_touches_no_real_profile_and_leaves_nothing_behind(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    temporary.mkdir()
    environment = {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        **{f"XDG_{kind}_HOME": str(home / kind) for kind in ("DATA", "CONFIG", "STATE", "CACHE")},
    }
    process = start(None, "--demo", "--seed", "7", "--minimized", environment=environment)
    wait_for(lambda: len(stored_somewhere(temporary)) > 0, 30)
    code, _out, errors = ends_within_three_seconds(process)
    assert (code, errors) == (0, "")
    assert list(temporary.iterdir()) == []
    assert not home.exists() or not list(home.rglob("*bellwether*"))


def stored_somewhere(temporary: Path) -> list[object]:
    found = list(temporary.glob("bellwether-simulated-*/bellwether.sqlite3"))
    return [found] if found and len(stored_or_none(Profile(found[0].parent), "^RUT")) else []


def test_that_a_simulated_verb_answers_for_the_simulation(tmp_path: Path) -> None:
    code, out, errors = finished(start(None, "--demo", "--seed", "7", "status", "--json"))
    assert (code, errors) == (0, "")
    index = json.loads(out)[0]
    assert (index["source"], index["freshness"]) == ("Simulation", "fresh")
