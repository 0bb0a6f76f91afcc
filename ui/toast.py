"""Short messages over the window, one after the other, each with at most one thing to do about it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui.card import label
from ui.details import severity_role
from ui.icons import themed_icon
from ui.shapes import draw_shape
from ui.theme import Theme

Act = Callable[[], None]
SHOWN_MS = 8000
TURN_MS = 3000
GAP = 16
WIDTH = 560
FOOT = 80  # the status line and the time axis, which stay in view


@dataclass(frozen=True, slots=True)
class Message:
    """What a toast says: `kind` is a severity or a transition, `act` what its button does.

    The lines of `text` before the last are its title.  A message that `stays` waits until it is closed.  `later` are
    further things to do, each with its words, in a menu; they close the message.
    """

    text: str
    kind: str = "note"
    action: str = ""
    act: Act | None = None
    stays: bool = False
    later: tuple[tuple[str, Act], ...] = ()


class Shape(QWidget):
    """The shape of a severity or state."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.name = "note"
        self.setFixedSize(QSize(16, 16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shape."""
        draw_shape(QPainter(self), self.name, QRectF(1, 1, 14, 14), self.theme.colour(severity_role(self.name)))


class Toasts(QFrame):
    """Shows one message at a time above the foot of its window; the others wait their turn.

    A new one waits `TURN_MS` at most: one that stays makes room, and comes back when the new ones were seen.
    """

    dismissed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toast")
        self._over = parent
        self._waiting: deque[Message] = deque()
        self._seen: set[Message] = set()
        self._message: Message | None = None
        self._shape = Shape(theme)
        self._title = label("", "strong", wrap=True)
        self._text = label("", wrap=True)
        self._more = label("", "faint")
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self.button.clicked.connect(self._act)
        self.later = QPushButton("Later")
        self.later.setMenu(QMenu(self.later))
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("Close the message")
        self.close_button.clicked.connect(self.dismiss)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)
        self._lay_out()
        self.set_theme(theme)
        self.hide()
        parent.installEventFilter(self)

    def _lay_out(self) -> None:
        """Put the words side by side with shape and cross, and what can be done under them: words need the width."""
        doing = QHBoxLayout()
        doing.setSpacing(8)
        doing.addWidget(self._more)
        doing.addStretch(1)
        doing.addWidget(self.later)
        doing.addWidget(self.button)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._text)
        words.addLayout(doing)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def message(self) -> Message | None:
        """The message on show."""
        return self._message

    @property
    def waiting(self) -> int:
        """How many messages wait behind it."""
        return len(self._waiting)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._shape.theme = theme
        self.close_button.setIcon(themed_icon("close", theme))

    def tell(self, message: Message) -> None:
        """Show a message, or let it wait; the same one twice in a row is told once."""
        if message in (self._message, *self._waiting):
            return
        self._waiting.append(message)
        if self._message is None:
            self._next()
        else:
            self._show_count()
            self._place()
            self._hurry()

    def take_focus(self) -> None:
        """Give the keyboard to the message's button."""
        if self._message is not None:
            (self.button if self._message.action else self.close_button).setFocus()

    @Slot()
    def dismiss(self) -> None:
        """Close the message on show; the next one follows."""
        gone, self._message = self._message, None
        self._seen -= {gone}
        had_focus = self.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self._next()
        if had_focus and self._message is None:
            self._over.setFocus()
        if gone is not None:
            self.dismissed.emit(gone)

    def _next(self) -> None:
        self._timer.stop()
        if not self._waiting:
            self.hide()
            return
        message = self._message = self._next_unseen()
        self._seen.add(message)
        self._shape.name = message.kind
        self._shape.update()
        title, _, body = message.text.rpartition("\n")
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(body)
        self.setAccessibleName(message.text)
        self.button.setText(message.action)
        self.button.setVisible(bool(message.action))
        self._offer(message.later)
        self._show_count()
        self.show()
        self.raise_()
        self._place()
        if not message.stays:
            self._timer.start(SHOWN_MS)
        self._hurry()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message.text))

    def _next_unseen(self) -> Message:
        found = next((message for message in self._waiting if message not in self._seen), self._waiting[0])
        self._waiting.remove(found)
        return found

    def _hurry(self) -> None:
        """Let nothing new wait for long behind the message on show."""
        news = any(message not in self._seen for message in self._waiting)
        is_hurried = self._timer.isActive() and self._timer.interval() == TURN_MS
        if news and not is_hurried and not 0 <= self._timer.remainingTime() <= TURN_MS:
            self._timer.start(TURN_MS)

    def _offer(self, later: tuple[tuple[str, Act], ...]) -> None:
        menu = self.later.menu()
        menu.clear()
        for words, act in later:
            menu.addAction(words).triggered.connect(partial(self._act_later, act))
        self.later.setVisible(bool(later))

    def _act_later(self, act: Act, _checked: bool = False) -> None:
        self.dismiss()
        act()

    def _show_count(self) -> None:
        self._more.setText(f"{len(self._waiting)} more")
        self._more.setVisible(bool(self._waiting))

    def _place(self) -> None:
        parent = self._over
        width = min(WIDTH, parent.width() - 2 * GAP)
        layout = self.layout()
        layout.invalidate()  # else it answers for the message before
        layout.activate()
        self.resize(width, max(self.heightForWidth(width), 48))
        self.move((parent.width() - width) // 2, max(GAP, parent.height() - self.height() - FOOT))

    @Slot()
    def _act(self) -> None:
        message = self._message
        self.dismiss()
        if message is not None and message.act is not None:
            message.act()

    @Slot()
    def _on_time(self) -> None:
        """Leave, unless somebody is reading or about to press the button."""
        focus = self.window().focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._timer.start(SHOWN_MS)
        elif self._message is not None and self._message.stays:
            if any(message not in self._seen for message in self._waiting):
                self._waiting.append(self._message)  # it comes back once the new ones were seen
                self._next()
        else:
            self.dismiss()

    def enterEvent(self, event: QEnterEvent) -> None:
        """A message under the pointer stays."""
        if self._timer.isActive():
            self._timer.start(SHOWN_MS)
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the message."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
