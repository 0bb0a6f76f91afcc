"""Whether there is a screen to open a window on."""

from __future__ import annotations

import os
import sys

NO_DISPLAY = (
    "There is no display to open the window on. Without one, these work: 'watch' refreshes and notifies, "
    "'status' prints where each market stands, 'snapshot OUT.png' draws the window as a picture."
)


def has_display() -> bool:
    """Whether a window can be opened; looked at first, because Qt aborts instead of saying so."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("QT_QPA_PLATFORM", "") in {"offscreen", "minimal", "vnc"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
