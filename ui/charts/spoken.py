"""What the view of the charts is to a screen reader: a chart, not the bare filler that a graphics view passes for."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from ui.charts.view import ChartView


def chart_interface(_kind: str, told: QObject | None) -> QAccessibleInterface | None:
    """Return how a chart view is told; None leaves every other object to Qt.

    For `QAccessible.installFactory`, once in a process.  Name and description are those of the widget.
    """
    return QAccessibleWidget(told, QAccessible.Role.Chart, "") if isinstance(told, ChartView) else None
