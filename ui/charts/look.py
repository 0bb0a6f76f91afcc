"""The theme as the charts use it, with the texts already drawn in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtGui import QColor, QFont

from ui.charts.painting import LabelCache
from ui.theme import Theme, interface_font, series_role

AXIS_PIXELS = 12


@dataclass(frozen=True, slots=True)
class Look:
    """Colours by role, and label caches for axes and headers, for one density of device pixels."""

    theme: Theme
    axis: LabelCache
    header: LabelCache
    sentence: LabelCache
    _mixed: dict[tuple[str, float], QColor] = field(default_factory=dict)

    @staticmethod
    def of(theme: Theme, density: float, labels: type[LabelCache] = LabelCache) -> Look:
        """Build the look of a theme for a screen with `density` device pixels to a pixel."""
        strong = QFont.Weight.DemiBold
        axis = labels(interface_font(AXIS_PIXELS), interface_font(AXIS_PIXELS, strong), density)
        header = labels(interface_font(), interface_font(weight=strong), density)
        large = interface_font(15)
        return Look(theme, axis, header, labels(large, large, density))

    def colour(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the colour of a role, parsed once."""
        mixed = self._mixed.get((role, alpha))
        if mixed is None:
            mixed = self._mixed[role, alpha] = self.theme.colour(role, alpha)
        return mixed

    def series(self, symbol: str) -> QColor:
        """Return the colour of an asset's prices."""
        return self.colour(series_role(symbol))
