"""The chart engine: range bus, axes, price items, markers."""
