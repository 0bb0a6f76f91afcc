"""Reference pictures of the charts, drawn from simulated prices, and how alike two pictures are.

Run `.venv/bin/python -m tests.support.pictures` after a change that is meant to be seen, and look at every picture
that it says has changed.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from data.bars import Bars
from data.catalog import BITCOIN, ETHER, RUSSELL_2000, Asset
from data.levels import Level
from models.intraday import Intraday, IntradayView, SessionCloses
from models.resample import Period
from models.snapshot import AssetView, Snapshot
from tests.support.charts import DAY, SYMBOLS, snapshot_of
from tests.support.views import view_of, weekdays
from ui.charts.bands import Band
from ui.charts.linked import LinkedCharts
from ui.charts.picture import charts_image
from ui.theme import ThemeName, apply_theme, load_theme

FOLDER = Path(__file__).resolve().parents[1] / "ui" / "charts" / "pictures"
BLUR = 5  # dots; another version of a font's rasteriser moves less than that
APART = 22  # of 255: a difference that an eye sees after the blur
ALIKE = 0.002  # share of dots that may be apart
Dots = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Case:
    """One picture: how it is drawn, of how many assets, how large, and with how many dots to a pixel."""

    theme: ThemeName
    manner: str
    assets: int
    size: tuple[int, int]
    scale: float

    @property
    def path(self) -> Path:
        """Where the reference is kept."""
        return FOLDER / f"{self.manner}-{self.theme}-{self.scale:g}x.png"


MANNERS: tuple[tuple[str, int, tuple[int, int], float], ...] = (
    ("line", 3, (480, 360), 1.0),
    ("line", 2, (340, 240), 2.0),
    ("line", 1, (260, 150), 3.0),
    ("candle", 3, (480, 360), 1.0),
    ("candle", 1, (280, 170), 2.5),
    ("compare", 3, (380, 240), 1.5),
    ("week", 3, (400, 300), 1.0),
    ("studies", 2, (480, 460), 1.0),
    ("studies", 2, (440, 600), 1.5),
    ("ohlc", 1, (300, 190), 1.0),
    ("hours", 2, (360, 240), 1.5),
)
RANGES: Mapping[str, str] = MappingProxyType({"candle": "3M", "ohlc": "3M", "week": "Max", "hours": "5D"})
PERIODS: Mapping[str, Period] = MappingProxyType({"week": "week", "hours": "1h"})
CASES = tuple(Case(theme, *manner) for theme in ("dark", "light") for manner in MANNERS)


def market() -> Snapshot:
    """Return simulated prices with breaks of the high, a gap, a bar in progress and a stale asset."""
    views = (
        _view(RUSSELL_2000, 7, 700, 100.0),
        _view(BITCOIN, 8, 980, 9000.0, without=slice(930, 944), live=True),
        _view(ETHER, 9, 980, 300.0, freshness="stale"),
    )
    return replace(snapshot_of(*views), world="simulated")


def _view(
    asset: Asset, seed: int, count: int, start: float, *, without: slice | None = None, live: bool = False,
    freshness: str = "fresh",
) -> AssetView:  # fmt: skip
    # The old generator on purpose: its numbers are promised never to change.
    steps = np.random.RandomState(seed).standard_normal((3, count))
    close = np.round(start * np.exp(np.cumsum(0.0012 + 0.014 * steps[0])), 2)
    opened = np.concatenate((close[:1], close[:-1]))
    reach = 0.006 * np.abs(steps[1:])
    first = dt.date(2023, 1, 2)
    session = weekdays(first, count) if asset.calendar != "24/7" else np.datetime64(first, "D") + np.arange(count)
    time = session.astype("datetime64[s]").astype(np.int64) + (52_200 if asset.calendar != "24/7" else 0)
    high, low = np.maximum(opened, close) * (1 + reach[0]), np.minimum(opened, close) * (1 - reach[1])
    if without is not None:
        close[without] = np.nan
    final = np.ones(count, np.bool_)
    final[-1] = not live
    bars = Bars(time, session, opened, high, low, close, np.ones(count), final)
    return view_of(bars, asset, source="Simulation", freshness=freshness)


def hours(snapshot: Snapshot) -> Intraday:
    """Return hourly bars of the last days of the first two assets: seven of a session, or round the clock."""
    return Intraday(snapshot.as_of, "1h", MappingProxyType({s: _hourly(snapshot.assets[s]) for s in SYMBOLS[:2]}))


def _hourly(view: AssetView) -> IntradayView:
    days, count = view.bars[-12:], 7 if view.asset.calendar != "24/7" else 24
    # A close that is missing is a gap of a day in the hours, as it is in the days.
    step = np.random.RandomState(11).standard_normal((3, len(days), count))
    close = np.round(days.close[:, None] * np.exp(0.004 * np.cumsum(step[0], axis=1)), 2).ravel()
    opened = np.concatenate((close[:1], close[:-1]))
    high, low = (np.maximum(opened, close), np.minimum(opened, close))
    reach = 0.002 * np.abs(step[1:]).reshape(2, -1)
    time = (days.time[:, None] + 3600 * np.arange(count)).ravel()
    final = np.ones(len(time), np.bool_)
    bars = Bars(
        time, np.repeat(days.session, count), opened, high * (1 + reach[0]), low * (1 - reach[1]), close,
        1 + 50 * reach[0], final,
    )  # fmt: skip
    closes = SessionCloses(view.bars.session, view.bars.time + (23_400 if count == 7 else 86_400))
    return IntradayView(view.asset, "1h", bars, closes, "Simulation", view.fetched_at, "fresh")


def bands(snapshot: Snapshot) -> tuple[Band, ...]:
    """Return three regimes over the last year of the first asset, the last of which has not ended."""
    last = float(snapshot.assets[SYMBOLS[0]].bars.time[-1])
    told = ((360, 240, "up", "calm"), (240, 130, "down", "stress"), (130, -30, "up", "calm"))
    return tuple(Band(last - first * DAY, last - end * DAY, role, label) for first, end, role, label in told)


def _furnish(case: Case, charts: LinkedCharts, snapshot: Snapshot) -> None:
    """Add what lies beside and behind prices, or take away what the case before had."""
    studies = case.manner == "studies"
    charts.set_bands(bands(snapshot) if studies else ())
    charts.show_volume(studies or case.manner == "hours")
    for measure in ("ratio", "drawdown", "correlation"):
        charts.show_measure(measure, studies and measure != "ratio")
    highest = float(np.nanmax(snapshot.assets[SYMBOLS[0]].bars.close[-250:]))
    charts.set_levels(SYMBOLS[0], (Level(round(highest * 0.8, 1), "support", "s"),) if studies else ())
    charts.show_intraday(hours(snapshot))


def draw(case: Case, charts: LinkedCharts, snapshot: Snapshot) -> QImage:
    """Return the picture of a case, drawn by these charts."""
    charts.resize(*case.size)
    charts.set_panes(SYMBOLS[: case.assets])
    charts.show_snapshot(snapshot)
    _furnish(case, charts, snapshot)
    charts.set_style({"candle": "candle", "ohlc": "ohlc", "hours": "candle"}.get(case.manner, "line"))
    charts.set_scale("log" if case.manner == "line" else "linear")
    charts.set_period(PERIODS.get(case.manner, "day"))
    charts.set_compare(case.manner == "compare")
    charts.set_preset(RANGES.get(case.manner, "1Y"))
    charts.stack.arrange(charts.size())
    return charts_image(charts, load_theme(case.theme), case.scale)


def dots_of(image: QImage) -> Dots:
    """Return a picture as an array of rows, columns and the three colours."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return (
        np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)[..., :3].astype(np.int64)
    )


