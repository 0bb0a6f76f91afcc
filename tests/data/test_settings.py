"""Settings: wrong ones are named and ignored, comments stay, nothing the user wrote is lost."""

from __future__ import annotations

import os
import tempfile
from dataclasses import fields, replace
from pathlib import Path

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from data.catalog import DEFAULT_WATCHLIST
from data.settings import Settings, SettingsError, load, problem_with, save

SYMBOL = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)


def test_that_the_defaults_are_those_of_the_design() -> None:
    defaults = Settings()
    assert defaults.watchlist == DEFAULT_WATCHLIST
    assert defaults.panes == ("^RUT", "BTC-USD", "ETH-USD")
    assert (defaults.refresh_minutes, defaults.sessions_below, defaults.near_percent) == (15, 63, 3.0)
    assert (defaults.confirm_closes, defaults.theme, defaults.on_close) == (3, "system", "tray")
    assert (defaults.notify, defaults.cross_check, defaults.start_hidden) == (True, True, False)


@pytest.mark.parametrize("option", fields(Settings), ids=lambda option: option.name)
def test_that_every_option_says_what_it_means_and_has_a_good_default(option) -> None:  # noqa: ANN001
    assert option.metadata["doc"].endswith(".")
    assert option.metadata["group"]
    assert problem_with(option.name, option.default) is None


def test_that_a_missing_file_means_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == (Settings(), ())


def test_that_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.toml"
    chosen = Settings(watchlist=("^RUT",), near_percent=2.5, theme="dark", notify=False)
    save(path, chosen)
    assert load(path) == (chosen, ())
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]
    assert "# Time between two refreshes. In minutes." in path.read_text()


def test_that_comments_order_and_unknown_values_survive_a_save(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("# mine\nnotify = false # too loud\nfuture = 1\n\n[table]\nkey = 'x' # kept\n")
    settings, problems = load(path)
    assert settings == Settings(notify=False)
    assert problems == (
        "The setting “future” is unknown and was ignored.",
        "The setting “table” is unknown and was ignored.",
    )
    save(path, replace(settings, refresh_minutes=5))
    text = path.read_text()
    assert text.startswith("# mine\nnotify = false # too loud\nfuture = 1\n")
    assert text.endswith("[table]\nkey = 'x' # kept\n")
    assert load(path)[0] == Settings(notify=False, refresh_minutes=5)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("refresh_minutes = 0", "must be a whole number from 1 to 1440 (minutes); the default is used instead: 15."),
        ("refresh_minutes = 2.5", "must be a whole number"),
        ("refresh_minutes = true", "must be a whole number"),
        ("refresh_minutes = 'often'", "must be a whole number"),
        ("near_percent = nan", "must be a number from 0.1 to 50 (%)"),
        ("near_percent = inf", "must be a number"),
        ("near_percent = true", "must be a number"),
        ("notify = 1", "must be true or false; the default is used instead: true."),
        ("theme = 'pink'", "must be one of system, dark, light"),
        ("theme = ['dark']", "must be one of system, dark, light"),
        ("watchlist = '^RUT'", "must be a list of symbols; the default is used instead: ^RUT, BTC-USD"),
        ("panes = []", "must be a list of 1 to 8 symbols"),
    ],
)
def test_that_a_wrong_value_is_named_and_the_default_used(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(line + "\nconfirm_closes = 5\n")
    settings, (told,) = load(path)
    assert settings == Settings(confirm_closes=5)
    assert told.startswith(f"The setting “{line.split()[0]}” ")
    assert problem in told


def test_that_a_whole_number_will_do_for_a_percentage(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("near_percent = 4")
    settings, problems = load(tmp_path / "s.toml")
    assert (settings.near_percent, type(settings.near_percent), problems) == (4.0, float, ())


def test_that_bad_symbols_cost_only_themselves(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("watchlist = ['^RUT', 7, 'a b', '', 'IWM', '^RUT']")
    settings, (told,) = load(tmp_path / "s.toml")
    assert settings.watchlist == ("^RUT", "IWM")
    assert "holds what is no symbol" in told


def test_that_a_watchlist_may_be_empty(tmp_path: Path) -> None:
    save(tmp_path / "s.toml", Settings(watchlist=()))
    assert load(tmp_path / "s.toml") == (Settings(watchlist=()), ())


@pytest.mark.parametrize(
    "content", [b"notify = maybe", b"\xff\xfe\x00notify", b"[[[", b"notify = true\nnotify = false"]
)
def test_that_a_broken_file_is_set_aside_and_told_and_never_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    for number in range(2):
        path.write_bytes(content)
        settings, (told,) = load(path)
        assert settings == Settings()
        assert f"set aside as settings.toml.broken{'-2' if number else ''}," in told
        assert not path.exists()
    assert (tmp_path / "settings.toml.broken").read_bytes() == content
    assert (tmp_path / "settings.toml.broken-2").read_bytes() == content


def test_that_a_file_that_broke_while_the_app_ran_is_set_aside_by_saving(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("notify = ")
    save(path, Settings(notify=False))
    assert load(path)[0] == Settings(notify=False)
    assert (tmp_path / "settings.toml.broken").read_text() == "notify = "


def test_that_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_bytes(b"\xef\xbb\xbfnotify = false\n")
    assert load(tmp_path / "s.toml") == (Settings(notify=False), ())


def test_that_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    settings, (told,) = load(tmp_path / "settings.toml")
    assert settings == Settings()
    assert "cannot be read" in told


def test_that_a_broken_file_that_cannot_be_renamed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> Path:
        raise PermissionError

    path = tmp_path / "settings.toml"
    path.write_text("[[[")
    monkeypatch.setattr(Path, "rename", refuse)
    _, (told,) = load(path)
    assert "cannot be understood" in told
    assert path.read_text() == "[[["


def test_that_a_save_that_fails_says_so_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.toml"
    save(path, Settings(notify=False))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError) as told:
        save(path, Settings())
    assert "could not be saved" in told.value.message
    assert load(path) == (Settings(notify=False), ())
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]


@given(
    st.builds(
        Settings,
        watchlist=st.lists(SYMBOL, max_size=6, unique=True).map(tuple),
        panes=st.lists(SYMBOL, min_size=1, max_size=8, unique=True).map(tuple),
        refresh_minutes=st.integers(1, 1440),
        near_percent=st.floats(0.1, 50),
        notify=st.booleans(),
        theme=st.sampled_from(["system", "dark", "light"]),
    )
)
def test_that_any_settings_survive_saving_twice(chosen: Settings) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        save(path, Settings())
        save(path, chosen)
        assert load(path) == (chosen, ())
        tomlkit.parse(path.read_text())
