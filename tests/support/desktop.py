"""A private, complete, throw-away desktop for tests: screen, bus, window manager, tray, notifications, keyring.

Every part is a process of our own on a display and a bus of our own, ended by its pid; nothing of the real desktop is
touched.  The folder with the logs is removed at the end, unless something failed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from jeepney import DBusAddress, HeaderFields, Message, MessageType, Properties, new_method_call
from jeepney.bus_messages import DBus, MatchRule, Monitoring, message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

PROGRAMS = {
    "Xvfb": "xvfb", "openbox": "openbox", "dunst": "dunst", "dunstctl": "dunst", "xfce4-panel": "xfce4-panel",
    "gnome-keyring-daemon": "gnome-keyring", "dbus-daemon": "dbus", "gdbus": "libglib2.0-bin",
    "xprop": "x11-utils", "xdotool": "xdotool",
}  # fmt: skip
PACKAGES = (
    "xvfb openbox dunst xfce4-panel gnome-keyring at-spi2-core dbus libglib2.0-bin x11-utils xdotool fonts-dejavu-core"
)
NOTIFICATIONS = "org.freedesktop.Notifications"
WATCHER = "org.kde.StatusNotifierWatcher"
SECRETS = "org.freedesktop.secrets"
KEYRING_PASSWORD = "correct horse"
T = TypeVar("T")
Keyring = Literal["none", "unlocked", "locked"]
BOUND = 20.0


class MissingProgramsError(RuntimeError):
    """A private desktop cannot be built here; the message is the line that changes it."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One Notify call that the daemon has answered with an id, as it went over the bus."""

    id: int
    replaces: int
    summary: str
    body: str
    actions: tuple[tuple[str, str], ...]
    urgency: int
    app: str


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the tray's menu."""

    id: int
    label: str
    enabled: bool
    checked: bool
    children: tuple[MenuEntry, ...] = ()


def until(condition: Callable[[], T], what: str, bound: float = BOUND) -> T:
    """Return the condition's first true answer; fail with `what` when none comes within `bound` seconds."""
    end = time.monotonic() + bound
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.03)
    raise AssertionError(f"waited {bound:g} s in vain for {what}")


