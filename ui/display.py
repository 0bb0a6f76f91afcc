"""Whether there is a screen to open a window on."""

from __future__ import annotations

import ctypes
import os
import sys

NO_DISPLAY = (
    "There is no display to open the window on. Without one, these work: 'watch' refreshes and notifies, "
    "'status' prints where each market stands, 'snapshot OUT.png' draws the window as a picture."
)

_NEEDS_NO_DISPLAY = {"offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs"}


def has_display() -> bool:
    """Whether a window can be opened; looked at first, because Qt aborts instead of saying so."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in _NEEDS_NO_DISPLAY:
        return True
    return bool(os.environ.get("WAYLAND_DISPLAY")) or bool(os.environ.get("DISPLAY") and _x_server_answers())


def _x_server_answers() -> bool:
    """Knock: a display that is named but gone, or that refuses this user, is none."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # not to be told from here; Qt has the last word
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused
