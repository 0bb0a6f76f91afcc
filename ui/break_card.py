"""The card that answers the question of the app: where a market stands against its all-time high."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from models.breakout import State
from models.highs import AllTimeHigh
from models.snapshot import AssetView, Snapshot
from ui.card import Card, label, set_kind
from ui.details import shape_icon
from ui.stepper import Stepper
from ui.theme import Theme
from ui.wording import (
    IF_CLOSED_NOW,
    STATE_SENTENCES,
    count_text,
    date_text,
    last_row,
    percent_text,
    price_text,
    session_of,
    time_text,
)

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_FACTS = ("Last close", "All-time high", "Intraday high", "Since that high")


class BreakCard(Card):
    """One asset against its high: the distance, what it is made of, the state, and how far it can be trusted."""

    history_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Against the all-time high", parent)
        self._theme = theme
        self._view: AssetView | None = None
        self._fresh = label("", "chip")
        self.head.addWidget(self._fresh)
        self._figure = label("", "figure")
        self._meaning = label("", "muted", wrap=True)
        self._rest = QWidget()
        self._live = label("", "live", wrap=True)
        self._stepper = Stepper(theme)
        self._sentence = label("", "muted", wrap=True)
        self._held_back = label("", "warning", wrap=True)
        self._findings = QPushButton()
        self._findings.setProperty("kind", "link")
        self._findings.clicked.connect(self.history_requested)
        self._source = label("", "faint", wrap=True)
        self._facts: dict[str, tuple[QLabel, QLabel]] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        self.body.setSpacing(4)
        self.body.addWidget(self._figure)
        self.body.addWidget(self._meaning)
        self.body.addWidget(self._rest)
        column = QVBoxLayout(self._rest)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._live)
        column.addSpacing(8)
        column.addLayout(self._fact_rows())
        column.addSpacing(8)
        for widget in (self._stepper, self._sentence, self._held_back):
            column.addWidget(widget)
        column.addSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self._findings)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._source)

    def _fact_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for number, name in enumerate(_FACTS):
            value, when = label("", "number"), label("", "muted")
            value.setAlignment(_RIGHT)
            when.setAlignment(_RIGHT)
            grid.addWidget(label(name, "muted"), number, 0)
            grid.addWidget(value, number, 1)
            grid.addWidget(when, number, 2)
            self._facts[name] = (value, when)
        return grid

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = self._stepper.theme = theme
        if self._view is not None:
            self._show_audit(self._view)
        self._stepper.update()

    def show_asset(self, view: AssetView, snapshot: Snapshot) -> None:
        """Show one asset of a snapshot."""
        self._view = view
        self.set_title(f"{view.asset.name} against its high")
        self.show_world(snapshot.world)
        self._rest.setVisible(len(view.bars) > 0)
        self._show_freshness(view, is_real=snapshot.world == "real")
        self._show_distance(view)
        self._show_live(view)
        self._show_facts(view)
        self._show_state(view)
        self._held_back.setText(view.held_back or "")
        self._held_back.setVisible(bool(view.held_back))
        self._show_audit(view)
        self._show_source(view)

    def _show_state(self, view: AssetView) -> None:
        whole = view.audit.whole
        self._stepper.show_state(view.state if whole else None)
        sentence = STATE_SENTENCES[view.state]
        if view.held_back and view.state == State.CONFIRMED:
            sentence = "Held long enough to be confirmed, but the second source disagrees."
        self._sentence.setText(sentence if whole else "Cannot tell: this history has a fault that forbids a verdict.")

    def _show_freshness(self, view: AssetView, *, is_real: bool) -> None:
        self._fresh.setVisible(is_real and len(view.bars) > 0)
        set_kind(self._fresh, {"fresh": "chip-ok", "stale": "chip-warning"}.get(view.freshness, "chip-danger"))
        words = {"fresh": "● Fresh", "stale": "◔ Stale", "unusable": "✕ Not usable"}
        self._fresh.setText(words[view.freshness])
        when = f"Fetched {time_text(view.fetched_at)} from {view.source}." if view.fetched_at else "Never fetched."
        self._fresh.setToolTip(when)

    def _show_distance(self, view: AssetView) -> None:
        high = view.high
        if high is None:
            self._figure.setText("–")
            self._meaning.setText(f"No settled price of {view.asset.name} is stored yet.")
            return
        self._figure.setText(percent_text(high.distance))
        self._meaning.setText(
            "at its all-time high, by close" if high.distance >= 0 else "below its all-time high, by close"
        )
        set_kind(self._figure, "figure-dim" if view.freshness != "fresh" else "figure")
        self._figure.setAccessibleName(f"{self._figure.text()} {self._meaning.text()}")

    def _show_live(self, view: AssetView) -> None:
        at = last_row(view)
        live = view.live_state is not None and at is not None and not view.bars.final[at]
        self._live.setVisible(live)
        if not live or view.live_state is None or at is None:
            return
        price = price_text(float(view.bars.close[at]), view.asset)
        distance = "" if view.live_distance is None else f", {percent_text(view.live_distance)}"
        self._live.setText(f"In progress: {price}{distance}. If it closed now, it {IF_CLOSED_NOW[view.live_state]}.")

    def _show_facts(self, view: AssetView) -> None:
        close = _last_settled(view)
        self._set_fact("Last close", *(_priced(view, *close) if close else ("–", "")))
        self._set_fact("All-time high", *_high(view, view.high))
        self._set_fact("Intraday high", *_high(view, view.intraday_high))
        below = view.high.below if view.high else 0
        days = (close[1] - view.high.session).days if close and view.high else 0
        self._set_fact(
            "Since that high", count_text(below, "session", "sessions"), count_text(days, "day", "days") if days else ""
        )

    def _set_fact(self, name: str, value: str, when: str) -> None:
        value_label, when_label = self._facts[name]
        value_label.setText(value)
        when_label.setText(when)

    def _show_audit(self, view: AssetView) -> None:
        findings = view.audit.findings
        worst = next((s for s in ("blocking", "warning", "note") if any(f.severity == s for f in findings)), "ok")
        if findings:
            text = count_text(len(findings), "remark on this history", "remarks on this history")
            text = text if view.audit.whole else f"No verdict: {text}"
        else:
            text = "History checked, nothing missing" if view.audit.calendar_checked else "Not yet checked for gaps"
            worst = "ok" if view.audit.calendar_checked else "note"
        self._findings.setText(text)
        self._findings.setIcon(shape_icon(worst, self._theme))
        self._findings.setAccessibleDescription("Shows what the check of this history found.")

    def _show_source(self, view: AssetView) -> None:
        rows = view.bars.valid.nonzero()[0]
        parts = []
        if len(rows):
            parts.append(f"All-time high since {date_text(session_of(view, int(rows[0])))}.")
        if view.fetched_at is not None:
            final = "final closes" if view.live_state is None else "final closes, one bar in progress"
            parts.append(f"{view.source}, {final}, fetched {time_text(view.fetched_at)}.")
        parts.extend(view.problems)
        self._source.setText(" ".join(parts))


def _last_settled(view: AssetView) -> tuple[float, dt.date] | None:
    rows = (view.bars.valid & view.bars.final).nonzero()[0]
    return (float(view.bars.close[rows[-1]]), session_of(view, int(rows[-1]))) if len(rows) else None


def _priced(view: AssetView, price: float, day: dt.date) -> tuple[str, str]:
    return price_text(price, view.asset), date_text(day)


def _high(view: AssetView, high: AllTimeHigh | None) -> tuple[str, str]:
    return _priced(view, high.price, high.session) if high else ("–", "")