class Program:
    """A program on a private desktop whose standard output is read line by line, as it comes."""

    def __init__(self, desktop: Desktop, *command: str, cwd: Path) -> None:
        self._log = (desktop.folder / "program.log").open("ab")
        self._process = subprocess.Popen(
            command, cwd=cwd, env=desktop.environment(), stdout=subprocess.PIPE, stderr=self._log, bufsize=0
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self._read = b""
        self._log_path = desktop.folder / "program.log"

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    def lines(self) -> list[str]:
        """Return the whole lines printed so far."""
        assert self._process.stdout is not None
        while chunk := self._process.stdout.read(65536):
            self._read += chunk
        return self._read.decode().split("\n")[:-1]

    def errors(self) -> str:
        """Return what the program wrote to its standard error."""
        return self._log_path.read_text()

    def wait_for(self, line: str, times: int = 1) -> None:
        """Wait until the program has printed this line so many times."""
        until(lambda: self.lines().count(line) >= times, f"{line!r} after {self.lines()}; {self.errors()[-2000:]}")

    def wait(self, bound: float = BOUND) -> int:
        """Wait for the program's end and return its exit status."""
        return self._process.wait(bound)

    def end(self, *, how: int = signal.SIGTERM) -> None:
        """End the program by its pid, where it still runs."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()


def require_programs() -> None:
    """Fail, with the line that installs them, when programs of the private desktop are missing."""
    missing = sorted(name for name in PROGRAMS if shutil.which(name) is None)
    if missing:
        raise MissingProgramsError(
            f"The desktop tests need {', '.join(missing)}. Install them with: "
            f"sudo apt-get install -y --no-install-recommends {PACKAGES}"
        )


@dataclass
class Desktop:
    """A private desktop.  `screen=False` gives a bus alone (for the keyring, or for a world without notifications)."""

    screen: bool = True
    notify: bool = True
    tray: bool = True
    keyring: Keyring = "none"
    size: str = "1600x1000x24"
    keep_logs: bool = False
    folder: Path = field(init=False)
    _processes: dict[str, subprocess.Popen[bytes]] = field(init=False, default_factory=dict)
    _own: dict[str, str] = field(init=False, default_factory=dict)
    _forgotten: set[int] = field(init=False, default_factory=set)
    _records: _NotifyMonitor | None = field(init=False, default=None)

    def __enter__(self) -> Self:
        require_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="desk."))
        try:
            self._start()
        except BaseException:
            self.end(keep=True)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.end(keep=self.keep_logs or kind is not None)

    def _start(self) -> None:
        self._make_home()
        if self.screen:
            self._start_screen()
        self.start_bus()
        if self.screen:
            self.start("openbox", "openbox", "--sm-disable")
            until(self._window_manager_runs, "the window manager")
        if self.notify:
            self.start_notifications()
        if self.tray:
            self.start_tray()
        if self.keyring != "none":
            self.start_keyring(locked=self.keyring == "locked")

    # -- what a program inside sees

    def environment(self) -> dict[str, str]:
        """Return the environment of a program that runs on this desktop."""
        return {**_cleaned(os.environ), **self._own}

    @property
    def address(self) -> str:
        """Where the private session bus listens."""
        return self._own["DBUS_SESSION_BUS_ADDRESS"]

    # -- parts

    def start(self, name: str, *command: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a part of the desktop; its output goes to the log of that name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, stdin=stdin, stdout=log, stderr=log, env=self.environment())
        self._processes[name] = process
        return process

    def stop(self, name: str, *, how: int = signal.SIGTERM) -> None:
        """End a part of the desktop by its pid, and wait for it."""
        process = self._processes.pop(name, None)
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def end(self, *, keep: bool = False) -> None:
        """End every part, the latest first; the folder with the logs stays when `keep` is set."""
        if self._records is not None:
            self._records.close()
            self._records = None
        for name in reversed(list(self._processes)):
            self.stop(name)
        if keep:
            print(f"the private desktop's logs are kept in {self.folder}")  # noqa: T201 - read in a failing test's output
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _make_home(self) -> None:
        run, home = self.folder / "run", self.folder / "home"
        for folder in (run, home, home / ".config", home / ".cache", home / ".local/share", home / ".local/state"):
            folder.mkdir(parents=True, mode=0o700)
        self._own = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(run),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "XDG_SESSION_TYPE": "x11",
            "XDG_CURRENT_DESKTOP": "XFCE",
            "LC_ALL": "C.UTF-8",
            "QT_LOGGING_RULES": "qt.qpa.theme.gnome=false",
        }

    def _start_screen(self) -> None:
        read, write = os.pipe()
        with (self.folder / "Xvfb.log").open("ab") as log:
            # -displayfd lets the server choose a free display number by itself.
            self._processes["Xvfb"] = subprocess.Popen(
                ["Xvfb", "-displayfd", str(write), "-screen", "0", self.size, "-nolisten", "tcp", "-noreset"],
                pass_fds=(write,), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        assert number, "the private X server did not start"
        self._own |= {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}

    def start_bus(self) -> None:
        """Start a session bus that can activate nothing but the listed services, whatever the machine has."""
        services = self.folder / "services"
        services.mkdir(exist_ok=True)
        for name in ("org.xfce.Xfconf", "org.a11y.Bus"):
            installed = Path("/usr/share/dbus-1/services") / f"{name}.service"
            if installed.is_file():
                lines = installed.read_text().splitlines(keepends=True)
                (services / installed.name).write_text("".join(x for x in lines if not x.startswith("SystemdService")))
        config = self.folder / "bus.conf"
        config.write_text(_BUS_CONFIG.format(socket=self.folder / "run/bus", services=services))
        self._own["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={self.folder}/run/bus"
        (self.folder / "run/bus").unlink(missing_ok=True)
        self.start("bus", "dbus-daemon", "--nofork", "--nopidfile", f"--config-file={config}")
        until(self._bus_answers, "the private session bus")
        if self._records is not None:
            self._records.close()
        self._records = _NotifyMonitor(self.address)

    def start_notifications(self) -> None:
        """Start the notification daemon, and wait until it answers."""
        self._forgotten = set()
        config = self.folder / "dunstrc"
        picker = self.folder / "pick"
        picker.write_text(f'#!/bin/sh\ntee "{self.folder}/offered" | grep -m1 -F -- "$(cat "{self.folder}/choice")"\n')
        picker.chmod(0o755)
        config.write_text(_DUNST_CONFIG.format(picker=picker))
        self.start("dunst", "dunst", "-config", str(config))
        until(lambda: self.owns(NOTIFICATIONS), "the notification daemon")

    def stop_notifications(self) -> None:
        """Kill the notification daemon."""
        self.stop("dunst", how=signal.SIGKILL)
        until(lambda: not self.owns(NOTIFICATIONS), "the notification daemon's end")

    def start_tray(self) -> None:
        """Start a panel with a tray, and wait until the tray takes icons."""
        channel = self.folder / "home/.config/xfce4/xfconf/xfce-perchannel-xml"
        channel.mkdir(parents=True, exist_ok=True)
        (channel / "xfce4-panel.xml").write_text(_PANEL_CONFIG)
        self.start("panel", "xfce4-panel", "--disable-wm-check", "--sm-client-disable")
        until(self._tray_host_is_there, "the tray")

    def stop_tray(self) -> None:
        """Kill the panel with its tray."""
        self.stop("panel", how=signal.SIGKILL)
        until(lambda: not self.owns(WATCHER), "the tray's end")

    def start_keyring(self, *, locked: bool) -> None:
        """Start a Secret Service with one keyring, unlocked or locked."""
        keyring = self.start(
            "keyring", "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", stdin=subprocess.PIPE
        )
        assert keyring.stdin is not None
        # The daemon reads the password up to the end of its input, and makes the keyring with it.
        keyring.stdin.write(KEYRING_PASSWORD.encode())
        keyring.stdin.close()
        until(lambda: self.owns(SECRETS), "the keyring")
        if locked:
            service = DBusAddress("/org/freedesktop/secrets", SECRETS, "org.freedesktop.Secret.Service")
            self.call(service, "Lock", "ao", ["/org/freedesktop/secrets/collection/login"])

    # -- asking the bus

    def call(self, address: DBusAddress, method: str, signature: str | None = None, *body: object) -> tuple[Any, ...]:
        """Call a method on the private bus and return what it returns; raises on a D-Bus error."""
        return self._ask(new_method_call(address, method, signature, body))

    def property_of(self, address: DBusAddress, name: str) -> Any:
        """Return a property of an object on the private bus."""
        return self._ask(Properties(address).get(name))[0][1]

    def _ask(self, message: Message) -> tuple[Any, ...]:
        with self._connection() as connection:
            reply = connection.send_and_get_reply(message, timeout=10)
        if reply.header.message_type is MessageType.error:
            raise RuntimeError(f"{reply.header.fields.get(HeaderFields.error_name)}: {reply.body}")
        return tuple(reply.body)

    @contextmanager
    def _connection(self) -> Iterator[DBusConnection]:
        connection = open_dbus_connection(bus=self.address)
        try:
            yield connection
        finally:
            connection.close()

    def owns(self, name: str) -> bool:
        """Whether somebody owns the name on the private bus."""
        return bool(self._ask(DBus().NameHasOwner(name))[0])

    def _bus_answers(self) -> bool:
        with suppress(OSError):
            return bool(self._ask(message_bus.ListNames()))
        return False

    def _window_manager_runs(self) -> bool:
        return b"window id" in self.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")

    def _tray_host_is_there(self) -> bool:
        watcher = DBusAddress("/StatusNotifierWatcher", WATCHER, WATCHER)
        return self.owns(WATCHER) and bool(self.property_of(watcher, "IsStatusNotifierHostRegistered"))

    def run(self, *command: str) -> bytes:
        """Run a program on the desktop and return its output."""
        done = subprocess.run(command, env=self.environment(), capture_output=True, timeout=30, check=False)
        return done.stdout

    # -- notifications

    def notifications(self) -> list[Notification]:
        """Return every notification that the daemon has accepted since the test began, oldest first."""
        assert self._records is not None
        return self._records.accepted()

    def history(self) -> list[dict[str, Any]]:
        """Close what is on the screen and return what the daemon says that it has shown, oldest first.

        Each is a mapping with "summary", "body", "id", "appname" and more.
        """
        self.run("dunstctl", "close-all")
        until(lambda: self.displayed() == 0, "the notifications to close")
        return [entry for entry in self._shown() if entry["id"] not in self._forgotten]

    def forget_notifications(self) -> None:
        """Close what is on the screen, and let `notifications` and `history` begin anew."""
        self.history()
        self._forgotten = {entry["id"] for entry in self._shown()}
        assert self._records is not None
        self._records.forget()

    def _shown(self) -> list[dict[str, Any]]:
        answer = json.loads(self.run("dunstctl", "history"))
        return [{key: value["data"] for key, value in entry.items()} for entry in reversed(answer["data"][0])]

    def displayed(self) -> int:
        """How many notifications are on the screen."""
        return int(self.run("dunstctl", "count", "displayed"))

    def invoke(self, summary: str, action: str = "default") -> None:
        """Do what a click on the displayed notification with this summary does: its default or a named action."""
        wanted = until(lambda: self._accepted_as(summary), f"the notification {summary!r}")
        label = dict(wanted.actions)[action]
        key_and_id = f"[{wanted.id},{action}]"
        (self.folder / "choice").write_text(key_and_id)
        (self.folder / "offered").unlink(missing_ok=True)
        self.run("dunstctl", "context")
        until((self.folder / "offered").exists, f"the action {label!r}")

    def _accepted_as(self, summary: str) -> Notification | None:
        return next((n for n in reversed(self.notifications()) if n.summary == summary), None)

    # -- the tray

    def tray_items(self) -> list[DBusAddress]:
        """Return the icons in the tray."""
        watcher = DBusAddress("/StatusNotifierWatcher", WATCHER, WATCHER)
        items = self.property_of(watcher, "RegisteredStatusNotifierItems")
        return [_item_address(item) for item in items]

    def tray_item(self) -> DBusAddress:
        """Wait for an icon in the tray and return where it answers."""
        return until(lambda: self.owns(WATCHER) and self.tray_items(), "a tray icon")[-1]

    def tooltip(self) -> str:
        """Return the tray icon's tooltip."""
        return str(self.property_of(self.tray_item(), "ToolTip")[2])

    def activate_tray(self) -> None:
        """Click the tray icon."""
        self.call(self.tray_item(), "Activate", "ii", 0, 0)

    def menu(self) -> tuple[MenuEntry, ...]:
        """Return the tray icon's menu, separators left out."""
        layout = self.call(self._menu_address(), "GetLayout", "iias", 0, -1, [])[1]
        return _entries(layout[2])

    def choose(self, *labels: str) -> None:
        """Click the line of the tray's menu that is reached through these labels (without mnemonics)."""
        entries = self.menu()
        for label in labels[:-1]:
            entries = next(entry for entry in entries if entry.label == label).children
        entry = next(entry for entry in entries if entry.label == labels[-1])
        self.call(self._menu_address(), "Event", "isvu", entry.id, "clicked", ("s", ""), 0)

    def _menu_address(self) -> DBusAddress:
        item = self.tray_item()
        return DBusAddress(str(self.property_of(item, "Menu")), item.bus_name, "com.canonical.dbusmenu")

    # -- the screen

    def screenshot(self, path: Path) -> None:
        """Write the whole screen to a PNG file (with ImageMagick, where it is installed)."""
        self.run("import", "-window", "root", str(path))

    def windows(self, title: str) -> list[str]:
        """Return the ids of the visible windows whose title contains the text."""
        return self.run("xdotool", "search", "--onlyvisible", "--name", title).decode().split()


class _NotifyMonitor:
    """Reads along on the bus: which notifications were asked for and accepted.

    There is no thread: what has gone over the bus waits in the socket until somebody asks.
    """

    def __init__(self, address: str) -> None:
        self._connection = open_dbus_connection(bus=address)
        self._asked: dict[tuple[str, int], Message] = {}
        self._accepted: list[Notification] = []
        rules = [MatchRule(type="method_call", interface=NOTIFICATIONS), MatchRule(type="method_return")]
        self._connection.send_and_get_reply(Monitoring().BecomeMonitor([rule.serialise() for rule in rules]))

    def accepted(self) -> list[Notification]:
        end = time.monotonic() + 1.0
        with suppress(TimeoutError, OSError):
            while time.monotonic() < end:
                self._note(self._connection.receive(timeout=0.05))
        return list(self._accepted)

    def forget(self) -> None:
        self.accepted()
        self._accepted.clear()

    def close(self) -> None:
        self._connection.close()

    def _note(self, message: Message) -> None:
        fields = message.header.fields
        if message.header.message_type is MessageType.method_call and fields.get(HeaderFields.member) == "Notify":
            self._asked[(fields[HeaderFields.sender], message.header.serial)] = message
        elif message.header.message_type is MessageType.method_return:
            key = (fields.get(HeaderFields.destination, ""), fields[HeaderFields.reply_serial])
            asked = self._asked.pop(key, None)
            if asked is not None:
                self._accepted.append(_notification(asked, message.body[0]))


def _notification(call: Message, given: int) -> Notification:
    app, replaces, _icon, summary, body, actions, hints, _expires = call.body
    pairs = tuple(zip(actions[::2], actions[1::2], strict=True))
    return Notification(given, replaces, summary, body, pairs, hints.get("urgency", ("y", 1))[1], app)


def _item_address(item: str) -> DBusAddress:
    name, slash, path = item.partition("/")
    return DBusAddress(slash + path or "/StatusNotifierItem", name, "org.kde.StatusNotifierItem")


def _entries(children: Sequence[tuple[str, tuple[int, Mapping[str, Any], list[Any]]]]) -> tuple[MenuEntry, ...]:
    found = []
    for _signature, (number, properties, below) in children:
        if properties.get("type", ("s", ""))[1] == "separator" or not properties.get("visible", ("b", True))[1]:
            continue
        label = str(properties.get("label", ("s", ""))[1]).replace("_", "")
        enabled = bool(properties.get("enabled", ("b", True))[1])
        checked = properties.get("toggle-state", ("i", 0))[1] == 1
        found.append(MenuEntry(number, label, enabled, checked, _entries(below)))
    return tuple(found)


def _cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what would lead a program to the real desktop."""
    strangers = ("DISPLAY", "WAYLAND_DISPLAY", "SESSION_MANAGER", "GNOME_KEYRING_CONTROL", "QT_SCALE_FACTOR")
    return {key: value for key, value in environment.items() if key not in (*strangers, "QT_QPA_PLATFORM")}


_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><keep_umask/><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<servicedir>{services}</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
"""

_DUNST_CONFIG = """[global]
  monitor = 0
  width = 360
  height = 240
  origin = top-right
  offset = 10x10
  notification_limit = 20
  font = DejaVu Sans 10
  markup = full
  format = "<b>%s</b>\\n%b"
  show_age_threshold = -1
  stack_duplicates = false
  mouse_left_click = do_action, close_current
  mouse_right_click = close_current
  dmenu = {picker}
  history_length = 200
[urgency_low]
  timeout = 0
[urgency_normal]
  timeout = 0
[urgency_critical]
  timeout = 0
"""

_PANEL_CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="hide-new-items" type="bool" value="false"/>
    </property>
  </property>
</channel>
"""
