"""Forwarding over real connections: what arrives, what is refused, and that no address is ever given away."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import traceback
from pathlib import Path

import pytest

from data.forwarding import ForwardError, Forwarders
from tests.support.receiver import Receiver

NOW = dt.datetime(2025, 9, 18, 20, 25, tzinfo=dt.UTC)
SECRET = "s3cret-topic"


def forwarders(timeout: float = 5) -> Forwarders:
    return Forwarders(lambda: NOW, timeout)


def refused(address: str, timeout: float = 5) -> ForwardError:
    with pytest.raises(ForwardError) as told:
        forwarders(timeout).send("Phone", address, "Title", "Body")
    return told.value


def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def chain(error: BaseException | None) -> str:
    """Everything that an error and whatever it came from can say."""
    if error is None:
        return ""
    own = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
    return f"{own} {error.args!r} {chain(error.__cause__)} {chain(error.__context__)}"


@pytest.mark.parametrize("kind", ["ntfy", "json"])
def test_that_a_message_arrives_once(kind: str) -> None:
    with Receiver() as service:
        forwarders().send("Phone", f"{kind}://{service.place}/{SECRET}", "Title", "Body")
    assert len(service.seen) == 1
    assert "Body" in service.seen[0][1]


@pytest.mark.parametrize(
    ("status", "headers", "kind", "pause"),
    [
        (429, {"Retry-After": "120"}, "limited", 120),
        (429, {"Retry-After": "Thu, 18 Sep 2025 20:26:00 GMT"}, "limited", 60),
        (500, {}, "down", None),
        (403, {}, "refused", None),
    ],
)
def test_that_an_answer_is_named_and_its_pause_kept(
    status: int, headers: dict[str, str], kind: str, pause: float | None
) -> None:
    with Receiver(status, headers) as service:
        error = refused(f"ntfy://{service.place}/{SECRET}")
    assert (error.kind, error.retry_after, len(service.seen)) == (kind, pause, 1)


def test_that_a_redirect_to_elsewhere_is_not_followed_even_when_the_address_asks_for_it() -> None:
    with Receiver() as elsewhere, Receiver(307, {"Location": f"http://{elsewhere.place}/{SECRET}"}) as service:
        assert refused(f"ntfy://{service.place}/{SECRET}?redirect=yes").kind == "redirected"
    assert elsewhere.seen == []


def test_that_a_certificate_nobody_vouches_for_is_refused_even_when_the_address_would_take_it(tmp_path: Path) -> None:
    with Receiver(authority=tmp_path / "authority.pem") as service:
        assert refused(f"ntfys://{service.place}/{SECRET}?verify=no").kind == "certificate"
    assert service.seen == []


def test_that_a_certificate_that_the_network_vouches_for_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver(authority=tmp_path / "authority.pem") as service:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
        forwarders().send("Phone", f"ntfys://{service.place}/{SECRET}", "Title", "Body")
    assert len(service.seen) == 1


def test_that_silence_leaves_it_unknown_within_the_bound() -> None:
    with Receiver(0) as service:
        assert refused(f"ntfy://{service.place}/{SECRET}?rto=600", 0.3).kind == "silent"


def test_that_a_service_that_is_down_or_an_address_that_is_none_is_told() -> None:
    assert refused(f"ntfy://127.0.0.1:{closed_port()}/{SECRET}").kind == "offline"
    assert (
        refused(f"mailto://bell:{SECRET}@127.0.0.1:{closed_port()}?from=a@example.com&to=b@example.com").kind
        == "offline"
    )
    assert refused(f"nonsense {SECRET}").kind == "address"


def test_that_no_failure_gives_the_address_away(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    with Receiver(404) as service:
        errors = [
            refused(f"ntfy://{service.place}/{SECRET}"),
            refused(f"json://{service.place}/{SECRET}"),
            refused(f"ntfy://127.0.0.1:{closed_port()}/{SECRET}"),
            refused(f"discord://{SECRET}"),
        ]
    said = "".join(map(chain, errors)) + caplog.text + "".join(capfd.readouterr())
    assert SECRET not in said
