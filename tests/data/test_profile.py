"""The profile: one folder, whose move moves everything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.profile import Profile, default_profile
from data.store import StoreError

ROOT = Path(__file__).parents[2]


def test_that_everything_lies_in_the_one_folder(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    parts = [profile.database, profile.settings, profile.log, profile.window_state, profile.cache]
    assert {part.parent for part in parts} == {tmp_path}
    assert len(set(parts)) == 5
    assert profile.database.name == "bellwether.sqlite3"


def test_that_the_folder_is_for_its_owner_alone_and_may_exist(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "deep" / "mine")
    profile.create()
    profile.create()
    assert profile.folder.stat().st_mode & 0o777 == 0o700


def test_that_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as told:
        Profile(tmp_path / "file" / "profile").create()
    assert told.value.kind == "readonly"


def test_that_the_default_follows_the_platform_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert default_profile().folder.name == "bellwether"
    assert list(tmp_path.iterdir()) == []


def test_that_importing_the_store_and_the_settings_loads_nothing_slow() -> None:
    names = "data.store, data.ledger, data.files, data.settings, data.secrets, data.profile"
    slow = "{'pandas', 'pyarrow', 'exchange_calendars', 'keyring', 'tomlkit', 'platformdirs', 'requests'}"
    script = f"import sys, {names}; found = sorted({slow} & set(sys.modules)); print(found)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
