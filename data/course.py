"""The course of simulated sessions from one moment to the next, and the bars shorter than a day that follow from it."""

from __future__ import annotations

import numpy as np

from data.bars import Floats, Seconds
from data.simulation import STEPS

FINE = 60  # moments between two steps of the coarse way
_BETWEEN = 0.7  # how much the price moves between two steps, as a share of what a free walk would


def course(seed: int, key: int, first: int, traces: Floats, spread: Floats) -> Floats:
    """Return log prices at every moment of sessions, a row for each, of which `first` says the first one's number.

    The coarse way of a session (`traces`) is kept: its steps are passed through and its extremes are never exceeded, so
    a day has the same open, high, low and close however closely it is looked at.  Each session can be drawn alone.
    """
    walks = _walks(seed, key, first, len(traces)) * (spread / np.sqrt(STEPS * FINE))[:, None, None]
    share = np.arange(FINE) / FINE
    swing = np.cumsum(walks, axis=2) - walks
    swing -= np.sum(walks, axis=2, keepdims=True) * share
    line = traces[:, :-1, None] + np.diff(traces, axis=1)[:, :, None] * share
    low, high = traces.min(axis=1)[:, None, None], traces.max(axis=1)[:, None, None]
    inner = np.clip(line + _BETWEEN * swing, low, high).reshape(len(traces), STEPS * FINE)
    return np.concatenate((inner, traces[:, -1:]), axis=1)


def _walks(seed: int, key: int, first: int, count: int) -> Floats:
    if count == 0:
        return np.empty((0, STEPS, FINE))
    drawn = (np.random.default_rng([seed, key, 4, row]) for row in range(first, first + count))
    return np.stack([generator.standard_normal((STEPS, FINE)) for generator in drawn])


def edges(opened: int, closed: int, step: int, now: float) -> Seconds:
    """Return when each bar of a session begins that has begun by `now`, in UTC epoch seconds."""
    return np.arange(opened, min(float(closed), np.floor(now) + 1), step, dtype=np.int64)


def candles(way: Floats, opened: int, closed: int, begins: Seconds, step: int, now: float) -> Floats:
    """Return log open, high, low and close of bars, a row for each: the course up to `now`, nothing beyond."""
    moments = opened + (closed - opened) * np.arange(len(way)) / (len(way) - 1)
    ends = np.minimum(begins + step, min(float(closed), now))
    first, last = np.interp(begins, moments, way), np.interp(ends, moments, way)
    start, stop = np.searchsorted(moments, begins, "right"), np.searchsorted(moments, ends, "left")
    high, low = np.maximum(first, last), np.minimum(first, last)
    filled = stop > start
    if bool(filled.any()):
        bounds = np.stack((start[filled], stop[filled]), axis=1).ravel()
        padded = np.append(way, way[-1])
        high[filled] = np.maximum(high[filled], np.maximum.reduceat(padded, bounds)[::2])
        low[filled] = np.minimum(low[filled], np.minimum.reduceat(padded, bounds)[::2])
    return np.stack((first, high, low, last), axis=1)
