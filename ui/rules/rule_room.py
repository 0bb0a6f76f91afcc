"""Rules and their trail at work: opens their windows, has done what they ask for, and shows what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from data.levels import Level
from data.store import StoreError
from data.trail import Trail, Wanted
from models.desk import Desk
from models.jobs import Job, Jobs
from models.market import Market
from models.rules.explain import Clause, Explanation
from models.rules.faults import faults
from models.rules.rule import AtHigh, Crosses, Rule, Subject, symbols
from models.rules.templates import templates
from models.rules.words import rule_words
from ui.details import Detail, DetailsDialog
from ui.ledger_work import guarded
from ui.rules import rule_work
from ui.rules.day_dialog import DayDialog
from ui.rules.past_strip import Past
from ui.rules.rule_editor import RuleEditor, Surroundings
from ui.rules.rule_work import Book
from ui.rules.rules_window import RulesWindow
from ui.rules.trail_window import TrailWindow
from ui.theme import Theme
from ui.wording import date_text

DESKTOP = "desktop"
REST_MILLISECONDS = 600
_SHAPES = {"holds": "ok", "does not hold": "note", "not known": "warning"}


class RuleRoom(QObject):
    """Belongs to one window; everything that reads or writes runs in `jobs`.

    `told` has a sentence for the user, `zoom_requested` a symbol and session to show, `playback_wanted` a rule whose
    past is to be played, and `changed` follows whenever the book was changed.
    """

    told = Signal(str)
    zoom_requested = Signal(str, object)
    playback_wanted = Signal(object)
    changed = Signal()

    def __init__(self, desk: Desk, jobs: Jobs, market: Market, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._jobs, self._market = desk, jobs, market
        self._theme, self._window = theme, window
        self._rules: RulesWindow | None = None
        self._trail: TrailWindow | None = None
        self._names: dict[str, str] = {}
        self._asked: dict[object, Job] = {}
        self._moved: dict[tuple[str, str], float] = {}
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self._follow_levels)
        self._wanted = ""  # the key of a rule that shall be chosen once the book is read

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        for window in (self._rules, self._trail):
            if window is not None:
                window.set_theme(theme)

    @Slot()
    def open_rules(self) -> None:
        """Show the rules."""
        if self._rules is None:
            self._rules = self._made_rules()
        self._raise(self._rules)
        self._read_book()

    @Slot()
    def open_trail(self) -> None:
        """Show the trail of alerts."""
        if self._trail is None:
            self._trail = self._made_trail()
        self._raise(self._trail)
        self._read_book()
        self._trail.ask()

    @Slot()
    def make_rule(self) -> None:
        """Let the user make a rule."""
        symbol = self._desk.assets[0].symbol if self._desk.assets else "^RUT"
        self._edit(Rule(key=uuid.uuid4().hex[:12], name="", condition=AtHigh(Subject(symbol))))

    @Slot(str, object)
    def make_rule_at(self, symbol: str, level: Level) -> None:
        """Let the user make a rule that hangs on a level of the charts: it follows when the level is moved."""
        last = self._prices().get(symbol, level.price)
        side = "above" if level.price >= last else "below"
        name = f"{symbol} {side} {level.price:,.10g}"
        self._edit(Rule(key=_key_of(level), name=name, condition=Crosses(Subject(symbol), side, level.price)))

    def follow_level(self, symbol: str, level: Level) -> None:
        """Let a rule that hangs on a level go with it, once the level has come to rest."""
        self._moved[symbol, _key_of(level)] = level.price
        self._rest.start()

    @Slot()
    def _follow_levels(self) -> None:
        moved, self._moved = self._moved, {}
        for (_, key), price in moved.items():
            self._change(partial(rule_work.follow_level, self._desk.parts, key, price))

    @Slot(str, str, object)
    def ask_why(self, rule: str, symbol: str, session: dt.date) -> None:
        """Say why a rule spoke, or did not, on a session."""
        parts, ledger, views = self._desk.parts, self._desk.ledger, self._market.snapshot.assets
        asked = (rule, symbol, session)
        self._run(partial(rule_work.reason, parts, ledger, views, asked), partial(self._show_why, asked))

    @Slot()
    def refresh(self) -> None:
        """Read again what the open windows show, as after a verdict or a delivery."""
        if self._rules is not None and self._rules.isVisible():
            self._read_book()
        if self._trail is not None and self._trail.isVisible():
            self._trail.ask()

    @Slot(object)
    def _ask_day(self, rule: Rule) -> None:
        """Let the user say of which session the rule shall explain itself; it begins with the newest one."""
        symbol = symbols(rule.condition)[0]
        view = self._market.snapshot.assets.get(symbol)
        settled = view.highs.session if view is not None and len(view.highs) else None
        last = self._desk.parts.clock().date() if settled is None else settled[-1].astype(object)
        dialog = DayDialog(rule.name, last, self._window)
        dialog.chosen.connect(partial(self.ask_why, rule.key, symbol))
        dialog.open()

    # -- windows

    def _made_rules(self) -> RulesWindow:
        made = RulesWindow(self._theme, self._window)
        made.preview.show_world(self._desk.world)
        made.new_wanted.connect(self.make_rule)
        made.edit_wanted.connect(self._edit)
        made.switched.connect(self._switch)
        made.removal_wanted.connect(self._remove)
        made.past_wanted.connect(self._show_past)
        made.playback_wanted.connect(self.playback_wanted)
        made.why_wanted.connect(self._ask_day)
        made.import_wanted.connect(lambda path: self._change(partial(rule_work.bring, self._desk.parts, Path(path))))
        made.export_wanted.connect(lambda path: self._do(partial(rule_work.give, self._desk.parts, Path(path))))
        return made

    def _made_trail(self) -> TrailWindow:
        made = TrailWindow(self._theme, self._desk.parts.clock().date(), self._window)
        made.show_world(self._desk.world)
        made.wanted.connect(self._show_trail)
        made.why_wanted.connect(self.ask_why)
        made.zoom_requested.connect(self.zoom_requested)
        made.export_wanted.connect(self._export_trail)
        return made

    def _raise(self, window: QWidget) -> None:
        window.show()
        window.activateWindow()

    @Slot(object)
    def _edit(self, rule: Rule) -> None:
        editor = RuleEditor(rule, self._surroundings(), self._theme, self._window)
        editor.preview.show_world(self._desk.world)
        editor.saved.connect(self._save)
        editor.preview_wanted.connect(partial(self._preview, editor))
        editor.open()

    def _surroundings(self) -> Surroundings:
        states = self._desk.parts.definitions.states
        assets = tuple(view.asset for view in self._market.snapshot.assets.values()) or self._desk.assets
        return Surroundings(
            assets=assets,
            prices=self._prices(),
            channels=(DESKTOP, *self._desk.settings.forwarders),
            templates=tuple(each.rule for each in templates()),
            today=self._desk.parts.clock().date(),
            words=lambda rule: rule_words(rule, states),
            problem=lambda rule: " ".join(faults(rule)) or None,
        )

    def _prices(self) -> dict[str, float]:
        views = self._market.snapshot.assets.items()
        return {symbol: float(view.highs.price[-1]) for symbol, view in views if len(view.highs)}

    # -- what is asked for

    @Slot(object)
    def _save(self, rule: Rule) -> None:
        self._wanted = rule.key
        self._change(partial(rule_work.save, self._desk.parts, rule))

    @Slot(object, bool)
    def _switch(self, rule: Rule, on: bool) -> None:
        self._change(partial(rule_work.save, self._desk.parts, replace(rule, enabled=on)))

    @Slot(object)
    def _remove(self, rule: Rule) -> None:
        self._change(partial(rule_work.remove, self._desk.parts, rule))

    @Slot(object)
    def _show_past(self, rule: Rule) -> None:
        self._try_past(self._rules, rule, partial(self._take_past, rule))

    def _preview(self, editor: RuleEditor, rule: Rule) -> None:
        card = editor.preview

        def show(found: Past | str) -> None:
            if editor.isVisible():
                card.show_past(found) if isinstance(found, Past) else card.show_problem(found)

        self._try_past(editor, rule, show)

    def _try_past(self, asker: object, rule: Rule, show: Callable[[Past | str], None]) -> None:
        """Work out a rule's past, and show it or why there is none."""
        work = partial(rule_work.past_of, self._desk.parts, self._market.snapshot.assets, rule)
        self._ask_newest(asker, work, show, show)

    def _take_past(self, rule: Rule, found: Past | str) -> None:
        if self._rules is None:
            return
        if isinstance(found, Past):
            self._rules.show_past(rule, found)
        else:
            self._rules.show_no_past(rule, found)

    @Slot(object)
    def _show_trail(self, wanted: Wanted) -> None:
        if self._trail is not None:
            work = partial(Trail(self._desk.parts.store).entries, wanted)
            self._ask_newest(self._trail, work, self._trail.show_entries, self._say)

    @Slot(str, object)
    def _export_trail(self, path: str, wanted: Wanted) -> None:
        self._do(partial(rule_work.give_trail, self._desk.parts, Path(path), wanted))

    def _show_why(self, asked: tuple[str, str, dt.date], found: Explanation | str) -> None:
        rule, _symbol, session = asked
        title = f"{self._names.get(rule, rule)}: {date_text(session)}"
        if isinstance(found, str):
            DetailsDialog(title, found, (), self._theme, self._window).open()
            return
        intro = f"{found.sentence} {found.basis}".strip()
        details = [self._clause(clause) for clause in found.clauses]
        DetailsDialog(title, intro, details, self._theme, self._window).open()

    def _clause(self, clause: Clause) -> Detail:
        about = clause.truth.capitalize()
        return Detail(about, clause.sentence or "Nothing is known of it.", _SHAPES[clause.truth])

    # -- the way of the work

    def _read_book(self) -> None:
        self._run(partial(rule_work.read_book, self._desk.parts, self._desk.ledger), self._show_book)

    def _show_book(self, book: Book) -> None:
        self._names = {line.rule.key: line.rule.name for line in book.lines}
        if self._rules is not None:
            self._rules.show_lines(book.lines)
            if self._wanted:
                self._rules.list.choose(self._wanted)
            if book.problems:
                self._rules.say(" ".join(book.problems))
        self._wanted = ""
        if self._trail is not None:
            self._trail.offer(tuple(self._names.items()), tuple(self._market.snapshot.assets))

    def _change(self, work: Callable[[], str]) -> None:
        """Have the book changed, say so, and show it anew."""

        def done(sentence: str) -> None:
            if sentence:
                self._say(sentence)
                self.changed.emit()
                self._read_book()

        self._run(work, done)

    def _do(self, work: Callable[[], str]) -> None:
        self._run(work, self._say)

    def _say(self, sentence: str) -> None:
        if self._rules is not None and self._rules.isVisible():
            self._rules.say(sentence)
        else:
            self.told.emit(sentence)

    def _ask_newest(
        self, asker: object, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[str], None]
    ) -> None:
        """Have something read: of several things that one window asks for, only the newest counts."""
        before = self._asked.pop(asker, None)
        if before is not None:
            before.cancel()

        def landed(result: object) -> None:
            self._asked.pop(asker, None)
            if isinstance(result, StoreError):
                failed(result.message)
            else:
                done(result)

        self._asked[asker] = self._jobs.run(guarded(work), landed)

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        def landed(result: object) -> None:
            if isinstance(result, StoreError):
                self._say(result.message)
            else:
                done(result)

        self._jobs.run(guarded(work), landed)


def _key_of(level: Level) -> str:
    return f"level-{level.id}"
