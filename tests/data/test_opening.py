"""Opening the profile's file: new, old, newer, damaged, read-only, and by two processes at once."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from data import opening, salvage, schema
from data.ledger import Alert, Judgement, Ledger
from data.schema import MIGRATIONS, migrate, version_of
from data.store import Store, StoreError
from tests.support.bars import MONDAY, NOW, fetched, row

ROOT = Path(__file__).parents[2]
PAGE = 4096
ALERT = Alert("key", "rule", "^RUT", MONDAY, "break", "Title", "Body", NOW)


def filled(path: Path, symbols: int = 3, bars: int = 2000) -> None:
    """Make a closed database with bars and an alert in it."""
    store = Store.open(path, NOW)
    for number in range(symbols):
        store.merge(fetched(*(row(day, 100.0 + day) for day in range(bars)), symbol=f"S{number}"))
    Ledger(store).commit(Judgement("rule", "^RUT", MONDAY, "break", {}, NOW), [ALERT])
    store.close()


def spoil(path: Path, start: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * length)


def kept_copies(path: Path) -> list[Path]:
    return [copy for copy in path.parent.glob(f"{path.name}.damaged-*") if not copy.name.endswith(("-wal", "-shm"))]


def total(store: Store, symbols: int = 3) -> int:
    return sum(len(store.bars(f"S{number}").bars) for number in range(symbols))


def test_that_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "Mein Ordner #1? 100%" / "profile" / "b.sqlite3"
    store = Store.open(path, NOW)
    assert store.notices == ()
    assert path.parent.stat().st_mode & 0o777 == 0o700
    store.close()


def test_that_an_older_file_is_backed_up_and_then_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path, symbols=1, bars=3)
    added = (*MIGRATIONS, ("CREATE TABLE extra(id INTEGER PRIMARY KEY)",), ("INSERT INTO extra VALUES (1)",))
    monkeypatch.setattr(opening, "migrate", lambda *arguments: migrate(*arguments, migrations=added))
    store = Store.open(path, NOW)
    assert total(store, 1) == 3
    assert [notice.count("kept as") for notice in store.notices] == [1, 1]
    store.close()
    for version in (len(MIGRATIONS), len(MIGRATIONS) + 1):
        with closing(sqlite3.connect(tmp_path / f"b.sqlite3.backup-v{version}-20260202T220000Z")) as backup:
            assert version_of(backup) == version
            assert backup.execute("SELECT count(*) FROM bars").fetchone() == (3,)


def test_that_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path, symbols=1, bars=3)
    broken = (*MIGRATIONS, ("CREATE TABLE extra(id INTEGER PRIMARY KEY)", "INSERT INTO nowhere VALUES (1)"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, path, NOW, broken)
        assert version_of(connection) == len(MIGRATIONS)
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    assert "extra" not in names


def test_that_a_step_that_another_process_took_first_is_not_taken_twice(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "b.sqlite3", isolation_level=None)) as connection:
        migrate(connection, tmp_path / "b.sqlite3", NOW)
        schema._step(connection, 0, MIGRATIONS[0])
        assert version_of(connection) == len(MIGRATIONS)


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_that_bars_survive_a_lost_first_page_whichever_version_the_file_began_with(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "b.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, NOW, MIGRATIONS[:version])
        connection.execute("CREATE TABLE filling(id INTEGER PRIMARY KEY)")  # whatever it was used for meanwhile
    filled(path)
    spoil(path, 0, PAGE)
    store = Store.open(path, NOW)
    assert total(store) == 6000
    assert Ledger(store).waiting() == (ALERT,)
    store.close()


def test_that_a_file_from_a_newer_app_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path, symbols=1, bars=3)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError) as told:
        Store.open(path, NOW)
    assert told.value.kind == "newer"
    assert kept_copies(path) == []


def test_that_garbage_in_the_middle_costs_only_what_it_covers(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path)
    spoil(path, path.stat().st_size // 2 // PAGE * PAGE, PAGE)
    store = Store.open(path, NOW)
    (notice,) = store.notices
    (copy,) = kept_copies(path)
    assert "was damaged and has been rebuilt" in notice
    assert copy.name in notice
    assert 6000 - 150 <= total(store) < 6000
    assert Ledger(store).waiting() == (ALERT,)
    store.close()
    again = Store.open(path, NOW)
    assert again.notices == ()
    again.close()


def test_that_several_holes_cost_only_what_they_cover(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path, symbols=1, bars=20_000)
    pages = path.stat().st_size // PAGE
    for tenth in (4, 5, 6, 7):
        spoil(path, pages * tenth // 10 * PAGE, PAGE)
    store = Store.open(path, NOW)
    assert 20_000 - 8 * 150 <= total(store, 1) < 20_000
    store.close()


@pytest.mark.parametrize("length", [16, 100, PAGE])
def test_that_a_spoiled_header_costs_nothing(tmp_path: Path, length: int) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path)
    spoil(path, 0, length)
    store = Store.open(path, NOW)
    assert total(store) == 6000
    assert Ledger(store).waiting() == (ALERT,)
    assert len(kept_copies(path)) == 1
    store.close()


def test_that_what_only_the_log_holds_yet_survives_a_spoiled_header(tmp_path: Path) -> None:
    running = Store.open(tmp_path / "b.sqlite3", NOW)
    running.merge(fetched(*(row(day) for day in range(2000)), symbol="S0"))
    crashed = tmp_path / "crashed" / "b.sqlite3"
    crashed.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copyfile(tmp_path / f"b.sqlite3{ending}", crashed.with_name(f"b.sqlite3{ending}"))
    running.close()
    spoil(crashed, 0, 100)
    store = Store.open(crashed, NOW)
    assert total(store, 1) == 2000
    store.close()


def test_that_garbage_that_reads_as_a_row_is_left_behind(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as damaged, closing(sqlite3.connect(":memory:")) as fresh:
        fresh.isolation_level = None
        migrate(fresh, tmp_path / "unused", NOW)
        damaged.execute("CREATE TABLE breakers(host, until)")
        damaged.executemany("INSERT INTO breakers VALUES (?, ?)", [("good", 1), ("bad", "soon"), (None, 3)])
        assert salvage._move(damaged, fresh, "breakers", ["host"]) == 1
        assert fresh.execute("SELECT * FROM breakers").fetchall() == [("good", 1)]


def test_that_a_file_that_is_no_database_is_set_aside_and_an_empty_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    path.write_bytes(b"this is a letter to my aunt, and no database\n" * 500)
    store = Store.open(path, NOW)
    (copy,) = kept_copies(path)
    assert copy.read_bytes().startswith(b"this is a letter")
    assert "nothing could be read from it" in store.notices[0]
    assert store.merge(fetched(row(0))).added == 1
    store.close()


def test_that_a_file_that_was_cut_short_is_rebuilt(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    store = Store.open(path, NOW)
    assert "rebuilt" in store.notices[0]
    store.close()


def test_that_a_second_damage_in_the_same_second_keeps_both_files(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    for _ in range(2):
        path.write_bytes(b"no database at all" * 400)
        Store.open(path, NOW).close()
    assert len(kept_copies(path)) == 2


def test_that_damage_met_while_running_is_said_and_repaired_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_CHECKED_AT_ONCE", 0)
    path = tmp_path / "b.sqlite3"
    filled(path)
    spoil(path, path.stat().st_size // 2 // PAGE * PAGE, PAGE)
    store = Store.open(path, NOW)
    assert store.notices == (), "a big file is not read through at every start"
    with pytest.raises(StoreError) as told:
        total(store)
    assert told.value.kind == "damaged"
    store.close()
    repaired = Store.open(path, NOW)
    assert "rebuilt" in repaired.notices[0]
    assert total(repaired) > 5500
    repaired.close()
    assert not (tmp_path / "b.sqlite3.suspect").exists()


def test_that_a_store_that_is_open_follows_a_rebuild_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path)
    running = Store.open(path, NOW)
    running.merge(fetched(row(0), symbol="before"))
    salvage.rebuild(path, NOW)
    running.merge(fetched(row(0), symbol="after"))
    other = Store.open(path, NOW)
    assert {"before", "after", "S0"} <= set(other.symbols())
    other.close()
    running.close()


def test_that_a_repair_by_another_process_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path)
    assert opening._repair(path, NOW, dt.timedelta(seconds=1)) == ()
    assert kept_copies(path) == []


def test_that_a_newer_file_found_under_the_repair_lock_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path, symbols=1, bars=3)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError) as told:
        opening._repair(path, NOW, dt.timedelta(seconds=1))
    assert told.value.kind == "newer"


def test_that_a_rebuild_without_room_for_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(path: Path, now: dt.datetime) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(opening, "rebuild", no_room)
    path = tmp_path / "b.sqlite3"
    path.write_bytes(b"no database at all" * 400)
    with pytest.raises(StoreError) as told:
        Store.open(path, NOW)
    assert told.value.kind == "damaged"
    assert path.read_bytes().startswith(b"no database"), "nothing is lost on the way"


def test_that_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as told:
        Store.open(tmp_path / "file" / "b.sqlite3", NOW)
    assert told.value.kind == "readonly"
    assert "--profile" in told.value.message


def test_that_a_place_where_no_file_can_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "b.sqlite3").mkdir()
    with pytest.raises(StoreError) as told:
        Store.open(tmp_path / "b.sqlite3", NOW)
    assert told.value.kind == "readonly"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs the permissions of POSIX")
@pytest.mark.parametrize("existing", [True, False])
def test_that_a_folder_that_may_only_be_read_is_said(existing: bool) -> None:
    script = """
