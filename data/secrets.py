"""Secrets, kept in the system's own keyring or not kept at all."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SecretFailure = Literal["missing", "locked", "failed"]
Place = Literal["keyring", "memory"]

_T = TypeVar("_T")
_MESSAGES: dict[SecretFailure, str] = {
    "missing": "This system has no keyring, so secrets cannot be kept. Those entered are used until the app is closed; "
    "an environment variable such as BELLWETHER_NTFY_TOKEN works as well.",
    "locked": "The keyring is locked, so the secrets in it cannot be read. Please unlock it and try again.",
    "failed": "The keyring refused the request, so the secret was neither read nor changed there. "
    "Please try again, or look at the keyring's own program.",
}


class SecretsUnavailable(Exception):  # noqa: N818 - it says what is the case, as the other parts call it
    """The keyring cannot be used: missing, locked (or unlocking was refused), or failed.

    `message` is for the user, the `__cause__` for the log; neither holds a secret.
    """

    def __init__(self, kind: SecretFailure) -> None:
        super().__init__(_MESSAGES[kind])
        self.kind = kind
        self.message = _MESSAGES[kind]


class Secrets(Protocol):
    """Where tokens and passwords are asked for by name.  May block on the user: never call from the GUI thread."""

    def get(self, name: str) -> str | None:
        """Return the secret, or None when there is none; raises `SecretsUnavailable`."""
        ...

    def set(self, name: str, value: str) -> Place:
        """Keep the secret and return where; raises `SecretsUnavailable`."""
        ...

    def delete(self, name: str) -> None:
        """Remove the secret; one that is not there is fine.  Raises `SecretsUnavailable`."""
        ...


class KeyringSecrets:
    """Secrets in the system's keyring; without one, in an environment variable or in memory until the end.

    A keyring that stays locked is asked once only, until `ask_again`: a prompt that was refused does not come
    back by itself.  Keyrings that would write plain text (keyrings.alt and the like) are not used.
    """

    def __init__(self, service: str = "bellwether", environment: Mapping[str, str] = os.environ) -> None:
        self._service = service
        self._environment = environment
        self._memory: dict[str, str] = {}
        self._refused = False
        self._lock = threading.Lock()

    def get(self, name: str) -> str | None:
        """Return what was set in this session, else what the keyring holds, else BELLWETHER_NAME, else None.

        Raises `SecretsUnavailable` only where the keyring may hold the secret and does not give it.
        """
        with self._lock:
            kept = self._memory.get(name)
        if kept is not None:
            return kept
        fallback = self._environment.get("BELLWETHER_" + re.sub(r"\W", "_", name).upper())
        try:
            found = self._ask(lambda backend: backend.get_password(self._service, name))
        except SecretsUnavailable as error:
            if fallback is None and error.kind != "missing":
                raise
            return fallback
        return fallback if found is None else str(found)

    def set(self, name: str, value: str) -> Place:
        """Keep the secret in the keyring, or in memory where there is no keyring, and return which."""
        try:
            self._ask(lambda backend: backend.set_password(self._service, name, value))
        except SecretsUnavailable as error:
            if error.kind != "missing":
                raise
            with self._lock:
                self._memory[name] = value
            return "memory"
        with self._lock:
            self._memory.pop(name, None)
        return "keyring"

    def delete(self, name: str) -> None:
        """Remove the secret from memory and from the keyring."""
        with self._lock:
            self._memory.pop(name, None)
        try:
            self._ask(lambda backend: self._remove(backend, name))
        except SecretsUnavailable as error:
            if error.kind != "missing":
                raise

    def ask_again(self) -> None:
        """Forget that the keyring stayed locked, because the user wants to try once more."""
        self._refused = False

    def _remove(self, backend: KeyringBackend, name: str) -> None:
        if backend.get_password(self._service, name) is not None:
            backend.delete_password(self._service, name)

    def _ask(self, question: Callable[[KeyringBackend], _T]) -> _T:
        """Put a question to the keyring, and give its many ways to fail three names."""
        from keyring.errors import KeyringLocked, NoKeyringError

        kind: SecretFailure
        if self._refused:
            raise SecretsUnavailable("locked")
        try:
            return question(_backend())
        except (SecretsUnavailable, NoKeyringError) as error:
            kind, what = "missing", type(error).__name__
        except KeyringLocked as error:
            self._refused = True
            kind, what = "locked", type(error).__name__
        except Exception as error:  # noqa: BLE001 - a backend leaks whatever its D-Bus or C library raises
            kind, what = "failed", type(error).__name__
        # No error's text is passed on, not even as the context: a backend may quote the secret in it.
        raise SecretsUnavailable(kind) from RuntimeError(what)


def _backend() -> KeyringBackend:
    """Return the first keyring that truly keeps secrets; raises `SecretsUnavailable` when there is none."""
    import keyring

    chosen = keyring.get_keyring()
    backends: list[KeyringBackend] = list(getattr(chosen, "backends", [chosen]))
    for backend in backends:
        home = type(backend).__module__
        if not home.startswith("keyrings.") and home != "keyring.backends.null":
            return backend
    raise SecretsUnavailable("missing")
