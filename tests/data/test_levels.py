from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.levels import Level, level_text, levels_of, lines_of, read_level
from data.settings import Settings, load, save

PRICES = st.floats(1e-12, 1e12, allow_nan=False)
LABELS = st.text(st.characters(categories=("L", "N", "P")), max_size=12).map(lambda text: f"a {text}".strip())


@given(PRICES, LABELS)
def test_that_a_level_comes_back_as_it_was_written(price: float, label: str) -> None:
    level = Level(price, label)
    assert read_level(level_text("^RUT", level)) == ("^RUT", level)


def test_that_two_levels_at_one_price_are_not_the_same() -> None:
    one, other = Level(5.0, "A"), Level(5.0, "A")
    assert one.id != other.id
    assert one != other
    assert one.moved(7.0).id == one.id
    assert one.moved(7.0).label == "A"


@pytest.mark.parametrize("text", ["", "^RUT", "^RUT 5", "^RUT five abc", "^RUT nan abc", "^RUT -1 abc", "^RUT inf abc"])
def test_that_what_is_no_level_is_none(text: str) -> None:
    assert read_level(text) is None


def test_that_levels_survive_in_the_settings_file_and_wrong_ones_are_named(tmp_path: Path) -> None:
    levels = {"^RUT": (Level(2500.5, "the old high"), Level(2400.0)), "BTC-USD": (Level(65_000.0),)}
    path = tmp_path / "settings.toml"
    save(path, Settings(levels=lines_of(levels)))
    settings, problems = load(path)
    assert levels_of(settings.levels) == levels
    assert problems == ()
    path.write_text('levels = ["^RUT five abc", "^RUT 5.0 abc"]\n', encoding="utf-8")
    settings, problems = load(path)
    assert settings.levels == ("^RUT 5.0 abc",)
    assert problems == ("The setting “levels” holds what is no level, which was ignored: ^RUT five abc.",)