def apart(one: Dots, other: Dots) -> float:
    """Return the share of dots that an eye would see to differ, 1 for pictures of different size."""
    if one.shape != other.shape:
        return 1.0
    return float((np.abs(_blurred(one) - _blurred(other)).max(axis=2) > APART).mean())


def _blurred(dots: Dots) -> npt.NDArray[np.float64]:
    total = np.pad(dots, ((BLUR, 0), (BLUR, 0), (0, 0)), mode="edge").cumsum(axis=0).cumsum(axis=1)
    corners = total[BLUR:, BLUR:] - total[:-BLUR, BLUR:] - total[BLUR:, :-BLUR] + total[:-BLUR, :-BLUR]
    return corners / BLUR**2


def main() -> int:
    """Draw every reference anew, and say which ones have changed."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication(sys.argv[:1])
    apply_theme(app, load_theme("dark"))
    FOLDER.mkdir(exist_ok=True)
    charts, snapshot = LinkedCharts(), market()
    for case in CASES:
        drawn = draw(case, charts, snapshot)
        known = case.path.exists() and apart(dots_of(QImage(str(case.path))), dots_of(drawn)) <= ALIKE
        print(f"{'as before' if known else 'CHANGED  '}  {case.path.name}")  # noqa: T201 - it is a command
        if not known:
            drawn.save(str(case.path), "PNG", 0)  # packed as tightly as it can be
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
