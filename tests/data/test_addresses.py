"""Addresses as people paste them: understood by kind, and nothing that is of another kind or of none."""

from __future__ import annotations

import pytest

from data.addresses import KINDS, address_of
from data.forwarding import Forwarders
from tests.support.alerts import NOW

BY_NAME = {kind.name: kind for kind in KINDS}


@pytest.mark.parametrize(
    ("kind", "typed", "meant"),
    [
        ("ntfy", " https://ntfy.sh/topic ", "ntfys://ntfy.sh/topic"),
        ("ntfy", "http://192.168.1.2:8080/topic", "ntfy://192.168.1.2:8080/topic"),
        ("Webhook", "HTTPS://example.com/a?b=c", "jsons://example.com/a?b=c"),
        ("Telegram", "123456789:abcdefg_hijklmnop/12315544", "tgram://123456789:abcdefg_hijklmnop/12315544"),
        ("Discord", "https://discord.com/api/webhooks/1/x", "https://discord.com/api/webhooks/1/x"),
        ("Mail", "mailto://a:b@example.com", "mailto://a:b@example.com"),
        ("Mail", "a@example.com", None),
        ("Discord", "https://example.com/api", None),
        ("Telegram", "123", None),
        ("ntfy", "https://", None),
        ("Webhook", "https://example.com/a b", None),
        ("Webhook", "file:///etc/passwd", None),
        ("Mail", "", None),
    ],
)
def test_that_what_was_meant_is_found_out(kind: str, typed: str, meant: str | None) -> None:
    assert address_of(BY_NAME[kind], typed) == meant


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("Mail", "mailtos://user:password@example.com?to=me@example.com"),
        ("ntfy", "https://ntfy.sh/topic"),
        ("Telegram", "123456789:abcdefg_hijklmnop-qrstuvwxyz/12315544"),
        ("Discord", f"https://discord.com/api/webhooks/{'1' * 24}/{'t' * 64}"),
        ("Webhook", "https://example.com/alerts"),
    ],
)
def test_that_every_kind_gives_what_the_sender_understands(kind: str, typed: str) -> None:
    address = address_of(BY_NAME[kind], typed)
    assert address is not None
    Forwarders(lambda: NOW).check("Phone", address)
