"""Secrets against a real Secret Service: unlocked, locked, and none at all."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from tests.support.desktop import Desktop, Program

Launch = Callable[..., Program]

# A process of its own for each: keyring looks for its backend, and its bus, once and for all.
ROUND_TRIP = """
    from data.secrets import KeyringSecrets, SecretsUnavailable
    secrets = KeyringSecrets()
    def tell(what):
        try:
            print(what())
        except SecretsUnavailable as error:
            print("unavailable", error.kind)
    tell(lambda: secrets.get("ntfy token"))
    tell(lambda: secrets.set("ntfy token", "s3cret & more"))
    tell(lambda: KeyringSecrets().get("ntfy token"))
    tell(lambda: secrets.get("ntfy token"))
    tell(lambda: secrets.delete("ntfy token"))
    tell(lambda: secrets.get("ntfy token"))
"""


@pytest.fixture
def answers(another_desktop: Callable[..., Desktop], launch: Launch) -> Callable[..., list[str]]:
    def ask(**parts: object) -> list[str]:
        world = another_desktop(screen=False, notify=False, tray=False, **parts)
        program = launch(world, "-c", textwrap.dedent(ROUND_TRIP))
        assert program.wait() == 0, program.errors()
        return program.lines()

    return ask


def test_that_an_unlocked_keyring_keeps_a_secret_until_it_is_removed(answers: Callable[..., list[str]]) -> None:
    assert answers(keyring="unlocked") == ["None", "keyring", "s3cret & more", "s3cret & more", "None", "None"]


def test_that_a_locked_keyring_is_told_and_asked_only_once(answers: Callable[..., list[str]]) -> None:
    told = answers(keyring="locked")
    assert told[1] == "unavailable locked"
    assert "s3cret & more" not in told


def test_that_without_a_keyring_a_secret_lasts_as_long_as_the_session(answers: Callable[..., list[str]]) -> None:
    assert answers() == ["None", "memory", "None", "s3cret & more", "None", "None"]
