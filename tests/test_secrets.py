"""The addresses of forwarders: found nowhere, after everything was tried with them and failed in every way."""

from __future__ import annotations

import gc
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from pytestqt.qtbot import QtBot

import main
from data.forwarding import Forwarders
from data.ledger import Judgement
from data.profile import Profile
from data.secrets import KeyringSecrets
from data.source import Cancelled
from tests.support.alerts import an_alert
from tests.support.opened import opened
from tests.support.receiver import Receiver
from ui.application import Application
from ui.forward_channel import secret_of

SECRET = "s3cretT0picT0ken"
CHAT = "123456789:AAbbCCddEEff-s3cretT0picT0ken/12315544"


class Ring(KeyringBackend):
    """A keyring in memory; one that fails quotes what it was given, as real ones have done."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}
        self.failure: Callable[[str], Exception] | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._answer(username)
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password
        self._answer(username)

    def delete_password(self, service: str, username: str) -> None:
        self._answer(username)
        del self.kept[username]

    def _answer(self, username: str) -> None:
        if self.failure is not None:
            raise self.failure(self.kept.get(username, ""))


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@pytest.fixture
def services(tmp_path: Path) -> Iterator[dict[str, Receiver]]:
    answers = {
        "Fine": Receiver(),
        "Limited": Receiver(429, {"Retry-After": "1"}, body=SECRET),
        "Down": Receiver(500, body=SECRET),
        "Refusing": Receiver(403, body=SECRET),
        "Elsewhere": Receiver(307, {"Location": f"http://127.0.0.1:9/{SECRET}"}),
        "Silent": Receiver(0),
        "Doubtful": Receiver(authority=tmp_path / "authority.pem"),
    }
    for service in answers.values():
        service.__enter__()
    yield answers
    for service in answers.values():
        service.__exit__()


def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def addresses(services: dict[str, Receiver]) -> dict[str, str]:
    near = {
        name: f"{'jsons' if name == 'Doubtful' else 'json'}://user:{SECRET}@{service.place}/{SECRET}"
        for name, service in services.items()
    }
    nobody = f"127.0.0.1:{closed_port()}"
    gone = {
        "Ntfy": f"ntfy://{nobody}/{SECRET}",
        "Mail": f"mailto://bell:{SECRET}@{nobody}?from=a@example.com&to=b@example.com",
        "Nonsense": f"nonsense {SECRET}",
    }
    return near | gone


def test_that_addresses_are_found_nowhere_whatever_happens_to_them(
    qtbot: QtBot,
    tmp_path: Path,
    ring: Ring,
    services: dict[str, Receiver],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    profile = Profile(tmp_path / "profile")
    profile.create()
    profile.settings.write_text("watchlist = []\nuse_yahoo = false\nuse_coinbase = false\nuse_kraken = false\n")
    heard: list[str] = []
    with main.logging_to(profile.log), opened(profile) as application:
        alerting = started(application, qtbot)
        monkeypatch.setattr(alerting.forwarding._forwarders, "_timeout", 1.0)
        application.jobs.crashed.connect(lambda error: heard.append(repr(error)))
        alerting.forwarding.troubled.connect(heard.append)
        known = addresses(services)
        for name, address in known.items():
            ring.kept[secret_of(name)] = address
        names = tuple(known)
        application.requests.change(replace(application.requests.settings, forwarders=names))
        tell_all(application, qtbot, names, "break")
        type_everywhere(application, qtbot, heard)
        fail_the_keyring(application, ring, qtbot, heard)
        crash(application, monkeypatch, qtbot, heard)
        copy = tmp_path / "while it ran"
        shutil.copytree(profile.folder, copy)
    assert all(service.seen for name, service in services.items() if name != "Doubtful")
    assert found_in(copy) == found_in(profile.folder) == []
    assert profile.log.exists(), "the crash is in the log"
    said = "".join((*heard, *capfd.readouterr()))
    assert len(heard) >= 8
    assert SECRET not in said
    gc.collect()


def started(application: Application, qtbot: QtBot) -> object:
    qtbot.waitUntil(lambda: application.alerting is not None, timeout=10_000)
    return application.alerting


def tell_all(application: Application, qtbot: QtBot, names: tuple[str, ...], transition: str) -> None:
    """Commit an alert, and wait until each forwarder has said what became of it."""
    desk = application.desk
    qtbot.waitUntil(lambda: enlisted(application) == len(names), timeout=20_000)
    alert = replace(an_alert(transition), created_at=desk.parts.clock())
    desk.ledger.commit(Judgement(alert.rule, alert.symbol, alert.session, transition, at=alert.created_at), [alert])
    application.alerting.deliver_waiting()
    qtbot.waitUntil(lambda: len(forwarded(application, alert.key)) == len(names), timeout=30_000)


def enlisted(application: Application) -> int:
    with application.desk.parts.store.database.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM forwarders").fetchone()
    return count


def forwarded(application: Application, key: str) -> set[str]:
    kept = next(kept for alert, kept in application.desk.ledger.history() if alert.key == key)
    return {receipt.channel for receipt in kept if receipt.channel.startswith("forward:")}


def type_everywhere(application: Application, qtbot: QtBot, heard: list[str]) -> None:
    """Type addresses into the dialog: good ones, one of another kind, and have one tested."""
    application.alerting.open_forwarders(application.requests.settings)
    dialog = application.alerting._room.dialog
    for kind, typed in (
        ("Telegram", CHAT),
        ("Discord", f"https://example.com/{SECRET}"),
        ("ntfy", f"ntfy://127.0.0.1:{closed_port()}/{SECRET}"),
    ):
        qtbot.waitUntil(dialog.add.isEnabled)
        dialog.add.click()
        form = application.alerting._room.form
        form.name.setText(f"My {kind}")
        form.kind.setCurrentText(kind)
        form.address.setText(typed)
        form.save.click()
        qtbot.waitUntil(dialog.add.isEnabled, timeout=10_000)
        heard += [dialog.status.text(), *([form.status.text(), form.hint.text()] if kind == "Discord" else [])]
        if kind == "Discord":
            form.reject()
    dialog.list.setCurrentRow(dialog.list.count() - 1)
    dialog.test.click()
    qtbot.waitUntil(dialog.add.isEnabled, timeout=20_000)
    heard.append(dialog.status.text())
    dialog.reject()


def fail_the_keyring(application: Application, ring: Ring, qtbot: QtBot, heard: list[str]) -> None:
    """Let the keyring be locked, and fail in its own words."""
    secrets: KeyringSecrets = application.alerting.secrets
    for failure in (KeyringLocked, ValueError, OSError):
        ring.failure = failure
        secrets.ask_again()
        for ask in (secrets.get, secrets.delete, lambda name: secrets.set(name, SECRET)):
            try:
                ask(secret_of("Fine"))
            except Exception as error:  # noqa: BLE001 - whatever it is, it must keep the secret
                heard.append(chain(error))
    ring.failure = None
    secrets.ask_again()


def crash(application: Application, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, heard: list[str]) -> None:
    """Crash a forward, whose error quotes the address, and a job that has the address in its hands."""

    def burst(_self: Forwarders, name: str, address: str, *_: object) -> None:
        raise RuntimeError(f"cannot use {address} of {name}")

    def job(_cancelled: Cancelled) -> None:
        address = application.alerting.secrets.get(secret_of("Fine"))
        raise LookupError(f"nothing of {len(address or '')} letters")

    monkeypatch.setattr(Forwarders, "send", burst)
    tell_all(application, qtbot, application.requests.settings.forwarders, "failed")
    before = len(heard)
    application.jobs.run(job, heard.append)
    qtbot.waitUntil(lambda: len(heard) > before)


def chain(error: BaseException | None) -> str:
    """Everything that an error and whatever it came from can say."""
    return "" if error is None else f"{error!r} {error.args} {chain(error.__cause__)} {chain(error.__context__)}"


def found_in(folder: Path) -> list[str]:
    """The files under a folder in whose bytes the secret stands, in any of the ways in which programs write text."""
    spellings = [SECRET.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite3" for path in files)
    return [path.name for path in files if any(each in path.read_bytes() for each in spellings)]


def test_that_the_search_would_find_one(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite3").write_bytes(b"\0" + SECRET.encode("utf-16-le"))
    assert found_in(tmp_path) == ["a.sqlite3"]
