"""What the forwarders' dialog has done in worker threads: everything that touches the keyring or the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from data.addresses import KINDS, Kind, address_of
from data.forwarding import ForwardError, Forwarders
from data.secrets import Secrets, SecretsUnavailable
from ui.forward_channel import secret_of, send

TEST_TITLE = "Bellwether can reach you"
TEST_BODY = "This is a test. Nothing has happened in the market."
IN_MEMORY = (
    "This system has no keyring, so the address of “{name}” is known until the app is closed. "
    "Please enter it again after that."
)
KEPT = "“{name}” is set up. Please send a test, to see that it arrives."
ARRIVED = "“{name}” has taken the test message. Please look whether it is there."
NOT_OF_KIND = "This is not an address for {kind}. One looks like {example}."


class AskableSecrets(Secrets, Protocol):
    """Secrets whose keyring can be asked once more after it stayed locked."""

    def ask_again(self) -> None:
        """Forget that the keyring stayed locked."""
        ...


@dataclass(frozen=True, slots=True)
class Done:
    """How something went, as a sentence for the user."""

    good: bool
    sentence: str


def keep(forwarders: Forwarders, secrets: AskableSecrets, name: str, kind: Kind, typed: str) -> Done:
    """Look whether an address can be one, and keep it in the keyring; it goes nowhere else."""
    address = address_of(kind, typed)
    if address is None:
        return Done(False, NOT_OF_KIND.format(kind=kind.name, example=kind.example))
    secrets.ask_again()
    try:
        forwarders.check(name, address)
        place = secrets.set(secret_of(name), address)
    except (ForwardError, SecretsUnavailable) as error:
        return Done(False, error.message)
    return Done(True, (IN_MEMORY if place == "memory" else KEPT).format(name=name))


def forget(secrets: AskableSecrets, name: str) -> Done:
    """Remove an address from the keyring."""
    secrets.ask_again()
    try:
        secrets.delete(secret_of(name))
    except SecretsUnavailable as error:
        return Done(False, f"“{name}” is no longer used, but its address may still be in the keyring. {error.message}")
    return Done(True, f"“{name}” and its address are removed.")


def send_test(forwarders: Forwarders, secrets: AskableSecrets, name: str) -> Done:
    """Send a message and say in a sentence how that went."""
    secrets.ask_again()
    sent = send(forwarders, secrets, name, TEST_TITLE, TEST_BODY)
    return Done(sent.outcome == "delivered", sent.problem or ARRIVED.format(name=name))


def kind_called(name: str) -> Kind:
    """Return the kind with this name."""
    return next(kind for kind in KINDS if kind.name == name)
