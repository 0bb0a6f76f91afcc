"""Short messages over the window, one after the other, each with at most one thing to do about it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui.card import label
from ui.details import severity_role
from ui.icons import themed_icon
from ui.shapes import draw_shape
from ui.theme import Theme

Act = Callable[[], None]
SHOWN_MS = 8000
GAP = 16
WIDTH = 520


@dataclass(frozen=True, slots=True)
class Message:
    """What a toast says: `kind` is a severity or a transition, `act` what its button does.

    The lines of `text` before the last are its title.  A message that `stays` waits until it is closed.
    """

    text: str
    kind: str = "note"
    action: str = ""
    act: Act | None = None
    stays: bool = False


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
    """Shows one message at a time at the foot of its window; the others wait their turn."""

    dismissed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toast")
        self._over = parent
        self._waiting: deque[Message] = deque()
        self._message: Message | None = None
        self._shape = Shape(theme)
        self._title = label("", "strong", wrap=True)
        self._text = label("", wrap=True)
        self._more = label("", "faint")
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self.button.clicked.connect(self._act)
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("Close the message")
        self.close_button.clicked.connect(self.dismiss)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row.addLayout(words, 1)
        for widget in (self._more, self.button, self.close_button):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_theme(theme)
        self.hide()
        parent.installEventFilter(self)

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

    def take_focus(self) -> None:
        """Give the keyboard to the message's button."""
        if self._message is not None:
            (self.button if self._message.action else self.close_button).setFocus()

    @Slot()
    def dismiss(self) -> None:
        """Close the message on show; the next one follows."""
        gone, self._message = self._message, None
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
        message = self._message = self._waiting.popleft()
        self._shape.name = message.kind
        self._shape.update()
        title, _, body = message.text.rpartition("\n")
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(body)
        self.setAccessibleName(message.text)
        self.button.setText(message.action)
        self.button.setVisible(bool(message.action))
        self._show_count()
        self.show()
        self.raise_()
        self._place()
        if not message.stays:
            self._timer.start(SHOWN_MS)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message.text))

    def _show_count(self) -> None:
        self._more.setText(f"{len(self._waiting)} more")
        self._more.setVisible(bool(self._waiting))

    def _place(self) -> None:
        parent = self._over
        width = min(WIDTH, parent.width() - 2 * GAP)
        self.resize(width, max(self.heightForWidth(width), 56))
        self.move((parent.width() - width) // 2, parent.height() - self.height() - 40)

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
