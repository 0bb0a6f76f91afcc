"""The chart engine: range bus, axes, price items, markers."""

import os

# pyqtgraph picks another binding when one happens to be installed; this must stand before its first import.
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
