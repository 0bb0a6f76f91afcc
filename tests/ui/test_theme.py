"""The themes: complete, readable, and the same font everywhere."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication

from ui.theme import ThemeName, apply_theme, interface_font, load_theme, series_role

NAMES: tuple[ThemeName, ...] = ("dark", "light")


def luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(first: QColor, second: QColor) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_that_both_themes_name_the_same_roles() -> None:
    assert load_theme("dark").colours.keys() == load_theme("light").colours.keys()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("surface", ["window", "panel"])
def test_that_every_text_colour_can_be_read_on_every_surface(name: ThemeName, surface: str) -> None:
    theme = load_theme(name)
    least = {"text": 7.0, "muted": 4.5, "faint": 3.9, "warning": 4.5, "danger": 4.5, "ok": 4.5, "accent": 4.0}
    least |= {"simulated": 4.5, "price": 4.0, "btc": 3.5, "eth": 4.0, "high": 4.0}
    for role, wanted in least.items():
        assert contrast(theme.colour(role), theme.colour(surface)) >= wanted, role


def test_that_an_unknown_role_is_a_mistake_that_shows() -> None:
    with pytest.raises(KeyError):
        load_theme("dark").colour("no such role")


@pytest.mark.parametrize("name", NAMES)
def test_that_the_interface_is_set_in_the_font_that_ships_with_the_app(qapp: QApplication, name: ThemeName) -> None:
    apply_theme(qapp, load_theme(name))
    assert QFontInfo(interface_font()).family() == "Inter"
    assert qapp.palette().window().color() == load_theme(name).colour("window")


def test_that_each_asset_has_a_colour_of_a_role_that_exists() -> None:
    roles = load_theme("dark").colours
    for symbol in ("^RUT", "BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD", "ADA-USD", "LINK-USD", "^GSPC", "SAP.DE"):
        assert series_role(symbol) in roles
