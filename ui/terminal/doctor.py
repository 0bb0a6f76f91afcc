"""`doctor`: can this machine show, notify, keep secrets and fetch?  Each answer is tried, not assumed."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from data.ledger import Alert, Receipt
from data.login import SERVICE, LoginError, config_folder, service_state
from data.secrets import KeyringSecrets, SecretsUnavailable
from models.desk import Desk
from models.quiet import policy_of
from models.refresh import stored_view
from ui.display import has_display
from ui.terminal.table import table

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

Verdict = Literal["ok", "problem"]
PROBE = "doctor"
ROUND_TRIP_MILLISECONDS = 5000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at, how it is, and a sentence that says what follows."""

    name: str
    verdict: Verdict
    finding: str


def run(desk: Desk, options: argparse.Namespace) -> int:
    """Print every check; the exit code is 1 when one of them found a problem."""
    secrets = KeyringSecrets()
    checks = [
        *_desktop(desk),
        _keyring(secrets),
        *_forwarders(desk, secrets, send=options.send),
        *_sources(desk),
        _ages(desk),
        _service(),
    ]
    if options.json:
        print(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        print(table(("check", "is", "finding"), [(c.name, c.verdict, c.finding) for c in checks]))
    problems = [check.name for check in checks if check.verdict == "problem"]
    if problems:
        print(f"Something is to be mended, or to be lived with: {', '.join(problems)}.", file=sys.stderr)
    return int(bool(problems))


def _desktop(desk: Desk) -> Iterator[Check]:
    """Open Qt where there is a screen, look for a tray, and send a notification that must come back accepted."""
    if not has_display():
        yield Check("screen", "problem", "There is no display. 'watch', 'status' and 'snapshot' work without one.")
        return
    from PySide6.QtWidgets import QApplication, QSystemTrayIcon

    app = QApplication.instance() or QApplication(["bellwether"])
    screen = QApplication.primaryScreen()
    size, ratio = screen.size(), screen.devicePixelRatio()
    yield Check("screen", "ok", f"{size.width()}×{size.height()} at {ratio:.0%}, {QApplication.platformName()}")
    if QSystemTrayIcon.isSystemTrayAvailable():
        yield Check("tray", "ok", "A system tray is there.")
    else:
        yield Check("tray", "problem", "This desktop shows no tray. Closing the window minimises it instead.")
    yield _notification(desk, app)


def _notification(desk: Desk, app: QCoreApplication) -> Check:
    """Prove notifications by a round trip: what the service accepted it has answered with an id."""
    from PySide6.QtCore import QTimer

    from ui.channel import Starting
    from ui.native import desktop_channel

    channel = desktop_channel(desk.parts.clock)
    receipts: list[Receipt] = []
    channel.reported.connect(receipts.append)
    channel.reported.connect(app.quit)
    QTimer.singleShot(ROUND_TRIP_MILLISECONDS, app.quit)
    channel.availability_changed.connect(lambda: channel.deliver(_test_alert(desk.parts.clock())))
    channel.start()
    if channel.problem is None or not isinstance(channel, Starting) or channel.coming():
        app.exec()  # else there is not even a bus to ask
    channel.stop()
    if receipts and receipts[0].outcome == "delivered":
        return Check("notifications", "ok", "A test notification was accepted by the desktop.")
    return Check("notifications", "problem", channel.problem or "The desktop did not answer a test notification.")


def _test_alert(now: dt.datetime) -> Alert:
    return Alert(
        key=f"doctor|{now.isoformat()}",
        rule="doctor",
        symbol="",
        session=now.date(),
        transition="test",
        title="Bellwether can reach you",
        body="This is a test. Nothing has happened in the market.",
        created_at=now,
    )


def _keyring(secrets: KeyringSecrets) -> Check:
    """Write, read and remove a secret."""
    try:
        place = secrets.set(PROBE, PROBE)
        same = secrets.get(PROBE) == PROBE
        secrets.delete(PROBE)
    except SecretsUnavailable as error:
        return Check("keyring", "problem", error.message)
    if place == "memory":
        return Check("keyring", "problem", "There is no keyring: secrets last until the app is closed.")
    return Check("keyring", "ok" if same else "problem", "A secret was written, read back and removed.")


def _forwarders(desk: Desk, secrets: KeyringSecrets, *, send: bool) -> Iterator[Check]:
    """Send a test message through each forwarder that is switched on, where that is wanted."""
    from data.forwarding import Forwarders
    from ui.forwarder_work import send_test

    forwarders = Forwarders(desk.parts.clock)
    for name in policy_of(desk.settings, desk.world).forwarders:
        if send:
            done = send_test(forwarders, secrets, name)
            yield Check(f"to {name}", "ok" if done.good else "problem", done.sentence)
        else:
            yield Check(f"to {name}", "ok", "Switched on, and not tried now: 'doctor --send' sends a test message.")


def _service() -> Check:
    """Say whether systemd watches without the window."""
    try:
        state = service_state(folder=config_folder())
    except LoginError as error:
        return Check("service", "problem", str(error))
    if state is None:
        return Check("service", "ok", "Not installed; 'watch --install' has systemd watch without the window.")
    if state == "active":
        return Check("service", "ok", f"{SERVICE} is installed and active.")
    return Check("service", "problem", f"{SERVICE} is installed, but {state}. 'watch --install' starts it again.")


def _sources(desk: Desk) -> Iterator[Check]:
    """Say when each source last answered, or for how long it must not be asked."""
    fetches = desk.parts.store.last_fetches().values()
    for source in desk.parts.sources:
        waits = desk.parts.store.breaker(source.host)
        last = max((entry for entry in fetches if entry.source == source.name), key=lambda e: e.at, default=None)
        if waits is not None and waits > desk.parts.clock():
            yield Check(source.name, "problem", f"It asked to be left alone until {waits:%d %b %Y %H:%M} UTC.")
        elif last is None:
            yield Check(source.name, "ok", "Switched on, and not asked yet.")
        elif last.outcome == "ok":
            yield Check(source.name, "ok", f"Answered for {last.symbol} on {last.at:%d %b %Y at %H:%M} UTC.")
        else:
            yield Check(source.name, "problem", last.message)


def _ages(desk: Desk) -> Check:
    """Say which assets' prices are not fresh."""
    views = [stored_view(desk.parts, asset, calendars=desk.parts.calendars) for asset in desk.assets]
    behind = [view.asset.symbol for view in views if view.freshness != "fresh"]
    if behind:
        return Check("data", "problem", f"Not fresh: {', '.join(behind)}. 'refresh' fetches them.")
    return Check("data", "ok", f"All {len(views)} watched assets are fresh.")