import os, sys
from pathlib import Path
from data.store import Store, StoreError
from tests.support.bars import NOW, fetched, row
if os.geteuid() == 0:
    os.setuid(65534)  # what may be written to is no question for root
try:
    store = Store.open(Path(sys.argv[1]), NOW)
    store.merge(fetched(row(0)))
except StoreError as error:
    print(error.kind)
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profile" / "b.sqlite3"
        path.parent.mkdir()
        if existing:
            filled(path, symbols=1, bars=3)
            path.chmod(0o444)
        for part in (path.parent, Path(folder)):
            part.chmod(0o555)
        reader = start(script, path)
        output, errors = reader.communicate(timeout=60)
        path.parent.chmod(0o755)
        Path(folder).chmod(0o755)
    assert (output, errors) == ("readonly\n", "")


WRITER = """
import sys, datetime as dt
from pathlib import Path
from data.store import Store
from tests.support.bars import NOW, fetched, row
store = Store.open(Path(sys.argv[1]), NOW)
name, count = sys.argv[2], int(sys.argv[3])
for day in range(count):
    store.merge(fetched(*(row(d, 100.0 + d) for d in range(day + 1)), symbol=name))
    print(day, flush=True)
store.close()
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_that_processes_that_begin_a_profile_together_share_it(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    writers = [start(WRITER, path, f"S{number}", 40) for number in range(3)]
    for writer in writers:
        _, errors = writer.communicate(timeout=100)
        assert (writer.returncode, errors) == (0, "")
    store = Store.open(path, NOW)
    assert [len(store.bars(f"S{number}").bars) for number in range(3)] == [40] * 3
    store.close()


def test_that_kill_9_during_a_write_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    for attempt in range(3):
        with start(WRITER, path, f"S{attempt}", 100_000) as writer:
            assert writer.stdout is not None
            for _ in range(10 + attempt):
                saved = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
        store = Store.open(path, NOW)
        assert store.notices == ()
        assert len(store.bars(f"S{attempt}").bars) >= saved + 1
        store.close()


def test_that_kill_9_inside_a_transaction_leaves_the_state_before_it(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    filled(path, symbols=1, bars=3)
    script = """
import os, signal, sys
from pathlib import Path
from data.store import Store
from tests.support.bars import NOW
store = Store.open(Path(sys.argv[1]), NOW)
with store.database.writing() as connection:
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("DELETE FROM bars")
    connection.executemany("INSERT INTO sources(name) VALUES (?)", [(str(n) * 500,) for n in range(2000)])
    os.kill(os.getpid(), signal.SIGKILL)
"""
    victim = start(script, path)
    victim.communicate(timeout=60)
    assert victim.returncode == -signal.SIGKILL
    store = Store.open(path, NOW)
    assert total(store, 1) == 3
    store.close()


def test_that_several_who_create_the_same_file_at_once_all_open_it(tmp_path: Path) -> None:
    for number in range(12):
        path = tmp_path / str(number) / "bars.sqlite3"
        with ThreadPoolExecutor(6) as crowd:
            told = list(crowd.map(lambda _, path=path: opening.open_file(path, NOW), range(6)))
        assert told == [()] * 6
        with closing(sqlite3.connect(path)) as connection:
            assert version_of(connection) == len(MIGRATIONS)
