"""Secrets: the keyring when there is one, openly something else when there is none, and never a raw error."""

from __future__ import annotations

from collections.abc import Callable

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordSetError

from data.secrets import KeyringSecrets, SecretsUnavailable


class FakeKeyring(KeyringBackend):
    """A keyring in memory that fails when told to."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.failure: Exception | None = None
        self.asked = 0

    def _answer(self) -> None:
        self.asked += 1
        if self.failure is not None:
            raise self.failure

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._answer()
        del self.kept[service, username]


@pytest.fixture
def ring(use: Callable[[object], None]) -> FakeKeyring:
    fake = FakeKeyring()
    use(fake)
    return fake


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    return lambda backend: monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


def test_that_a_secret_is_kept_in_the_keyring(ring: FakeKeyring) -> None:
    secrets = KeyringSecrets(environment={})
    assert secrets.get("ntfy") is None
    assert secrets.set("ntfy", "s3cret") == "keyring"
    assert ring.kept == {("bellwether", "ntfy"): "s3cret"}
    assert KeyringSecrets(environment={}).get("ntfy") == "s3cret"
    secrets.delete("ntfy")
    secrets.delete("ntfy")
    assert ring.kept == {}


@pytest.mark.parametrize("failure", [NoKeyringError("none"), None])
def test_that_without_a_keyring_a_secret_lives_in_memory(use: Callable[[object], None], failure: object) -> None:
    use(keyring.backends.fail.Keyring() if failure else keyring.backends.null.Keyring())
    secrets = KeyringSecrets(environment={})
    assert secrets.get("ntfy") is None
    assert secrets.set("ntfy", "s3cret") == "memory"
    assert secrets.get("ntfy") == "s3cret"
    secrets.delete("ntfy")
    assert secrets.get("ntfy") is None
    assert KeyringSecrets(environment={}).get("ntfy") is None


def test_that_the_environment_stands_in_and_what_was_just_set_comes_first(use: Callable[[object], None]) -> None:
    use(keyring.backends.fail.Keyring())
    secrets = KeyringSecrets(environment={"BELLWETHER_NTFY_TOKEN": "from outside"})
    assert secrets.get("ntfy-token") == "from outside"
    secrets.set("ntfy-token", "typed")
    assert secrets.get("ntfy-token") == "typed"


def test_that_the_keyring_comes_before_the_environment(ring: FakeKeyring) -> None:
    secrets = KeyringSecrets(environment={"BELLWETHER_NTFY": "outside"})
    assert secrets.get("ntfy") == "outside"
    secrets.set("ntfy", "kept")
    assert secrets.get("ntfy") == "kept"


def test_that_a_refused_unlock_is_not_asked_for_again_by_itself(ring: FakeKeyring) -> None:
    secrets = KeyringSecrets(environment={})
    ring.failure = KeyringLocked("dismissed")
    for _ in range(3):
        with pytest.raises(SecretsUnavailable) as told:
            secrets.get("ntfy")
        assert told.value.kind == "locked"
    assert ring.asked == 1
    ring.failure = None
    secrets.ask_again()
    assert secrets.get("ntfy") is None


def test_that_a_locked_keyring_matters_less_when_the_environment_has_it(ring: FakeKeyring) -> None:
    ring.failure = KeyringLocked("locked")
    assert KeyringSecrets(environment={"BELLWETHER_NTFY": "outside"}).get("ntfy") == "outside"


@pytest.mark.parametrize(
    "failure", [PasswordSetError("s3cret"), InitError("x"), OSError("s3cret"), ValueError("s3cret")]
)
def test_that_no_failure_of_a_keyring_comes_through_raw_or_tells_the_secret(
    ring: FakeKeyring, failure: Exception
) -> None:
    ring.failure = failure
    secrets = KeyringSecrets(environment={})
    calls: list[Callable[[], object]] = [
        lambda: secrets.get("ntfy"),
        lambda: secrets.set("ntfy", "s3cret"),
        lambda: secrets.delete("ntfy"),
    ]
    for call in calls:
        with pytest.raises(SecretsUnavailable) as told:
            call()
        assert told.value.kind == "failed"
        assert "s3cret" not in f"{told.value} {told.value.__cause__!r} {told.value.__context__!r} {told.value.message}"


def test_that_a_locked_keyring_keeps_nothing_elsewhere(ring: FakeKeyring) -> None:
    ring.failure = KeyringLocked("locked")
    secrets = KeyringSecrets(environment={})
    with pytest.raises(SecretsUnavailable):
        secrets.set("ntfy", "s3cret")
    ring.failure = None
    secrets.ask_again()
    assert secrets.get("ntfy") is None


def test_that_a_keyring_of_plain_text_is_passed_over(use: Callable[[object], None]) -> None:
    plain = type("PlaintextKeyring", (FakeKeyring,), {"__module__": "keyrings.alt.file"})()
    use(plain)
    assert KeyringSecrets(environment={}).set("ntfy", "s3cret") == "memory"
    good = FakeKeyring()
    use(type("Chain", (), {"backends": [plain, good]})())
    assert KeyringSecrets(environment={}).set("ntfy", "s3cret") == "keyring"
    assert plain.kept == {}
    assert list(good.kept.values()) == ["s3cret"]
