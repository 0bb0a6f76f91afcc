"""Named colours, the interface font and the style sheet: how the whole window looks, dark and light."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

ThemeName = Literal["dark", "light"]

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FONT_FAMILY = "Inter"
BASE_PIXELS = 13

_SERIES = {
    "^RUT": "price",
    "IWM": "price",
    "BTC-USD": "btc",
    "ETH-USD": "eth",
    "SOL-USD": "sol",
    "XRP-USD": "xrp",
    "ADA-USD": "ada",
    "LINK-USD": "link",
}


@dataclass(frozen=True, slots=True)
class Theme:
    """A set of colours by role, such as "panel", "high" or "btc"; each is "#rrggbb"."""

    name: ThemeName
    colours: Mapping[str, str]

    def colour(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the colour of a role, `alpha` from 0 (clear) to 1; an unknown role raises KeyError."""
        colour = QColor(self.colours[role])
        colour.setAlphaF(alpha)
        return colour


def load_theme(name: ThemeName) -> Theme:
    """Read a theme from the app's resources."""
    with (RESOURCES / "themes" / f"{name}.toml").open("rb") as file:
        tables = tomllib.load(file)
    roles = {role: value for table in tables.values() if isinstance(table, dict) for role, value in table.items()}
    return Theme(name, MappingProxyType(roles))


def system_theme_name(app: QApplication) -> ThemeName:
    """Return the theme that the desktop asks for now; dark where it does not say."""
    return "light" if app.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"


def series_role(symbol: str) -> str:
    """Return the role of the colour in which an asset's prices are drawn."""
    return _SERIES.get(symbol, "other")


def interface_font(pixels: int = BASE_PIXELS, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface font with figures of equal width, so that columns of numbers line up."""
    font = QFont(FONT_FAMILY)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Give the app the Fusion style, the theme's palette and style sheet, and the interface font."""
    if app.font().family() != FONT_FAMILY:
        for file in sorted((RESOURCES / "fonts").glob("*.otf")):
            QFontDatabase.addApplicationFont(str(file))
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))
    # Last: before this, a desktop's own theme gives labels, menus and lists a font of their own.
    app.setFont(interface_font())


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, name in (
        (role.Window, "window"),
        (role.WindowText, "text"),
        (role.Base, "panel"),
        (role.AlternateBase, "raised"),
        (role.Text, "text"),
        (role.Button, "raised"),
        (role.ButtonText, "text"),
        (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"),
        (role.Highlight, "selection"),
        (role.HighlightedText, "text"),
        (role.PlaceholderText, "faint"),
        (role.Link, "price"),
        (role.Mid, "border"),
        (role.Accent, "accent"),
    ):
        palette.setColor(target, theme.colour(name))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, theme.colour("faint"))
    return palette


def _style_sheet(theme: Theme) -> str:
    icons = (RESOURCES / "icons").as_posix()
    sheet = (RESOURCES / "themes" / "window.qss").read_text(encoding="utf-8")
    return Template(sheet).substitute(theme.colours, icons=icons, name=theme.name)
